"""The parts of the Ideal cat page that need no page: words to classes, settings, the crew, the working."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.tiny_models import CNN_FACTS, card_for, tiny_vit
from vizcore.generation.ideal.choices import Hyperparameters, TargetChoice
from vizcore.generation.ideal.results import IdealResult
from vizcore.generation.ideal.run import ideal
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.i18n import speaking
from vizcore.ui.panels.ideal_cat import formula, record, verdict
from vizcore.ui.panels.ideal_cat.goal_form import Goal
from vizcore.ui.panels.ideal_cat.run_configs import configs_for
from vizcore.ui.panels.ideal_cat.run_group import RunConfig, RunGroup
from vizcore.ui.panels.ideal_cat.target_form import label_meant

CARD = card_for("tiny-cnn", "cnn", CNN_FACTS)


def goal(**given: Any) -> Goal:
    return Goal(**{"dream": "cat", "experiment": "pair", "start": "noise", "effort": "quick", "photo": None,
                   "details": None, **given})  # fmt: skip


LABELS = ["jersey, T-shirt", "maillot", "cup", "tabby, tabby cat"]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("maillot", "maillot"),
        ("maillot (jersey)", "jersey, T-shirt"),
        ("jersey", "jersey, T-shirt"),
        ("tasse (cup)", "cup"),
        ("chat tigré", "tabby"),
        ("flying saucer", "flying saucer"),
    ],
)
def test_a_label_is_found_by_what_is_shown_of_it_in_any_language(words: str, meant: str) -> None:
    for language in ("en", "fr"):
        with speaking(language):
            assert label_meant(words, LABELS) == meant


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


@pytest.mark.parametrize(
    ("language", "mix", "said"),
    [
        ("en", -1.0, "drives 0 · tabby − 1 · golden retriever highest"),
        ("fr", -0.3, r"0,7 · chat tigré \(tabby\) − 0,3 · golden retriever le plus haut"),
        ("en", 0.5, "drives 0.5 · tabby + 0.5 · golden retriever highest"),
    ],
)
def test_a_climb_between_two_classes_is_told_with_both(language: str, mix: float, said: str) -> None:
    model = tiny_vit()
    model.labels = ["tabby, tabby cat", "golden retriever", *model.labels[2:]]
    settings = IdealSettings(Target("class", 0), second=Target("class", 1), mix=mix, steps=1)
    *_, last = ideal(model, None, settings)
    assert isinstance(last.result, IdealResult)
    shares = np.array([[0.01, 0.9, *[0.09 / (len(model.labels) - 2)] * (len(model.labels) - 2)]])
    found = replace(last.result, probabilities=shares)
    config = RunConfig("vit", CARD, settings)
    with speaking(language):
        assert said in verdict.plain_words([(config, found)])
        first, second = verdict.facts(found)[:2]
    assert "tabby" in first
    assert percent_in(first) == 1
    assert "golden retriever" in second
    assert percent_in(second) == 90
    (row,) = record.rows([(config, found)])
    assert row["probability"] is None
    assert (row["first_probability"], row["second_probability"]) == (0.01, 0.9)
    assert (row["first_weight"], row["second_weight"]) == pytest.approx((1 - abs(mix), mix))
    name = verdict.named(found.pictures[0], config).name
    assert "tabby" in name
    assert "golden retriever" in name


def percent_in(line: str) -> float:
    return float(line.split("**")[1].strip("%\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}").replace(",", "."))


def test_only_terms_that_are_on_are_written() -> None:
    settings = IdealSettings(variation=150.0, certainty=3.0)
    assert formula.names(settings)["certainty"] == "−3 · certainty"  # what the curve draws is the weighted term
    words = formula.in_words(settings)
    assert "− 3 ·" in words
    assert "+ 150 ·" in words
    numbers = formula.in_numbers({"activation": 4.0, "certainty": -1.0, "variation": 2.0, "loss": -3.0})
    assert "**−3** =" in numbers
    assert "**− 4**" in numbers
    assert "**+ 2**" in numbers
    assert formula.in_numbers({}) == ""
