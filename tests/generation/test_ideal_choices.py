"""What becomes of switches and numbers, which terms stand in the loss, and what a result says of itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tests.tiny_models import CNN_FACTS, card_for
from vizcore.generation.ideal.choices import Hyperparameters, TargetChoice, settings_for
from vizcore.generation.ideal.penalties import variation_loss
from vizcore.generation.ideal.results import IdealResult, neighbour_differences
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.photo import Photo
from vizcore.results import Provenance

CARD = card_for("tiny-cnn", "cnn", CNN_FACTS)


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
    given = {"effort": "quick", "start": "noise", **wished}
    made = settings_for(CARD, TargetChoice(Target("class", 3)), tuned, **given)
    assert {name: getattr(made, name) for name in expected} == expected


def test_a_layer_weighs_less_than_a_class() -> None:
    choice = TargetChoice(Target("channel", 3))
    made = settings_for(CARD, choice, Hyperparameters(l1=True), effort="quick", start="grey")
    assert (made.l1, made.variation, made.start) == (1.0, 7.5, "grey")


def test_only_terms_that_are_on_stand_in_the_loss() -> None:
    settings = IdealSettings(variation=150.0, certainty=3.0, diversity=9.0)
    assert settings.loss_weights == {"activation": -1.0, "certainty": -3.0, "variation": 150.0}
    assert IdealSettings(Target("channel"), l2=2.0).loss_weights == {"activation": -1.0, "l2": 2.0}
    assert IdealSettings(certainty=0.0, count=2, diversity=9.0).loss_weights == {"activation": -1.0, "diversity": 9.0}


def test_variation_by_hand() -> None:
    chess = np.array([[0, 255], [255, 0]], np.uint8)[..., None].repeat(3, axis=2)
    assert neighbour_differences(chess) == (1.0, 1.0)
    assert neighbour_differences(np.full((3, 4, 3), 7, np.uint8)) == (0.0, 0.0)
    assert neighbour_differences(np.zeros((1, 1, 3), np.uint8)) == (0.0, 0.0)
    stripes = np.array([[0, 51, 51]], np.uint8)[..., None].repeat(3, axis=2)
    assert neighbour_differences(stripes) == pytest.approx((0.1, 0.0))


def test_both_differences_are_the_variation_loss() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    loss = variation_loss(torch.from_numpy(pixels).permute(2, 0, 1)[None].double() / 255)
    assert sum(neighbour_differences(pixels)) == pytest.approx(float(loss))


def result(curves: dict[str, tuple[float, ...]], variation: float = 0.5) -> IdealResult:
    one = np.ones(1)
    return IdealResult(
        Provenance(), "cat", 1, ("dog", "cat"), (Photo(np.zeros((2, 2, 3), np.uint8), "p"),),
        np.array([[0.25, 0.75]]), one, one, variation * one, np.ones(1, np.int64), 2, curves,
    )  # fmt: skip


def test_what_a_result_says_of_itself() -> None:
    found = result({"loss": (3.0, 1.0), "l1": ()})
    assert found.last_values == {"loss": 1.0}
    assert result({}).last_values == {}
    assert found.classification().top(1) == [(1, "cat", 0.75)]
    assert np.exp(found.classification().logits).tolist() == pytest.approx([0.25, 0.75])
    assert result({}, 0.1).roughness_against(found) == pytest.approx(0.2)
