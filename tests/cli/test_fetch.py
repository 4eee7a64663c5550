"""fetch: one line for each key, progress beside it, never a download that nobody may make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from vizcore.settings import Settings
from vizcore.zoo import weights
from vizcore.zoo.cards import ModelCard


@pytest.fixture
def pretend_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    def download(
        card: ModelCard, settings: Settings, progress: Callable[[int, int | None], None], cancelled: Callable[[], bool]
    ) -> Path:
        for done in range(101):
            progress(done * 1_000_000, 100_000_000)
        return tmp_path / card.key

    monkeypatch.setattr(weights, "fetch", download)
    return tmp_path


def test_each_key_has_its_line(pretend_download: Path) -> None:
    answer = invoke("fetch", "resnet18", "no-such-model", "vgg16", "--json")
    first, unknown, last = answer.lines
    assert answer.status == 2
    assert (first["model"], first["state"]) == ("resnet18", "downloaded")
    assert first["folder"] == str(pretend_download / "resnet18")
    assert first["size_mb"] == pytest.approx(46.8, abs=0.1)
    assert unknown["error"]["code"] == "unknown_model"
    assert "resnet18" in unknown["error"]["known"]
    assert last["model"] == "vgg16"


def test_progress_goes_to_standard_error_in_few_lines(pretend_download: Path) -> None:
    answer = invoke("fetch", "resnet18")
    assert answer.status == 0
    assert answer.out == f"resnet18: downloaded to {pretend_download / 'resnet18'}\n"
    assert 10 <= len(answer.err.splitlines()) <= 25
    assert "100.0 of 100.0 MB" in answer.err.splitlines()[-1]


def test_what_is_here_already_is_said_so(pretend_download: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "availability", lambda card: "here")
    [line] = invoke("fetch", "resnet18", "--json").lines
    assert line["state"] == "here"


def test_offline_is_offline() -> None:
    answer = invoke("fetch", "resnet18", "--json")
    assert answer.status == 2
    [line] = answer.lines
    assert line["error"]["code"] == "offline"
    assert line["error"]["model"] == "resnet18"
