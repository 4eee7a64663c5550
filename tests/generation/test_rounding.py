"""Does the 8-bit picture keep the budget, and change nothing where nothing may change?"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vizcore.generation.attacks.norms import NORMS, kept_within
from vizcore.generation.attacks.rounding import as_pixels, as_rgb, on_the_grid, whole_levels


def random_rgb(seed: int, side: int = 16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("radius", "levels"), [(0, 0), (0.9 / 255, 0), (1 / 255, 1), (8 / 255, 8), (8.5 / 255, 8), (1, 255)]
)
def test_whole_levels(radius: float, levels: int) -> None:
    assert whole_levels(radius) == levels


def test_there_and_back_is_exact() -> None:
    rgb = random_rgb(0)
    assert np.array_equal(as_rgb(as_pixels(rgb)[0]), rgb)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("radius_255", [0, 0.4, 1, 2.5, 8, 255])
def test_linf_budget_holds_after_rounding(seed: int, radius_255: float) -> None:
    clean, radius = random_rgb(seed), radius_255 / 255
    moved = as_pixels(clean) + torch.randn((1, 3, 16, 16), generator=torch.Generator().manual_seed(seed)) * radius
    kept = kept_within(as_pixels(clean), moved, "linf", radius)
    rounded = on_the_grid(clean, kept[0], "linf", radius)
    assert np.abs(rounded.astype(int) - clean).max() <= radius_255
    if radius_255 >= 1:
        assert (rounded != clean).any()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("radius", [0, 0.01, 0.05, 0.2, 1.0, 5.0])
def test_l2_budget_holds_after_rounding(seed: int, radius: float) -> None:
    clean = random_rgb(seed)
    moved = as_pixels(clean) + torch.randn((1, 3, 16, 16), generator=torch.Generator().manual_seed(seed))
    kept = kept_within(as_pixels(clean), moved, "l2", radius)
    rounded = on_the_grid(clean, kept[0], "l2", radius)
    length = np.linalg.norm(rounded.astype(float) - clean) / 255
    assert length <= radius + 1e-6
    if radius >= 0.2:
        wanted = float((kept - as_pixels(clean)).norm())
        assert length > 0.9 * wanted, "rounding must not throw the budget away"


def test_l2_by_hand() -> None:
    # A change of (1.6, 1.5) levels is 2.19 long; rounded (2, 2) is 2.83: the value moved further by rounding goes back.
    clean = np.full((1, 1, 3), 100, dtype=np.uint8)
    moved = torch.tensor([101.6, 101.5, 100]).view(3, 1, 1) / 255
    assert on_the_grid(clean, moved, "l2", 2.25 / 255).ravel().tolist() == [102, 101, 100]
    assert on_the_grid(clean, moved, "l2", None).ravel().tolist() == [102, 102, 100]


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_random_starts_lie_inside(norm: str) -> None:
    change = NORMS[norm].random(torch.Size((4, 3, 8, 8)), 0.5, torch.Generator().manual_seed(0))  # type: ignore[index]
    length = change.abs().amax() if norm == "linf" else change.flatten(1).norm(dim=1).amax()
    assert 0 < length <= 0.5 + 1e-6


def test_projection_by_hand() -> None:
    clean = torch.tensor([0.0, 0.5, 1.0]).view(1, 3, 1, 1)
    moved = torch.tensor([-1.0, 0.9, 1.5]).view(1, 3, 1, 1)
    assert kept_within(clean, moved, "linf", 0.2).flatten().tolist() == pytest.approx([0.0, 0.7, 1.0])
    inside = kept_within(clean, clean + torch.tensor([3.0, 0.0, -4.0]).view(1, 3, 1, 1), "l2", 0.5)
    assert inside.flatten().tolist() == pytest.approx([0.3, 0.5, 0.6])
