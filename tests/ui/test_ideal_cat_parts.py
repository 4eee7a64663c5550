"""The parts of the Ideal cat page that need no page: words to classes, settings, the crew, the working."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.tiny_models import CNN_FACTS, card_for
from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.ui.panels.ideal_cat import formula
from vizcore.ui.panels.ideal_cat.derivation import neighbour_differences
from vizcore.ui.panels.ideal_cat.goal_form import Goal
from vizcore.ui.panels.ideal_cat.hyperparameters import Hyperparameters, settings_for
from vizcore.ui.panels.ideal_cat.labels import WORDS, class_of
from vizcore.ui.panels.ideal_cat.run_configs import configs_for
from vizcore.ui.panels.ideal_cat.run_group import RunConfig, RunGroup
from vizcore.ui.panels.ideal_cat.target_form import TargetChoice

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
        (("er",), TINY, AmbiguousClass),
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


def goal(**given: Any) -> Goal:
    return Goal(**{"dream": "cat", "experiment": "pair", "start": "noise", "effort": "quick", "photo": None,
                   "details": None, **given})  # fmt: skip


@pytest.mark.parametrize(
    ("wished", "tuned", "expected"),
    [
        (
            {},
            Hyperparameters(),
            {"steps": 64, "variation": 150, "l2": 0, "parametrisation": "fourier", "jitter": 1 / 16},
        ),
        ({"effort": "fine"}, Hyperparameters(), {"steps": 512}),
        ({}, Hyperparameters(variation=0.0, certainty=False), {"variation": 0, "certainty": 0}),
        (
            {},
            Hyperparameters(l1=True, l2=True, blur=True, variation=0.5),
            {"l1": 20, "l2": 20, "blur": 100, "variation": 75},
        ),
        ({}, Hyperparameters(fourier=False, colours=False), {"parametrisation": "pixels", "decorrelated": False}),
        ({}, Hyperparameters(jitter=False, scale=False, rotate=False), {"jitter": 0, "scale": 0, "rotate": 0}),
        ({}, Hyperparameters(steps=7, learning_rate=0.2, seed=5), {"steps": 7, "learning_rate": 0.2, "seed": 5}),
        ({"start": "photo"}, Hyperparameters(), {"start": "photo", "steps": 48, "parametrisation": "pixels"}),
        ({"start": "photo", "effort": "standard"}, Hyperparameters(), {"steps": 144}),
        ({}, Hyperparameters(count=4, diversity=10.0), {"count": 4, "diversity": 10}),
    ],
)
def test_switches_become_settings(wished: dict[str, Any], tuned: Hyperparameters, expected: dict[str, Any]) -> None:
    made = settings_for(CARD, TargetChoice(Target("class", 3)), goal(**wished), tuned)
    assert {name: getattr(made, name) for name in expected} == expected


def test_the_ablation_is_four_climbs_of_one_model_and_others_one_each() -> None:
    target_choices = {CARD.key: TargetChoice(Target("class", 0))}
    other = card_for("other", "vit", {})
    assert [
        each.name for each in configs_for(goal(experiment="ablation"), [CARD], target_choices, Hyperparameters())
    ] == [
        "pixels",
        "variation",
        "fourier",
        "transforms",
    ]
    assert [each.name for each in configs_for(goal(), [CARD, other], target_choices, Hyperparameters())] == ["tiny-cnn"]
    assert configs_for(goal(start="photo"), [CARD], target_choices, Hyperparameters()) == ()


class FakeJob:
    def __init__(self, state: str) -> None:
        self.state = state

    def done(self) -> bool:
        return self.state != "running"

    def result(self, timeout: float | None = None) -> str:
        return "result"


def test_a_group_hands_in_two_configs_at_once_and_keeps_its_order() -> None:
    handed: list[RunConfig] = []

    def hand_in(config: RunConfig) -> Any:
        handed.append(config)
        return FakeJob("running")

    given = tuple(RunConfig(name, CARD, IdealSettings()) for name in ("c", "a", "b"))
    group = RunGroup("gallery", given, hand_in)
    group.sequence.begin()
    assert handed == list(given[:2])
    assert group.results() == []
    group.sequence.jobs["a"].state = "done"  # type: ignore[misc, assignment]
    group.sequence.advance()
    assert handed == list(given)
    group.sequence.jobs["c"].state = "done"  # type: ignore[misc, assignment]
    assert [config.name for config, _found in group.results()] == ["c", "a"]


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
    assert formula.names(settings)["certainty"] == "−3 · certainty"  # what the curve draws is the weighted term
    words = formula.in_words(settings)
    assert "− 3 ·" in words
    assert "+ 150 ·" in words
    numbers = formula.in_numbers({"activation": 4.0, "certainty": -1.0, "variation": 2.0, "loss": -3.0})
    assert "**−3** =" in numbers
    assert "**− 4**" in numbers
    assert "**+ 2**" in numbers
    assert formula.in_numbers({}) == ""
