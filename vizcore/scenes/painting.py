"""How does a figure become pixels? Polygons are filled four times too large and averaged down, so edges are soft."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from vizcore.scenes.curves import Points
from vizcore.scenes.figures import Colour, Part

Floats = NDArray[np.float64]
OVERSAMPLING = 4
BACKGROUNDS: tuple[tuple[Colour, Colour, Colour], ...] = (  # top, bottom, large pale discs
    ((221, 232, 240), (245, 240, 232), (250, 246, 240)),
    ((240, 230, 222), (228, 236, 232), (250, 244, 236)),
    ((226, 236, 228), (246, 242, 228), (240, 246, 238)),
    ((232, 228, 242), (246, 236, 232), (246, 242, 250)),
    ((70, 84, 108), (118, 126, 144), (88, 102, 126)),
)


@dataclass(frozen=True, eq=False)
class Patch:
    """A painted figure: where its top left pixel lies, its share of each pixel (h, w) and colour times share."""

    left: int
    top: int
    coverage: Floats
    premultiplied: Floats

    @property
    def window(self) -> tuple[slice, slice]:
        height, width = self.coverage.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)


def paint(parts: Sequence[Part], size_hw: tuple[int, int]) -> Patch:
    """The parts, in pixels of a picture of `size_hw`, as one patch clipped to that picture."""
    points = np.concatenate([part.points for part in parts])
    left, top = np.maximum(np.floor(points.min(axis=0)).astype(int), 0)
    right, bottom = np.minimum(np.ceil(points.max(axis=0)).astype(int), size_hw[::-1])
    width, height = max(1, int(right - left)), max(1, int(bottom - top))
    colours = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING))
    shares = Image.new("L", colours.size)
    for part in parts:
        outline = _flat((part.points - (left, top)) * OVERSAMPLING - 0.5)  # Pillow's whole numbers are pixel centres
        ImageDraw.Draw(colours).polygon(outline, fill=part.colour)
        ImageDraw.Draw(shares).polygon(outline, fill=1)
    return Patch(int(left), int(top), _averaged(shares), _averaged(colours))


def background(size_hw: tuple[int, int], random: np.random.Generator) -> Floats:
    """A calm ground (H, W, 3): a soft gradient and three large pale discs."""
    height, width = size_hw
    top, bottom, pale = (
        np.array(colour, dtype=np.float64) for colour in BACKGROUNDS[random.integers(len(BACKGROUNDS))]
    )
    slope = np.linspace(0, 1, height)[:, None, None]
    canvas = np.broadcast_to(top * (1 - slope) + bottom * slope, (height, width, 3)).copy()
    ys, xs = np.mgrid[0:height, 0:width] + 0.5
    for x, y, radius in random.uniform((0, 0, 0.18), (1, 1, 0.42), (3, 3)):
        distance = np.hypot(xs - x * width, ys - y * height)
        share = np.clip(radius * min(size_hw) - distance + 0.5, 0, 1)[..., None] * 0.45
        canvas = canvas * (1 - share) + pale * share
    return canvas


def cast_shadow(canvas: Floats, patch: Patch, strength: float = 0.2) -> None:
    """Darkens what lies just below a figure, in place."""
    size = max(patch.coverage.shape)
    blur, drop = max(1, round(size * 0.03)), max(1, round(size * 0.025))
    room = 3 * blur
    shape = Image.fromarray((np.pad(patch.coverage, room) * 255).astype(np.uint8))
    soft = np.asarray(shape.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float64) / 255
    top, left = patch.top - room + drop, patch.left - room
    rows = slice(max(top, 0), min(top + soft.shape[0], canvas.shape[0]))
    columns = slice(max(left, 0), min(left + soft.shape[1], canvas.shape[1]))
    soft = soft[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    canvas[rows, columns] *= 1 - strength * soft[..., None]


def lay_over(canvas: Floats, patch: Patch) -> None:
    """Puts a figure on the canvas, in place."""
    canvas[patch.window] = canvas[patch.window] * (1 - patch.coverage[..., None]) + patch.premultiplied


def _flat(points: Points) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in points]


def _averaged(image: Image.Image) -> Floats:
    """Means over OVERSAMPLING x OVERSAMPLING blocks."""
    values = np.asarray(image, dtype=np.float64)
    height, width = values.shape[0] // OVERSAMPLING, values.shape[1] // OVERSAMPLING
    blocks = values.reshape(height, OVERSAMPLING, width, OVERSAMPLING, *values.shape[2:])
    return np.asarray(blocks.mean(axis=(1, 3)), dtype=np.float64)
