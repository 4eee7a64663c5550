"""Are the penalties what one works out by hand on tiny pictures?"""

from __future__ import annotations

import pytest
import torch

from vizcore.generation.ideal.penalties import (
    PENALTIES,
    absolute_distance_from_grey,
    blur_loss,
    distance_from_grey,
    likeness,
    variation_loss,
)

FLAT = [[0.3, 0.3, 0.3], [0.3, 0.3, 0.3], [0.3, 0.3, 0.3]]
CHESS = [[0, 1, 0], [1, 0, 1], [0, 1, 0]]
EDGE = [[0, 0, 1], [0, 0, 1], [0, 0, 1]]  # 3 of 6 neighbours across differ, none down
DOT = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]  # 2 of 6 across, 2 of 6 down
RAMP = [[0.0, 0.1, 0.3], [0.0, 0.1, 0.3], [0.2, 0.3, 0.5]]  # across .1 .2 (x3), down 0 (x3), .2 (x3)


def picture(rows: list[list[float]]) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64).expand(1, 3, 3, 3)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(FLAT, 0), (CHESS, 2), (EDGE, 0.5), (DOT, 2 / 3), (RAMP, 0.15 + 0.1)],
    ids=["flat", "chess", "edge", "dot", "ramp"],
)
def test_variation_loss(rows: list[list[float]], expected: float) -> None:
    assert variation_loss(picture(rows)).tolist() == pytest.approx([expected])


def test_variation_loss_is_the_same_turned_mirrored_and_inverted() -> None:
    pictures = torch.rand((2, 3, 5, 5), generator=torch.Generator().manual_seed(0))
    for other in (pictures.rot90(1, (2, 3)), pictures.flip(3), 1 - pictures):
        assert torch.allclose(variation_loss(other), variation_loss(pictures))


@pytest.mark.parametrize(("value", "expected"), [(0.5, 0), (0.0, 1), (1.0, 1), (0.75, 0.25)])
def test_distance_from_grey(value: float, expected: float) -> None:
    assert distance_from_grey(torch.full((1, 3, 2, 2), value)).tolist() == pytest.approx([expected])


@pytest.mark.parametrize(("value", "expected"), [(0.5, 0), (0.0, 1), (1.0, 1), (0.75, 0.5)])
def test_absolute_distance_from_grey(value: float, expected: float) -> None:
    assert absolute_distance_from_grey(torch.full((1, 3, 2, 2), value)).tolist() == pytest.approx([expected])


def test_l1_costs_one_far_pixel_less_than_many_near_ones_and_l2_more() -> None:
    """One pixel of four at white, or all four a quarter of the way: the same L1, a fourth of the L2."""
    far, near = torch.full((1, 3, 2, 2), 0.5), torch.full((1, 3, 2, 2), 0.625)
    far[..., 0, 0] = 1.0
    assert float(absolute_distance_from_grey(far)) == pytest.approx(float(absolute_distance_from_grey(near)))
    assert float(distance_from_grey(far)) == pytest.approx(4 * float(distance_from_grey(near)))


def test_blur_loss_of_a_dot() -> None:
    # Each of the 9 places loses its 3 x 3 mean: 8/9 in the middle, -1/9 beside it (edges repeat the black border).
    expected = ((8 / 9) ** 2 + 8 * (1 / 9) ** 2) / 9
    assert float(blur_loss(picture(DOT))) == pytest.approx(expected**0.5)
    assert float(blur_loss(picture(FLAT))) == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("name", PENALTIES)
def test_every_penalty_pushes_somewhere_and_judges_pictures_apart(name: str) -> None:
    pictures = torch.rand((2, 3, 6, 6), generator=torch.Generator().manual_seed(1), requires_grad=True)
    values = PENALTIES[name](pictures)
    assert values.shape == (2,)
    (gradient,) = torch.autograd.grad(values[0], pictures)
    assert gradient[0].abs().sum() > 0
    assert gradient[1].abs().sum() == 0


def test_likeness() -> None:
    one = torch.eye(2).view(1, 2, 1, 2)  # channel 0 is on at the first place, channel 1 at the second
    other = torch.tensor([[1.0, 1.0], [0.0, 0.0]]).view(1, 2, 1, 2)
    assert likeness(one).tolist() == [0]
    assert likeness(torch.cat([one, one])).tolist() == pytest.approx([1, 1])
    # Grams: identity and [[2, 0], [0, 0]]; their cosine is 2 / (sqrt(2) * 2).
    assert likeness(torch.cat([one, other])).tolist() == pytest.approx([0.5**0.5] * 2)
