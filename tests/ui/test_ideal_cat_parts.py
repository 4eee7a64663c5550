"""The parts of the Ideal cat page that need no page: words to classes, settings, the crew, the working."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.tiny_models import CNN_FACTS, card_for
from vizcore.errors import AmbiguousClass, Busy, Cancelled, TooManyRequests, UnknownClass, VizError
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.ui.panels.ideal_cat import formula
from vizcore.ui.panels.ideal_cat.aim import Aim
from vizcore.ui.panels.ideal_cat.crew import Climb, Crew
from vizcore.ui.panels.ideal_cat.labels import WORDS, class_of
from vizcore.ui.panels.ideal_cat.plans import climbs
from vizcore.ui.panels.ideal_cat.tuning import Tuning, settings_for
from vizcore.ui.panels.ideal_cat.wish import Wish
from vizcore.ui.panels.ideal_cat.working_out import neighbour_differences

CARD = card_for("tiny-cnn", "cnn", CNN_FACTS)
TINY = ("tabby, tabby cat", "Persian cat", "golden retriever", "hot dog, red hot", "tiger shark")


@pytest.mark.parametrize(
    ("wanted", "labels", "expected"),
    [
        (WORDS["cat"], TINY, 0),
        (WORDS["dog"], TINY, 2),
        (WORDS["cat"], ("dog", "cat"), 1),  # CIFAR-10's words
        (("shark",), TINY, 4),
        (("tabby",), ("cat, tabby", "dog"), 0),  # a name shared with another model's label
        (("zebra",), TINY, UnknownClass),
        (("cat",), TINY, AmbiguousClass),
        (("",), TINY, UnknownClass),
        ((), TINY, UnknownClass),
    ],
)
def test_words_mean_a_class(wanted: tuple[str, ...], labels: tuple[str, ...], expected: Any) -> None:
    if isinstance(expected, int):
        assert class_of(wanted, labels, "m") == expected
    else:
        with pytest.raises(expected):
            class_of(wanted, labels, "m")


def wish(**given: Any) -> Wish:
    return Wish(**{"dream": "cat", "experiment": "pair", "start": "noise", "effort": "quick", "photo": None,
                   "details": None, **given})  # fmt: skip


@pytest.mark.parametrize(
    ("wished", "tuned", "expected"),
    [
        ({}, Tuning(), {"steps": 64, "variation": 150, "l2": 0, "parametrisation": "fourier", "jitter": 1 / 16}),
        ({"effort": "fine"}, Tuning(), {"steps": 512}),
        ({}, Tuning(variation=0.0, certainty=False), {"variation": 0, "certainty": 0}),
        ({}, Tuning(l2=True, blur=True, variation=0.5), {"l2": 20, "blur": 100, "variation": 75}),
        ({}, Tuning(fourier=False, colours=False), {"parametrisation": "pixels", "decorrelated": False}),
        ({}, Tuning(jitter=False, scale=False, rotate=False), {"jitter": 0, "scale": 0, "rotate": 0}),
        ({}, Tuning(steps=7, learning_rate=0.2, seed=5), {"steps": 7, "learning_rate": 0.2, "seed": 5}),
        ({"start": "photo"}, Tuning(), {"start": "photo", "steps": 48, "parametrisation": "pixels"}),
        ({"start": "photo", "effort": "standard"}, Tuning(), {"steps": 144}),
        ({}, Tuning(count=4, diversity=10.0), {"count": 4, "diversity": 10}),
    ],
)
def test_switches_become_settings(wished: dict[str, Any], tuned: Tuning, expected: dict[str, Any]) -> None:
    made = settings_for(CARD, Aim(Target("class", 3)), wish(**wished), tuned)
    assert {name: getattr(made, name) for name in expected} == expected


def test_the_ablation_is_four_climbs_of_one_model_and_others_one_each() -> None:
    aims = {CARD.key: Aim(Target("class", 0))}
    other = card_for("other", "vit", {})
    assert [each.name for each in climbs(wish(experiment="ablation"), [CARD], aims, Tuning())] == [
        "pixels",
        "variation",
        "fourier",
        "transforms",
    ]
    assert [each.name for each in climbs(wish(), [CARD, other], aims, Tuning())] == ["tiny-cnn"]
    assert climbs(wish(start="photo"), [CARD], aims, Tuning()) == ()


class FakeJob:
    def __init__(self) -> None:
        self.state = "running"
        self.error: VizError | None = None

    def done(self) -> bool:
        return self.state != "running"

    def cancel(self) -> None:
        self.state = "cancelled"

    def result(self, timeout: float | None = None) -> str:
        if self.state == "cancelled":
            raise Cancelled
        return "result"


def made(count: int, hand_in: Callable[[Climb], Any] | None = None) -> Crew:
    given = tuple(Climb(str(i), CARD, IdealSettings()) for i in range(count))
    return Crew("gallery", given, hand_in or (lambda climb: FakeJob()))


def test_two_run_at_once_and_the_next_follows() -> None:
    crew = made(3)
    crew.advance()
    crew.advance()
    assert list(crew.jobs) == ["0", "1"]
    crew.jobs["0"].state = "done"  # type: ignore[misc, assignment]
    crew.advance()
    assert list(crew.jobs) == ["0", "1", "2"]
    assert not crew.waiting
    assert crew.under_way


def test_stop_begins_nothing_further() -> None:
    crew = made(4)
    crew.advance()
    crew.stop()
    crew.advance()
    assert not crew.under_way
    assert len(crew.jobs) == 2
    assert crew.results() == []


def test_a_refused_climb_is_said_and_the_others_go_on() -> None:
    def hand_in(climb: Climb) -> Any:
        if climb.name == "0":
            raise Busy(retry_s=3)
        return FakeJob()

    crew = made(2, hand_in)
    crew.advance()
    assert isinstance(crew.error(crew.climbs[0]), Busy)
    assert crew.error(crew.climbs[1]) is None
    assert crew.under_way


def test_an_older_request_that_still_ends_is_waited_for() -> None:
    refusing = [True]

    def hand_in(climb: Climb) -> Any:
        if refusing:
            raise TooManyRequests(limit=2)
        return FakeJob()

    crew = made(1, hand_in)
    crew.advance()
    assert crew.under_way
    assert not crew.jobs
    assert not crew.refusals
    refusing.clear()
    crew.advance()
    assert list(crew.jobs) == ["0"]


def test_variation_by_hand() -> None:
    chess = np.array([[0, 255], [255, 0]], np.uint8)[..., None].repeat(3, axis=2)
    assert neighbour_differences(chess) == (1.0, 1.0)
    assert neighbour_differences(np.full((3, 4, 3), 7, np.uint8)) == (0.0, 0.0)
    assert neighbour_differences(np.zeros((1, 1, 3), np.uint8)) == (0.0, 0.0)
    stripes = np.array([[0, 51, 51]], np.uint8)[..., None].repeat(3, axis=2)
    assert neighbour_differences(stripes) == pytest.approx((0.1, 0.0))


def test_only_terms_that_are_on_are_written() -> None:
    settings = IdealSettings(variation=150.0, certainty=3.0)
    assert formula.weights(settings) == {"activation": -1.0, "certainty": -3.0, "variation": 150.0}
    assert formula.weights(IdealSettings(Target("channel"), l2=2.0)) == {"activation": -1.0, "l2": 2.0}
    words = formula.in_words(settings)
    assert "− 3 ·" in words
    assert "+ 150 ·" in words
    numbers = formula.in_numbers({"activation": 4.0, "certainty": -1.0, "variation": 2.0, "loss": -3.0})
    assert "**−3** =" in numbers
    assert "**− 4**" in numbers
    assert "**+ 2**" in numbers
    assert formula.in_numbers({}) == ""
