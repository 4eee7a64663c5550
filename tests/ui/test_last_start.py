"""Is a job known again when the fields say what it was started with, and told apart when one of them has changed?"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from tests.engine import fakes
from tests.tiny_models import noise_photo
from vizcore.engine.requests import Request
from vizcore.ui import last_start
from vizcore.ui.last_start import asked_as_now, say_last_start

ONE, TWO = noise_photo(), noise_photo(seed=1)


@dataclass(frozen=True)
class Settings:
    steps: int = 1


@pytest.mark.parametrize(
    ("model", "photo", "settings", "same"),
    [
        ("model", (ONE, TWO), Settings(), True),
        ("other", (ONE, TWO), Settings(), False),
        ("model", (TWO, ONE), Settings(), False),
        ("model", (ONE,), Settings(), False),
        ("model", ONE, Settings(), False),
        ("model", (ONE, TWO), Settings(2), False),
    ],
    ids=["as it was", "model", "order", "fewer photos", "one photo", "settings"],
)
def test_a_job_is_compared_with_what_the_fields_say(model: str, photo: Any, settings: Settings, same: bool) -> None:
    job: Any = SimpleNamespace(request=Request(fakes.counted, "model", (ONE, TWO), Settings()))
    assert asked_as_now(job, model, photo, settings) == same


def test_one_photo_is_the_same_alone_and_in_a_tuple() -> None:
    job: Any = SimpleNamespace(request=Request(fakes.counted, "model", ONE, None))
    assert asked_as_now(job, "model", ONE, None)
    assert asked_as_now(job, "model", (ONE,), None)


@pytest.mark.parametrize(("same", "said"), [(True, 0), (False, 1)])
def test_it_is_said_only_of_another(same: bool, said: int, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(last_start, "st", SimpleNamespace(info=shown.append))
    say_last_start(unless=same)
    assert len(shown) == said
