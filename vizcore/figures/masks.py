"""Masks over a photo: painted into it, as a transparent layer for the browser, cut out of it, and side by side."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.figures.theme import CLASS_COLOURS, IN_BOTH, LINE_WIDTH, MISSED, TOO_MUCH, red_green_blue

Mask = NDArray[np.bool_]
FIRST_COLOUR = 3  # the place in the palette before the first object's
FILL = 0.45  # opacity of a mask's inside; its outline is opaque
MOST_IN_A_PALETTE = 127  # masks whose inside and outline have entries of their own in one PNG


def object_colour(number: int) -> str:
    """ "#rrggbb" of the object with this number, counted from 1; neighbours are far apart.

    The first one is blue: hardly anything that is photographed is, fur, skin and wood least of all.
    """
    return CLASS_COLOURS[(number + FIRST_COLOUR) % len(CLASS_COLOURS)]


def painted(
    rgb: NDArray[np.uint8], masks: Sequence[Mask], colours: Sequence[str], *, opacity: float = FILL
) -> NDArray[np.uint8]:
    """A copy of the photo (H, W, 3) under its masks (H, W) each, later ones over earlier ones.

    Only the rectangle that holds a mask is touched, and a blend with one colour is a table of 256 values.
    """
    import cv2

    canvas = np.array(rgb)
    for mask, colour in zip(masks, colours, strict=True):
        if (window := window_of(mask)) is None:
            continue
        region = canvas[window]
        steps = np.arange(256)[:, None] * (1 - opacity) + np.array(red_green_blue(colour))[None] * opacity
        blended = cv2.LUT(np.ascontiguousarray(region), steps.round().astype(np.uint8)[None])
        cv2.copyTo(blended, np.ascontiguousarray(mask[window]).view(np.uint8), region)
    return canvas


def click_grid(rgb: NDArray[np.uint8], per_side: int, longest_side: int) -> NDArray[np.uint8]:
    """The photo, at most this large, with a dot for each click of a grid of per_side x per_side."""
    import cv2

    scale = min(1.0, longest_side / max(rgb.shape[:2]))
    size_wh = max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale))
    canvas: NDArray[np.uint8] = np.ascontiguousarray(cv2.resize(rgb, size_wh, interpolation=cv2.INTER_AREA))
    for row in range(per_side):
        for column in range(per_side):
            place = (
                round((column + 0.5) / per_side * size_wh[0]),
                round((row + 0.5) / per_side * size_wh[1]),
            )
            cv2.circle(canvas, place, LINE_WIDTH + 1, (20, 22, 30), -1, cv2.LINE_AA)
            cv2.circle(canvas, place, LINE_WIDTH, (255, 255, 255), -1, cv2.LINE_AA)
    return canvas


def layer_png(
    masks: Sequence[Mask], colours: Sequence[str], size_wh: tuple[int, int], *, opacity: float = FILL
) -> bytes:
    """A transparent PNG of this size with the masks' insides and outlines; the masks may have any size.

    One byte for each pixel: 2 n + 1 colours are all it holds. Of more than 127 masks the last ones are drawn.
    """
    shown = list(zip(masks, colours, strict=True))[-MOST_IN_A_PALETTE:]
    width, height = size_wh
    index = np.zeros((height, width), np.uint8)
    for place, (mask, _) in enumerate(shown):
        _draw_indexed(index, _fitted(mask, size_wh), 2 * place + 1)
    picture = Image.fromarray(index, "P")
    entries = [0, 0, 0] + [value for _, colour in shown for value in 2 * red_green_blue(colour)]
    picture.putpalette(entries)
    alphas = bytes([0] + [value for _ in shown for value in (round(255 * opacity), 255)])
    stream = io.BytesIO()
    picture.save(stream, "PNG", transparency=alphas, compress_level=1)
    return stream.getvalue()


def label_map_rgb(labels: NDArray[np.integer], colours: Sequence[str]) -> NDArray[np.uint8]:
    """(H, W) of 0 for nothing and i for the i-th colour, counted from 1 -> (H, W, 3); nothing is black."""
    table = np.zeros((len(colours) + 1, 3), np.uint8)
    if colours:
        table[1:] = [red_green_blue(colour) for colour in colours]
    coloured: NDArray[np.uint8] = table[labels]
    return coloured


def painted_labels(
    rgb: NDArray[np.uint8], labels: NDArray[np.integer], colours: Sequence[str], *, opacity: float = FILL
) -> NDArray[np.uint8]:
    """The photo (h, w, 3) under the regions of a label map of any size; where it has 0 the photo shows."""
    import cv2

    height, width = rgb.shape[:2]
    fitted = np.asarray(
        cv2.resize(labels.astype(np.int32), (width, height), interpolation=cv2.INTER_NEAREST_EXACT), np.int32
    )
    blended = rgb.astype(np.float64) * (1 - opacity) + label_map_rgb(fitted, colours).astype(np.float64) * opacity
    return np.where(fitted[..., None] > 0, blended.round(), rgb).astype(np.uint8)


def cut_out(rgb: NDArray[np.uint8], mask: Mask) -> NDArray[np.uint8]:
    """(h, w, 4): what the mask holds, cropped to it, transparent outside; one transparent pixel for an empty mask."""
    window = window_of(mask)
    if window is None:
        return np.zeros((1, 1, 4), np.uint8)
    alpha = mask[window].astype(np.uint8) * 255
    return np.dstack([np.where(alpha[..., None] > 0, rgb[window], 0), alpha]).astype(np.uint8)


def on_checks(rgba: NDArray[np.uint8], side: int = 12) -> NDArray[np.uint8]:
    """A cut-out on the grey checks that stand for "nothing here", (h, w, 3)."""
    down, right = np.ogrid[: rgba.shape[0], : rgba.shape[1]]
    checks = np.where((down // side + right // side) % 2, 200, 235)[..., None]
    return np.where(rgba[..., 3:] > 0, rgba[..., :3], checks).astype(np.uint8)


def compared_png(mask: Mask, reference: Mask, size_wh: tuple[int, int]) -> bytes:
    """A transparent layer: where both agree, what the mask misses, what it has too much."""
    parts = [mask & reference, reference & ~mask, mask & ~reference]
    return layer_png(parts, [IN_BOTH, MISSED, TOO_MUCH], size_wh, opacity=0.6)


def window_of(mask: Mask) -> tuple[slice, slice] | None:
    """The rows and columns that hold the mask; None for an empty one."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not len(rows):
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def shown_size(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """(width, height) shrunk so that no side is longer, never enlarged, never under one pixel."""
    scale = min(1.0, longest_side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _fitted(mask: Mask, size_wh: tuple[int, int]) -> NDArray[np.uint8]:
    """The mask at this size as 0 and 1."""
    import cv2

    plain = np.ascontiguousarray(mask).view(np.uint8)
    if mask.shape[::-1] == size_wh:
        return plain
    return np.asarray(cv2.resize(plain, size_wh, interpolation=cv2.INTER_NEAREST_EXACT), np.uint8)


def _draw_indexed(index: NDArray[np.uint8], mask: NDArray[np.uint8], value: int) -> None:
    """`value` inside, `value + 1` along the edge, kept inside the mask as far as a line can be."""
    import cv2

    left, top, width, height = cv2.boundingRect(mask)
    if not width:
        return
    window = slice(top, top + height), slice(left, left + width)
    region, inside = index[window], np.ascontiguousarray(mask[window])
    region[inside > 0] = value
    contours, _ = cv2.findContours(inside, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    drawn = np.ascontiguousarray(region)
    cv2.drawContours(drawn, contours, -1, value + 1, LINE_WIDTH - 1)
    region[...] = drawn
