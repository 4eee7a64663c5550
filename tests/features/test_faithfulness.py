"""Faithfulness by hand on a model that only looks at one corner, and its limits."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from tests.tiny_models import CNN_FACTS, card_for, noise_photo, tiny_cnn, tiny_vit
from vizcore.features import ClassMapsSettings, FaithfulnessSettings, faithfulness
from vizcore.features.faithfulness import Curve, Faithfulness, hottest_first
from vizcore.photo import Photo
from vizcore.zoo.feature_models import TorchFeatureModel


def curve(*values: float) -> Curve:
    return Curve(np.array(values))


@pytest.mark.parametrize(
    ("whole", "masked", "drop", "increased"),
    [(0.8, 0.2, 0.75, False), (0.5, 0.6, 0.0, True), (0.5, 0.5, 0.0, False), (0.0, 0.0, 0.0, False)],
)
def test_drop_and_increase_by_hand(whole: float, masked: float, drop: float, increased: bool) -> None:
    row = Faithfulness("grad-cam", whole, masked, curve(1, 0), curve(0, 1))
    assert row.drop == pytest.approx(drop)
    assert row.increased is increased


@pytest.mark.parametrize(
    ("values", "area"), [((1.0, 1.0), 1.0), ((1.0, 0.0), 0.5), ((1.0, 0.5, 0.0, 0.0), (0.75 + 0.25 + 0) / 3)]
)
def test_area_by_hand(values: tuple[float, ...], area: float) -> None:
    assert curve(*values).area == pytest.approx(area)
    assert curve(*values).area == pytest.approx(np.trapezoid(values, np.linspace(0, 1, len(values))))


def test_hottest_places_come_first_and_equal_ones_in_reading_order() -> None:
    shown = hottest_first(torch.tensor([[0.0, 3.0], [3.0, 1.0]]), 4)
    assert [each.int().flatten().tolist() for each in shown] == [
        [0, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 1, 1, 0],
        [0, 1, 1, 1],
        [1, 1, 1, 1],
    ]


class CornerModel(torch.nn.Module):
    """Class 1 is the brightness of the left upper quarter, and of nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.layer4 = torch.nn.AvgPool2d(64)
        self.fc = torch.nn.Linear(12, 2, bias=False)
        torch.nn.init.zeros_(self.fc.weight)
        self.fc.weight.data[1, 0] = 3.0

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.fc(self.layer4(pixels).flatten(1))


def corner_model() -> TorchFeatureModel:
    facts = CNN_FACTS | {"stages": {"layer4": "layer4"}}
    return TorchFeatureModel(card_for("corner", "cnn", facts), CornerModel(), ["other", "corner"], "seed", "cpu")


def test_a_right_map_beats_random_order_on_both_curves() -> None:
    photo = Photo(np.full((128, 128, 3), 255, dtype=np.uint8), "white")
    settings = FaithfulnessSettings(ClassMapsSettings(("grad-cam", "hirescam"), target=1), steps=8)
    table = faithfulness(corner_model(), photo, settings)
    hires = table.rows[1]
    assert hires.deletion.area < table.reference.deletion.area
    assert hires.insertion.area > table.reference.insertion.area
    assert hires.deletion.probabilities[0] == pytest.approx(hires.probability) == hires.insertion.probabilities[-1]
    assert hires.deletion.probabilities[-1] == pytest.approx(0.5)  # nothing left to see: both classes at zero
    assert hires.drop < 0.1
    assert table.label == "corner"


def test_ends_of_the_curves_and_shapes_on_a_vit() -> None:
    table = faithfulness(tiny_vit(), noise_photo(), FaithfulnessSettings(steps=4))
    assert table.fractions.tolist() == [0, 0.25, 0.5, 0.75, 1]
    row = table.rows[0]
    assert row.deletion.probabilities[0] == pytest.approx(row.insertion.probabilities[-1], abs=1e-5)
    assert row.deletion.probabilities[-1] == pytest.approx(row.insertion.probabilities[0], abs=1e-5)
    assert json.dumps(table.to_json())


def test_same_seed_same_numbers() -> None:
    model, photo = tiny_cnn(), noise_photo()
    first, second = (faithfulness(model, photo, FaithfulnessSettings(steps=2)) for _ in range(2))
    assert first.to_json() == second.to_json()


def test_no_step_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="at least 1 step"):
        faithfulness(tiny_cnn(), noise_photo(), FaithfulnessSettings(steps=0))
