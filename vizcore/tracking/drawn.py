"""A moving drawn scene: persons, cats and dogs whose boxes, masks and identities are exact."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from vizcore.scenes.curves import mirrored
from vizcore.scenes.figures import FIGURES, Part
from vizcore.scenes.painting import Patch, background, paint
from vizcore.tracking.clip import Clip
from vizcore.tracking.compose import Actor, composed
from vizcore.tracking.paths import Motion, ways

CLASSES = ("person", "cat", "dog")
HEIGHTS = {"person": 0.5, "cat": 0.36, "dog": 0.4}  # of the picture's height
WIDTH, HEIGHT = 480, 320
LIMITS = {"objects": (1, 8), "frames": (4, 120), "speed": (1.0, 40.0), "fps": (1.0, 30.0)}


@dataclass(frozen=True)
class MovingSettings:
    """speed: pixels a frame. fps: of the playback and of what is measured a second. `LIMITS` holds the ranges; the
    same settings give the same bytes."""

    seed: int = 2
    objects: int = 4
    frames: int = 40
    speed: float = 8.0
    fps: float = 10.0
    motion: Motion = "wandering"

    def __post_init__(self) -> None:
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"expected {name} from {low} to {high}, got {getattr(self, name)}")


@lru_cache(maxsize=4)  # 40 frames take 18 MB
def drawn_clip(settings: MovingSettings) -> Clip:
    """The clip of these settings, with its truth."""
    patches = [_figure(settings.seed, place) for place in range(settings.objects)]
    sizes = np.array([patch.coverage.shape[::-1] for _label, patch in patches], dtype=np.float64)
    all_ways = ways(settings.motion, sizes, (WIDTH, HEIGHT), settings.frames, settings.speed, settings.seed)
    actors = [
        Actor(patch.coverage, patch.premultiplied, label, way.path, way.path[:, 1] + size[1], way.here)
        for (label, patch), way, size in zip(patches, all_ways, sizes, strict=True)
    ]
    ground = background((HEIGHT, WIDTH), np.random.default_rng([settings.seed, 0]))
    photos, truth = composed(ground, actors, settings.frames, CLASSES, f"drawn-{settings.seed}")
    return Clip(photos, settings.fps, f"drawn-{settings.seed}", truth, {"kind": "drawn", **asdict(settings)})


def _figure(seed: int, place: int) -> tuple[int, Patch]:
    random = np.random.default_rng([seed, 1, place])
    label = int(random.integers(len(CLASSES)))
    figure = FIGURES[CLASSES[label]]
    parts = figure.parts(figure.colourings[random.integers(len(figure.colourings))])
    flip = random.random() < 0.5
    outlines = [mirrored(part.points) if flip else part.points for part in parts]
    points = np.concatenate(outlines)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = HEIGHTS[CLASSES[label]] * HEIGHT * random.uniform(0.9, 1.1) / extent[1]
    moved = [Part((outline - low) * scale + 1, part.colour) for outline, part in zip(outlines, parts, strict=True)]
    return label, paint(moved, (int(extent[1] * scale) + 3, int(extent[0] * scale) + 3))
