"""Snow, frost, fog and bright light. x (H, W, 3) float in [0, 1]."""

from __future__ import annotations

import cv2
import numpy as np

from vizcore.robustness.corruptions.blur import enlarged, filtered, motion_kernel
from vizcore.robustness.corruptions.noise import Floats, Random

ICE = np.array([0.80, 0.88, 0.95])  # pale blue


def snow(
    x: Floats, how: tuple[float, float, float, float, float, float, float], scale: float, random: Random
) -> Floats:
    """Flakes (random values above a threshold, enlarged and blurred as they fall) over a whitened picture."""
    mean, deviation, zoom, threshold, radius, sigma, kept = how
    flakes = enlarged(random.normal(mean, deviation, x.shape[:2]), zoom * scale if zoom * scale > 1 else 1.0)
    flakes = np.where(flakes < threshold, 0, flakes).clip(0, 1)
    flakes = filtered(flakes, motion_kernel(radius * scale, sigma * scale, random.uniform(-135, -45)))[..., None]
    grey = cv2.cvtColor(x.astype(np.float32), cv2.COLOR_RGB2GRAY)[..., None].astype(np.float64)
    whitened = kept * x + (1 - kept) * np.maximum(x, grey * 1.5 + 0.5)
    return np.asarray(whitened + flakes + flakes[::-1, ::-1])


def frost(x: Floats, kept_and_ice: tuple[float, float], scale: float, random: Random) -> Floats:
    """The picture, darkened, under a layer of ice crystals."""
    kept, ice = kept_and_ice
    return np.asarray(kept * x + ice * crystals(x.shape[0], x.shape[1], random)[..., None] * ICE)


def crystals(height: int, width: int, random: Random) -> Floats:
    """(H, W) in [0, 1]: bright needles where two fractal fields cross their middle, thicker towards the edges."""
    needles = np.zeros((height, width))
    for decay in (1.6, 1.9, 2.2):
        field = plasma(height, width, decay, random)
        needles = np.maximum(needles, 1 - np.abs(2 * field - 1) ** 0.5)
    down = np.abs(np.linspace(-1, 1, height))[:, None]
    across = np.abs(np.linspace(-1, 1, width))[None, :]
    rim = 0.55 + 0.45 * np.maximum(down, across) ** 2
    return (needles * rim + 0.25 * plasma(height, width, 2.0, random)).clip(0, 1)


def fog(x: Floats, density_and_decay: tuple[float, float], scale: float, random: Random) -> Floats:
    """A fractal cloud added, and the picture's brightest value kept.

    ImageNet-C's cloud moves a point by wibble * uniform(-wibble, wibble), and each halving of the grid divides the
    wibble by `decay`: the displacement shrinks by its square.
    """
    density, decay = density_and_decay
    brightest = x.max()
    cloud = plasma(x.shape[0], x.shape[1], decay**2, random)[..., None]
    return np.asarray((x + density * cloud) * brightest / (brightest + density))


def brightness(x: Floats, more: float, scale: float, random: Random) -> Floats:
    """The V of HSV raised."""
    from skimage.color import hsv2rgb, rgb2hsv

    hsv = rgb2hsv(x)
    hsv[..., 2] = (hsv[..., 2] + more).clip(0, 1)
    return np.asarray(hsv2rgb(hsv), dtype=np.float64)


def plasma(height: int, width: int, decay: float, random: Random) -> Floats:
    """(H, W) in [0, 1]: diamond-square midpoint displacement on a torus (Fournier et al. 1982).

    Each halving of the grid divides the displacement by `decay`: large values give smooth clouds.
    """
    side = 1 << max(max(height, width) - 1, 1).bit_length()
    field = np.zeros((side, side))
    step, reach = side, 1.0
    while step >= 2:
        half = step // 2
        corners = field[::step, ::step]
        pairs = corners + np.roll(corners, -1, axis=0)
        middle = (pairs + np.roll(pairs, -1, axis=1)) / 4
        field[half::step, half::step] = middle + random.uniform(-reach, reach, middle.shape)
        middle = field[half::step, half::step]
        beside = corners + np.roll(corners, -1, axis=1) + middle + np.roll(middle, 1, axis=0)
        below = corners + np.roll(corners, -1, axis=0) + middle + np.roll(middle, 1, axis=1)
        field[::step, half::step] = beside / 4 + random.uniform(-reach, reach, middle.shape)
        field[half::step, ::step] = below / 4 + random.uniform(-reach, reach, middle.shape)
        step, reach = half, reach / decay
    field -= field.min()
    return (field / (field.max() or 1.0))[:height, :width]
