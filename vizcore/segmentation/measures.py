"""How large is what was cut out? In pixels, as a share of the picture and, with a scale, in millimetres."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from vizcore.errors import SettingOutOfRange
from vizcore.segmentation.results import Mask
from vizcore.segmentation.rle import encode

LEAST_SCALE, MOST_SCALE = 1e-6, 1e6


@dataclass(frozen=True)
class Measures:
    """Of one mask, all of them 0 for an empty one but the centre, which is then None.

    perimeter_px: length of the border, holes included (see `perimeter`). share: of the picture, in [0, 1]. box_xyxy:
    tight, in pixel edges. centre_xy: of mass. diameter_px: of the disc of the same area. parts: connected parts.
    area_mm2, perimeter_mm, diameter_mm: with a scale, else None.
    """

    area_px: int
    perimeter_px: float
    share: float
    box_xyxy: tuple[int, int, int, int]
    centre_xy: tuple[float, float] | None
    diameter_px: float
    parts: int
    area_mm2: float | None = None
    perimeter_mm: float | None = None
    diameter_mm: float | None = None


def measure(mask: Mask, px_per_mm: float | None = None) -> Measures:
    """The measures of a mask (H, W). px_per_mm: how many pixels are one millimetre. SettingOutOfRange for the scale."""
    if px_per_mm is not None and not LEAST_SCALE <= px_per_mm <= MOST_SCALE:
        raise SettingOutOfRange(setting="px/mm", least=LEAST_SCALE, most=MOST_SCALE, actual=px_per_mm)
    from scipy import ndimage

    rle = encode(mask)
    x0, y0, x1, y1 = box = rle.box_xyxy()
    window = mask[y0:y1, x0:x1]
    area, around = rle.area, perimeter(window)
    centre = None
    if area:
        y, x = (
            np.average(np.arange(length) + 0.5, weights=window.sum(axis))
            for axis, length in ((1, y1 - y0), (0, x1 - x0))
        )
        centre = (x0 + float(x), y0 + float(y))
    parts = int(ndimage.label(window, np.ones((3, 3)))[1]) if area else 0
    diameter = 2 * math.sqrt(area / math.pi)
    found = Measures(area, around, area / mask.size if mask.size else 0.0, box, centre, diameter, parts)
    if px_per_mm is None:
        return found
    area_mm2, perimeter_mm = area / px_per_mm**2, around / px_per_mm
    return replace(found, area_mm2=area_mm2, perimeter_mm=perimeter_mm, diameter_mm=diameter / px_per_mm)


def scale_from(length_px: float, length_mm: float) -> float:
    """Pixels per millimetre of a length known in both. SettingOutOfRange where either is not above 0."""
    for name, value in (("px", length_px), ("mm", length_mm)):
        if not 0 < value < math.inf:
            raise SettingOutOfRange(setting=name, least=0, most=MOST_SCALE, actual=value)
    return length_px / length_mm


def perimeter(mask: Mask) -> float:
    """Length of the border by Crofton's formula in four directions, as in scikit-image: right for curves on average.

    Counting pixel sides would give a disc the perimeter of its square.
    """
    from skimage.measure import perimeter_crofton

    if not mask.any():
        return 0.0
    return float(perimeter_crofton(np.pad(mask, 1), directions=4))  # type: ignore[no-untyped-call]
