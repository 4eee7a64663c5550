"""Do free numbers become pictures and back, and do random transforms leave what they should?"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vizcore.generation.ideal.parametrisation import COLOURS, PARAMETRISATIONS, Waves, from_colours, to_colours
from vizcore.generation.ideal.transforms import RandomTransform


def random_pictures(side: int) -> torch.Tensor:
    return 0.1 + 0.8 * torch.rand((2, 3, side, side), generator=torch.Generator().manual_seed(side))


@pytest.mark.parametrize("decorrelated", [False, True])
@pytest.mark.parametrize("side", [1, 2, 7, 8, 33])
@pytest.mark.parametrize("key", PARAMETRISATIONS)
def test_round_trip(key: str, side: int, decorrelated: bool) -> None:
    shape = PARAMETRISATIONS[key](side, decorrelated, 1.0)
    pictures = random_pictures(side)
    assert torch.allclose(shape.picture(shape.from_picture(pictures)), pictures, atol=1e-4)


@pytest.mark.parametrize("key", PARAMETRISATIONS)
def test_grey_and_noise(key: str) -> None:
    shape = PARAMETRISATIONS[key](16, True, 1.0)
    assert torch.equal(shape.picture(shape.grey(2)), torch.full((2, 3, 16, 16), 0.5))
    noise = shape.picture(shape.random(2, torch.Generator().manual_seed(0)))
    assert noise.shape == (2, 3, 16, 16)
    assert 0 < float((noise - 0.5).abs().max()) < 0.5
    assert torch.equal(noise, shape.picture(shape.random(2, torch.Generator().manual_seed(0))))


def test_black_and_white_stay_finite() -> None:
    shape = Waves(8, True)
    pictures = torch.stack([torch.zeros((3, 8, 8)), torch.ones((3, 8, 8))])
    back = shape.picture(shape.from_picture(pictures))
    assert (back * 255).round().unique().tolist() == [1, 254]


def test_waves_equal_numpys_inverse_transform() -> None:
    free = torch.randn((1, 3, 8, 5, 2), generator=torch.Generator().manual_seed(2))
    frequency = np.hypot(np.fft.fftfreq(8)[:, None], np.fft.rfftfreq(8)[None, :])
    weighted = (free[..., 0] + 1j * free[..., 1]).numpy() / np.maximum(frequency, 1 / 8)
    expected = 1 / (1 + np.exp(-np.fft.irfft2(weighted, s=(8, 8), norm="ortho") / 4))
    assert Waves(8, False).picture(free).numpy() == pytest.approx(expected, abs=1e-5)


def test_decay_weakens_fine_waves() -> None:
    free = Waves(32, False).random(1, torch.Generator().manual_seed(0))
    rough, smooth = (Waves(32, False, decay).picture(free) for decay in (0.0, 2.0))
    assert (smooth[..., 1:] - smooth[..., :-1]).std() / smooth.std() < (
        rough[..., 1:] - rough[..., :-1]
    ).std() / rough.std()


def test_colours_go_there_and_back() -> None:
    assert float(COLOURS.norm(dim=0).max()) == pytest.approx(1)
    pictures = random_pictures(4)
    for decorrelated in (False, True):
        assert torch.allclose(to_colours(from_colours(pictures, decorrelated), decorrelated), pictures, atol=1e-5)


def test_no_wobble_is_no_change() -> None:
    pictures = random_pictures(8)
    assert RandomTransform()(pictures, torch.Generator()) is pictures


def test_jitter_moves_by_whole_pixels() -> None:
    pictures = torch.full((1, 3, 8, 8), 0.5)
    pictures[0, :, 4, 4] = 1.0
    for seed in range(10):
        moved = RandomTransform(jitter=0.25)(pictures, torch.Generator().manual_seed(seed))
        assert sorted(moved.unique().tolist()) == [0.5, 1.0]
        row, column = (moved[0, 0] == 1).nonzero()[0].tolist()
        assert abs(row - 4) <= 2
        assert abs(column - 4) <= 2


def test_scale_and_turn_keep_grey_grey_and_are_seeded() -> None:
    transform = RandomTransform(jitter=0.1, scale=0.2, rotate=30)
    grey = torch.full((2, 3, 9, 9), 0.5)
    assert torch.allclose(transform(grey, torch.Generator().manual_seed(0)), grey)
    pictures = random_pictures(9)
    once, again = (transform(pictures, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(once, again)
    assert not torch.equal(once, transform(pictures, torch.Generator().manual_seed(2)))


def test_a_turn_keeps_what_is_round() -> None:
    line = torch.linspace(-1, 1, 33)
    ring = (line[:, None] ** 2 + line[None] ** 2 < 0.4).float().expand(1, 3, 33, 33)
    turned = RandomTransform(rotate=90)(ring, torch.Generator().manual_seed(3))
    inside = (line[:, None] ** 2 + line[None] ** 2 < 0.3).expand(1, 3, 33, 33)
    assert (turned[inside] > 0.99).all()
