"""Pairs of masks that show what each metric sees and what it overlooks, all made from drawn figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from vizcore.metrics.masks.overlap import Mask
from vizcore.scenes import SceneSettings, draw_scene

SIDE = 192
MARGIN = 40  # room for a prediction that lies beside the figure
Pair = tuple[Mask, Mask]


def figure_mask(name: str = "cat", size: int = SIDE - 2 * MARGIN) -> Mask:
    """A drawn figure of about `size` pixels in the middle of a picture of SIDE x SIDE."""
    drawn = draw_scene(SceneSettings(seed=4, objects=1, size=0.8, width=SIDE, height=SIDE, classes=(name,))).masks[0]
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    figure = drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = size / max(figure.shape)
    height, width = (max(1, round(side * scale)) for side in figure.shape)
    ys = ((np.arange(height) + 0.5) * figure.shape[0] / height).astype(int)
    xs = ((np.arange(width) + 0.5) * figure.shape[1] / width).astype(int)
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    mask[top : top + height, left : left + width] = figure[ys[:, None], xs]
    return mask


def shifted(mask: Mask, dx: int, dy: int = 0) -> Mask:
    """The mask moved right by dx and down by dy pixels; what leaves the picture is lost, nothing comes in."""
    moved = np.zeros_like(mask)
    height, width = mask.shape
    if abs(dx) < width and abs(dy) < height:
        moved[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = mask[
            max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)
        ]
    return moved


def grown(mask: Mask, pixels: int) -> Mask:
    """The mask with every pixel within this distance of it; a negative number takes as much away from its edge."""
    from scipy.ndimage import distance_transform_edt

    if pixels == 0 or not mask.any():
        return mask.copy()
    near: Mask = distance_transform_edt(~mask) <= pixels if pixels > 0 else distance_transform_edt(mask) > -pixels
    return near


def _shift(amount: int) -> Pair:
    mask = figure_mask()
    return mask, shifted(mask, amount)


def _dilate(amount: int) -> Pair:
    mask = figure_mask()
    return mask, grown(mask, amount)


def _erode(amount: int) -> Pair:
    mask = figure_mask()
    return mask, grown(mask, -amount)


def _hole(amount: int) -> Pair:
    """A round hole where the figure is thickest, so that it stays inside."""
    from scipy.ndimage import distance_transform_edt

    mask = figure_mask()
    inside = distance_transform_edt(mask)
    y, x = np.unravel_index(inside.argmax(), mask.shape)
    grid_y, grid_x = np.ogrid[:SIDE, :SIDE]
    return mask, mask & ((grid_y - y) ** 2 + (grid_x - x) ** 2 >= amount**2)


def _split(amount: int) -> Pair:
    mask = figure_mask()
    middle = round(float(np.nonzero(mask)[0].mean()))
    halved = mask.copy()
    halved[middle - amount // 2 : middle + (amount + 1) // 2] = False
    return mask, halved


def _speck(amount: int) -> Pair:
    """One wrong spot of 2 x 2 pixels, `amount` pixels beyond the figure's right edge."""
    mask = figure_mask()
    rows, columns = np.nonzero(mask)
    left = min(int(columns.max()) + amount, SIDE - 2)
    row = int(np.median(rows[columns == columns.max()]))
    dirty = mask.copy()
    dirty[row : row + 2, left : left + 2] = True
    return mask, dirty


def _tiny(amount: int) -> Pair:
    mask = figure_mask("disc", 10)
    return mask, shifted(mask, amount)


def _thin(amount: int) -> Pair:
    mask = np.zeros((SIDE, SIDE), dtype=bool)
    mask[SIDE // 2 - 1 : SIDE // 2 + 1, MARGIN : SIDE - MARGIN] = True
    return mask, shifted(mask, 0, amount)


def _apart(amount: int) -> Pair:
    mask = figure_mask("disc", 40)
    return shifted(mask, -20 - amount), shifted(mask, 20 + amount)


def _nothing(amount: int) -> Pair:
    empty = np.zeros((SIDE, SIDE), dtype=bool)
    return empty, empty.copy()


def _missed(amount: int) -> Pair:
    return figure_mask(), np.zeros((SIDE, SIDE), dtype=bool)


def _everything(amount: int) -> Pair:
    return figure_mask(), np.ones((SIDE, SIDE), dtype=bool)


# Adding a preset is adding a row: (what it does with a number of pixels, that number at first).
PRESETS: Mapping[str, tuple[Callable[[int], Pair], int]] = {
    "shift": (_shift, 6),
    "dilate": (_dilate, 4),
    "erode": (_erode, 4),
    "hole": (_hole, 14),
    "split": (_split, 6),
    "speck": (_speck, 30),
    "tiny": (_tiny, 2),
    "thin": (_thin, 2),
    "apart": (_apart, 10),
    "missed": (_missed, 0),
    "everything": (_everything, 0),
    "nothing": (_nothing, 0),
}
MOST_PIXELS = 36
MOST_OF = {
    "erode": 20,
    "hole": 16,
    "split": 12,
    "tiny": 6,
}  # pixels beyond which a pair no longer shows what it stands for


def preset_pair(name: str, amount: int | None = None) -> Pair:
    """(truth, prediction), each (SIDE, SIDE) bool; amount from 0 to MOST_PIXELS pixels, None for the preset's own."""
    make, first = PRESETS[name]
    amount = first if amount is None else amount
    if not 0 <= amount <= MOST_PIXELS:
        raise ValueError(f"expected 0 to {MOST_PIXELS} pixels, got {amount}")
    return make(amount)
