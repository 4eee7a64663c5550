"""Are the corruptions what was published, for every size, and the same each time?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import convolve
from skimage.util import random_noise

from vizcore.robustness.corruptions import CORRUPTIONS, GROUPS, SEVERITIES, corrupt
from vizcore.robustness.corruptions.blur import disc_kernel, enlarged, motion_kernel, swapped_order
from vizcore.robustness.corruptions.weather import crystals, plasma


def smooth_picture(height: int = 224, width: int = 224) -> np.ndarray:
    """Waves of several lengths: no black, no white, something for every blur to take away."""
    down, across = np.mgrid[0:height, 0:width]
    waves = [
        np.sin(down / 9 + phase) + np.sin(across / 5 - phase) + np.sin((down + across) / 2.3) for phase in range(3)
    ]
    return (128 + 30 * np.stack(waves, axis=-1)).astype(np.uint8)


def change(name: str, severity: int) -> float:
    rgb = smooth_picture()
    return float(np.abs(corrupt(rgb, name, severity).astype(float) - rgb).mean())


def test_fifteen_in_four_groups() -> None:
    assert len(CORRUPTIONS) == 15
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(CORRUPTIONS)
    assert [len(names) for names in GROUPS.values()] == [3, 4, 4, 4]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_every_severity_changes_the_picture_and_the_last_more_than_the_first(name: str) -> None:
    changes = [change(name, severity) for severity in SEVERITIES]
    assert min(changes) > 1
    # Frost becomes denser while the picture below stays brighter: there it is not the sum that grows.
    assert changes[-1] > changes[0] or name == "frost"


@pytest.mark.parametrize("shape", [(1, 1), (2, 300), (9, 7), (50, 64)], ids=str)
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_any_size(name: str, shape: tuple[int, int]) -> None:
    rgb = np.full((*shape, 3), 7, dtype=np.uint8)
    for severity in (1, 5):
        found = corrupt(rgb, name, severity)
        assert found.shape == rgb.shape
        assert found.dtype == np.uint8


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_equal_seeds_give_equal_pictures(name: str) -> None:
    rgb = smooth_picture(40, 40)
    before = rgb.copy()
    once, again, other = (corrupt(rgb, name, 3, seed) for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert np.array_equal(rgb, before)
    random = {"defocus-blur", "zoom-blur", "brightness", "contrast", "pixelate", "jpeg"}
    assert np.array_equal(once, other) == (name in random)


@pytest.mark.parametrize("severity", [0, 6])
def test_severity_is_1_to_5(severity: int) -> None:
    with pytest.raises(ValueError, match="severity"):
        corrupt(smooth_picture(8, 8), "fog", severity)


@pytest.mark.parametrize(("severity", "deviation"), [(1, 0.08), (3, 0.18)])
def test_gaussian_noise_has_its_deviation(severity: int, deviation: float) -> None:
    grey = np.full((200, 200, 3), 128, dtype=np.uint8)
    found = corrupt(grey, "gaussian-noise", severity)
    assert (found / 255).std() == pytest.approx(deviation, rel=0.03)


def test_shot_noise_has_poissons_variance() -> None:
    grey = np.full((200, 200, 3), 64, dtype=np.uint8)
    found = corrupt(grey, "shot-noise", 1) / 255
    assert found.var() == pytest.approx(64 / 255 / 60, rel=0.03)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_impulse_noise_as_scikit_image_does_it(severity: int) -> None:
    rgb = smooth_picture()
    theirs = random_noise(rgb / 255, mode="s&p", amount=CORRUPTIONS["impulse-noise"].strengths[severity - 1], rng=0)
    ours = corrupt(rgb, "impulse-noise", severity)
    for value in (0, 255):
        expected = (np.round(theirs * 255) == value).mean()
        assert (ours == value).mean() == pytest.approx(expected, rel=0.05)


def test_contrast_by_hand() -> None:
    rgb = np.array([[[0, 0, 0], [200, 100, 50]]], dtype=np.uint8)
    assert corrupt(rgb, "contrast", 1)[0].tolist() == [[60, 30, 15], [140, 70, 35]]


def test_brightness_by_hand() -> None:
    rgb = np.array([[[51, 102, 0]]], dtype=np.uint8)  # V 0.4 becomes 0.5: all channels times 1.25
    assert corrupt(rgb, "brightness", 1)[0, 0].tolist() == pytest.approx([64, 128, 0], abs=1)


def test_pixelate_leaves_few_colours() -> None:
    found = corrupt(smooth_picture(40, 40), "pixelate", 5)
    assert len(np.unique(found.reshape(-1, 3), axis=0)) <= 100


@pytest.mark.parametrize("radius", [0.5, 3, 4.6, 10])
def test_disc_kernels_are_round_and_sum_to_one(radius: float) -> None:
    kernel = disc_kernel(radius, 0.1)
    assert kernel.sum() == pytest.approx(1)
    assert np.allclose(kernel, kernel.T)
    assert np.allclose(kernel, kernel[::-1])
    covered = 1 / kernel.max()
    assert covered == pytest.approx(np.pi * (radius + 0.25) ** 2, rel=0.25, abs=1)


def test_motion_kernel_lies_on_its_line() -> None:
    kernel = motion_kernel(5, 3, 0)
    assert kernel.sum() == pytest.approx(1)
    assert np.count_nonzero(kernel.sum(axis=1)) == 1
    row = kernel[kernel.shape[0] // 2]
    assert row.argmax() == len(row) // 2
    assert (np.diff(row[len(row) // 2 :]) < 0).all()


def test_blur_equals_scipys_filter() -> None:
    rgb = smooth_picture(40, 40)
    kernel = disc_kernel(3 * 40 / 224, 0.1 * 40 / 224)
    theirs = np.stack([convolve(rgb[..., i] / 255, kernel, mode="mirror") for i in range(3)], axis=-1)
    assert np.abs(corrupt(rgb, "defocus-blur", 1) - theirs * 255).max() <= 0.6


def test_glass_moves_pixels_but_loses_none() -> None:
    order = swapped_order(20, 30, 2, 2, np.random.default_rng(0))
    assert sorted(order.tolist()) == list(range(600))
    rows, columns = np.divmod(order, 30)
    moved = np.maximum(np.abs(rows - np.arange(600) // 30), np.abs(columns - np.arange(600) % 30))
    assert 0 < np.median(moved) <= 4


def test_enlarging_keeps_the_middle() -> None:
    x = np.zeros((9, 9, 3))
    x[4, 4] = 1
    assert np.array_equal(enlarged(x, 1.0), x)
    assert enlarged(x, 2.0)[4, 4].tolist() == [1, 1, 1]
    assert enlarged(x, 2.0)[4, 5].tolist() == pytest.approx([0.5] * 3)


@pytest.mark.parametrize("shape", [(1, 1), (5, 9), (64, 64), (65, 30)], ids=str)
def test_plasma_fills_zero_to_one(shape: tuple[int, int]) -> None:
    field = plasma(*shape, 2.0, np.random.default_rng(0))
    assert field.shape == shape
    assert 0 <= field.min() <= field.max() <= 1
    assert crystals(*shape, np.random.default_rng(0)).shape == shape


def test_plasma_is_smoother_with_a_larger_divisor() -> None:
    rough, smooth = (plasma(128, 128, decay, np.random.default_rng(1)) for decay in (1.4, 3.0))
    assert np.abs(np.diff(smooth)).mean() < 0.5 * np.abs(np.diff(rough)).mean()


def published_cloud(side: int, wibble_decay: float, random: np.random.Generator) -> np.ndarray:
    """ImageNet-C's plasma_fractal, written from its recurrence with one loop over the points of each level."""
    field, step, wibble = np.zeros((side, side)), side, 100.0
    while step >= 2:
        half = step // 2

        def moved(row: int, column: int, *neighbours: tuple[int, int], wibble: float = wibble) -> None:
            mean = sum(field[(row + down) % side, (column + across) % side] for down, across in neighbours) / 4
            field[row, column] = mean + wibble * random.uniform(-wibble, wibble)

        places = [(row, column) for row in range(0, side, step) for column in range(0, side, step)]
        for row, column in places:
            moved(row + half, column + half, (-half, -half), (-half, half), (half, -half), (half, half))
        for row, column in places:
            for here in ((row, column + half), (row + half, column)):
                moved(*here, (-half, 0), (half, 0), (0, -half), (0, half))
        step, wibble = half, wibble / wibble_decay
    field -= field.min()
    return field / field.max()


def grain(fields: list[np.ndarray]) -> float:
    """Mean difference between neighbours."""
    return float(np.mean([np.abs(np.diff(field, axis=axis)).mean() for field in fields for axis in (0, 1)]))


@pytest.mark.parametrize("severity", SEVERITIES)
def test_fog_is_as_grainy_as_the_published_cloud(severity: int) -> None:
    density, wibble_decay = CORRUPTIONS["fog"].strengths[severity - 1]
    black_and_white = np.zeros((32, 32, 3))
    black_and_white[0, 0] = 1  # the brightest value, by which the sum is scaled
    ours = []
    for seed in range(24):
        foggy = CORRUPTIONS["fog"].apply(black_and_white, (density, wibble_decay), 1.0, np.random.default_rng(seed))
        cloud = foggy[:, :, 0] * (1 + density) / density
        cloud[0, 0] = cloud[0, 1]
        ours.append(cloud)
    theirs = [published_cloud(32, wibble_decay, np.random.default_rng(seed)) for seed in range(100, 124)]
    assert grain(ours) == pytest.approx(grain(theirs), rel=0.12)
