"""Where does each object walk? Straight ways that cross, with entries and exits, from a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.results import FloatArray

Motion = Literal["crossing", "lanes", "wandering"]


@dataclass(frozen=True, eq=False)
class Way:
    """path (F, 2): x and y of an object's top left corner in whole pixels; here (F,): whether it is in the sequence."""

    path: NDArray[np.int64]
    here: NDArray[np.bool_]


def ways(
    motion: Motion, sizes_wh: NDArray[np.float64], size_wh: tuple[int, int], frames: int, speed: float, seed: int
) -> list[Way]:
    """One way for each object (N, 2 sizes). speed: pixels a frame.

    crossing: left and right walkers meet in the middle; lanes: all the same way, one behind the other, entering and
    leaving; wandering: slow curves that keep inside the picture.
    """
    return [
        _WAYS[motion](place, len(sizes_wh), size, size_wh, frames, speed, np.random.default_rng([seed, 5, place]))
        for place, size in enumerate(sizes_wh)
    ]


def _crossing(
    place: int, count: int, size: NDArray[np.float64], size_wh: tuple[int, int], frames: int, speed: float,
    random: np.random.Generator,
) -> Way:  # fmt: skip
    """Even places go right, odd ones left: a pair meets about the middle of the picture, each pair later than the one
    before."""
    direction = 1 if place % 2 == 0 else -1
    pairs = (count + 1) // 2
    meeting = frames * (place // 2 + 1) / (pairs + 1)
    time = np.arange(frames) - meeting
    centre = size_wh[0] / 2 + direction * speed * time + random.uniform(-0.08, 0.08) * size_wh[0]
    return _standing(place, count, size, size_wh, centre)


def _lanes(
    place: int, count: int, size: NDArray[np.float64], size_wh: tuple[int, int], frames: int, speed: float,
    random: np.random.Generator,
) -> Way:  # fmt: skip
    pace = speed * random.uniform(0.8, 1.3)
    start = -place * size_wh[0] / max(count, 1) + random.uniform(0, 0.25) * size_wh[0] + size_wh[0] / 4
    return _standing(place, count, size, size_wh, start + pace * np.arange(frames))


def _wandering(
    place: int, count: int, size: NDArray[np.float64], size_wh: tuple[int, int], frames: int, speed: float,
    random: np.random.Generator,
) -> Way:  # fmt: skip
    room = np.maximum(np.array(size_wh) - size, 1)
    heading = random.uniform(0, 2 * np.pi) + np.cumsum(random.normal(0, 0.12, frames))
    steps = speed * np.stack([np.cos(heading), 0.5 * np.sin(heading)], axis=1)
    free = random.uniform(0, 1, 2) * room + np.cumsum(steps, axis=0)
    inside = room - np.abs(np.mod(free, 2 * room) - room)  # reflected at the edges
    return Way(np.rint(inside).astype(np.int64), np.ones(frames, dtype=bool))


def _standing(place: int, count: int, size: NDArray[np.float64], size_wh: tuple[int, int], centre: FloatArray) -> Way:
    """On a ground line of its own, a little lower for each next object; there while any of it is in the picture."""
    foot = size_wh[1] * (0.78 + 0.18 * (place + 1) / max(count, 1))
    left = np.rint(centre - size[0] / 2).astype(np.int64)
    top = np.full(len(left), round(foot - size[1]), dtype=np.int64)
    here = (left + size[0] > 2) & (left < size_wh[0] - 2)
    return Way(np.stack([left, top], axis=1), here)


_WAYS = {"crossing": _crossing, "lanes": _lanes, "wandering": _wandering}
MOTIONS: tuple[Motion, ...] = ("crossing", "lanes", "wandering")
