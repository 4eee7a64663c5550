"""Where does each figure stand? Class, look and place follow from the seed; every slider leaves the others alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.scenes.curves import mirrored, turned
from vizcore.scenes.figures import FIGURES, Part

CLASS_NAMES: tuple[str, ...] = tuple(FIGURES)
PLACES_TRIED = 240
LIMITS = {"objects": (0, 24), "size": (0.04, 0.9), "overlap": (0.0, 1.0), "noise": (0.0, 1.0), "width": (32, 1024),
          "height": (32, 1024)}  # fmt: skip


@dataclass(frozen=True)
class SceneSettings:
    """What to draw. `LIMITS` holds the range of each number; the same settings give the same bytes.

    size: longer side of a typical object as a share of the picture's shorter side.
    overlap: share of a new object that should lie over older ones; 0 = apart wherever there is room.
    noise: 0 = none, 1 = pixel noise with a standard deviation of 64 grey levels.
    """

    seed: int = 0
    objects: int = 6
    size: float = 0.34
    overlap: float = 0.0
    noise: float = 0.0
    width: int = 640
    height: int = 480
    classes: tuple[str, ...] = CLASS_NAMES

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"expected {name} from {low} to {high}, got {getattr(self, name)}")
        if self.seed < 0:
            raise ValueError(f"expected a seed >= 0, got {self.seed}")
        if not self.classes or not set(self.classes) <= set(CLASS_NAMES) or len(set(self.classes)) < len(self.classes):
            raise ValueError(f"expected different classes among {CLASS_NAMES}, got {self.classes}")


@dataclass(frozen=True, eq=False)
class Placed:
    """A figure in picture pixels: index of its class in settings.classes, parts, and box x0, y0, x1, y1."""

    label: int
    parts: tuple[Part, ...]
    box: NDArray[np.float64]


def stream(seed: int, *path: int) -> np.random.Generator:
    """Random numbers of their own for one purpose, so that one slider never disturbs another's choice."""
    return np.random.default_rng([seed, *path])


def place_figures(settings: SceneSettings) -> list[Placed]:
    """The figures from back to front: whatever stands lower in the picture is nearer."""
    placed: list[Placed] = []
    for index in range(settings.objects):
        label, parts = _dressed(settings, index)
        placed.append(_put_down(settings, index, label, parts, placed))
    return sorted(placed, key=lambda figure: float(figure.box[3]))


def _dressed(settings: SceneSettings, index: int) -> tuple[int, list[Part]]:
    """A class and its figure, coloured, tilted and scaled, in pixels around the origin."""
    random = stream(settings.seed, 1, index)
    label = int(random.random() * len(settings.classes))
    figure = FIGURES[settings.classes[label]]
    parts = figure.parts(figure.colourings[random.integers(len(figure.colourings))])
    tilt, flip = random.uniform(-1, 1) * figure.tilt_degrees, random.random() < 0.5
    outlines = [turned(mirrored(part.points) if flip else part.points, tilt) for part in parts]
    extent = np.ptp(np.concatenate(outlines), axis=0)  # width, height
    room = np.array([settings.width, settings.height]) - 4
    wanted = settings.size * min(settings.width, settings.height) * random.uniform(0.8, 1.2) / extent.max()
    scale = min(wanted, float((room / extent).min()))
    return label, [Part(outline * scale, part.colour) for outline, part in zip(outlines, parts, strict=True)]


def _put_down(settings: SceneSettings, index: int, label: int, parts: list[Part], others: list[Placed]) -> Placed:
    """The figure at the tried place whose covered share of boxes comes nearest to settings.overlap."""
    random = stream(settings.seed, 2, index)
    points = np.concatenate([part.points for part in parts])
    low, high = points.min(axis=0), points.max(axis=0)
    first, last = 2 - low, np.array([settings.width, settings.height]) - 2 - high
    shifts = first + random.random((PLACES_TRIED, 2)) * np.maximum(last - first, 0)
    boxes = np.concatenate([shifts + low, shifts + high], axis=1)  # (places, 4)
    misfit = np.abs(_covered(boxes, others) - settings.overlap)
    best = int(np.argmin(misfit))
    moved = tuple(Part(part.points + shifts[best], part.colour) for part in parts)
    return Placed(label, moved, boxes[best])


def _covered(boxes: NDArray[np.float64], others: list[Placed]) -> NDArray[np.float64]:
    """For each box, the largest overlap with another figure's box, as a share of the smaller of the two."""
    if not others:
        return np.zeros(len(boxes))
    rest = np.stack([other.box for other in others])
    low = np.maximum(boxes[:, None, :2], rest[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], rest[None, :, 2:])
    common = np.clip(high - low, 0, None).prod(axis=2)  # (places, figures)
    area = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1)
    other_area = (rest[:, 2:] - rest[:, :2]).prod(axis=1)
    return np.asarray((common / np.minimum(area[:, None], other_area[None, :])).max(axis=1))
