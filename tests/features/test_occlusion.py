"""Does occlusion find the one place that a class is made of, by the numbers worked out by hand?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch

from vizcore.features.evidence import Evidence
from vizcore.features.occlusion import CELLS, occlusion

SIDE = 16  # two pixels a cell
MEAN = (0.5, 0.5, 0.5)


def bright_corner(pictures: torch.Tensor) -> torch.Tensor:
    """(B, 3, S, S) -> (B, 2): the first logit is the red of the pixel on top left, the second is 0."""
    return torch.stack([pictures[:, 0, 0, 0], torch.zeros(len(pictures))], dim=1)


def evidence(pixels: torch.Tensor, target: int = 0) -> Evidence:
    facts = {"given_recipe": SimpleNamespace(mean=MEAN)}
    model: Any = SimpleNamespace(card=SimpleNamespace(key="m", facts=facts), device="cpu", logits=bright_corner)
    none = torch.zeros(0, 0, 0)
    return Evidence(model, None, pixels, "", target, bright_corner(pixels)[0], none, none)  # type: ignore[arg-type]


def test_only_squares_that_hide_the_place_matter() -> None:
    pixels = torch.full((1, 3, SIDE, SIDE), 1.0)
    found = occlusion(evidence(pixels))
    fall = torch.sigmoid(torch.tensor(1.0)) - torch.sigmoid(torch.tensor(0.5))  # 1 becomes the mean colour's 0.5
    expected = torch.zeros(CELLS, CELLS)
    expected[:2, :2] = fall  # the square around cell (1, 1) reaches the corner, that around (2, 0) does not
    torch.testing.assert_close(found, expected)
    torch.testing.assert_close(occlusion(evidence(pixels, target=1)), -expected)


def test_a_picture_of_the_mean_colour_shows_nothing() -> None:
    assert float(occlusion(evidence(torch.full((1, 3, SIDE, SIDE), 0.5))).abs().max()) == pytest.approx(0)
