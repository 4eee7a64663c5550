"""The channels of a stage as tiles of one picture, and as rows from which a browser enlarges one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.figures.ramp import heat_colours
from vizcore.figures.theme import PANEL, red_green_blue
from vizcore.results import FeatureMaps, FloatArray

TILE_SIDE = 96
GAP = 6
FINEST_GRID = 56  # places on a side that are sent for the enlarged tile


@dataclass(frozen=True, eq=False)
class ChannelTiles:
    """A grid of tiles: shape_hw rows and columns, channels (n,) in reading order, rgb the picture of them all.

    rows (shape_hw product, h * w) 0..255: each tile's values, for enlarging; places_hw: their own grid.
    """

    shape_hw: tuple[int, int]
    channels: tuple[int, ...]
    rgb: NDArray[np.uint8]
    rows: NDArray[np.uint8]
    places_hw: tuple[int, int]


def strongest_channels(maps: FeatureMaps, count: int) -> tuple[int, ...]:
    """The channels that vary most over the picture, most first."""
    spread = maps.maps.reshape(len(maps.maps), -1).std(axis=1)
    return tuple(int(each) for each in np.argsort(-spread, kind="stable")[:count])


def channel_tiles(maps: FeatureMaps, count: int, *, dark: bool = False) -> ChannelTiles:
    """The `count` strongest channels, each from its own lowest (violet) to its own highest value (yellow)."""
    channels = strongest_channels(maps, count)
    columns = math.ceil(math.sqrt(len(channels) * 1.5))
    shape_hw = (math.ceil(len(channels) / columns), columns)
    scaled = [_scaled(_coarse(maps.maps[channel])) for channel in channels]
    places_hw = (int(scaled[0].shape[0]), int(scaled[0].shape[1]))
    rows = np.zeros((shape_hw[0] * columns, places_hw[0] * places_hw[1]), np.uint8)
    rows[: len(scaled)] = [np.rint(each * 255).astype(np.uint8).reshape(-1) for each in scaled]
    return ChannelTiles(shape_hw, channels, _sheet(scaled, shape_hw, dark=dark), rows, places_hw)


def share_of_zeros(maps: FeatureMaps) -> float:
    """How much of the stage is exactly silent, in [0, 1]: what ReLU leaves."""
    return float((maps.maps == 0).mean())


def _coarse(grid: FloatArray) -> FloatArray:
    height, width = grid.shape
    if max(height, width) <= FINEST_GRID:
        return grid
    scale = FINEST_GRID / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(grid.astype(np.float32)).resize(size, Image.Resampling.BOX))


def _scaled(grid: FloatArray) -> FloatArray:
    low, high = float(grid.min()), float(grid.max())
    return (grid - low) / (high - low) if high > low else np.zeros_like(grid)


def _sheet(grids: list[FloatArray], shape_hw: tuple[int, int], *, dark: bool) -> NDArray[np.uint8]:
    rows, columns = shape_hw
    step = TILE_SIDE + GAP
    sheet = np.empty((rows * step, columns * step, 3), np.uint8)
    sheet[:] = red_green_blue(PANEL.on(dark=dark))
    for place, grid in enumerate(grids):
        tile = Image.fromarray(heat_colours(grid).round().astype(np.uint8))
        top, left = (place // columns) * step + GAP // 2, (place % columns) * step + GAP // 2
        enlarged = tile.resize((TILE_SIDE, TILE_SIDE), Image.Resampling.NEAREST)
        sheet[top : top + TILE_SIDE, left : left + TILE_SIDE] = np.asarray(enlarged)
    return sheet
