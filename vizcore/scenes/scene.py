"""What is in a drawn scene, exactly? The picture and its truth: boxes, masks, labels, all from the same polygons."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Photo
from vizcore.results import expect_shape
from vizcore.scenes.layout import Placed, SceneSettings, place_figures, stream
from vizcore.scenes.painting import Patch, background, cast_shadow, lay_over, paint

NOISE_255 = 64.0  # standard deviation of the noise at its largest setting


@dataclass(frozen=True, eq=False)
class Scene:
    """A drawn picture and its exact truth, objects from back to front, N of them (0 is fine).

    boxes_xyxy (N, 4): tight bounds of the visible pixels; x1 and y1 are the right and lower edge of the last pixel, so
    a single pixel at the origin is 0, 0, 1, 1. full_boxes_xyxy (N, 4): the same without what hides the object.
    labels (N,): index into class_names. masks (N, H, W) bool: pixels at least half covered by the object and hidden by
    nothing; full_masks: before hiding. semantic (H, W) uint8: 0 for the ground, label + 1 for an object.
    """

    photo: Photo
    boxes_xyxy: NDArray[np.float64]
    full_boxes_xyxy: NDArray[np.float64]
    labels: NDArray[np.int64]
    masks: NDArray[np.bool_]
    full_masks: NDArray[np.bool_]
    semantic: NDArray[np.uint8]
    class_names: tuple[str, ...]
    settings: SceneSettings

    def __post_init__(self) -> None:
        count, size_hw = len(self.labels), (self.photo.height, self.photo.width)
        expect_shape("boxes_xyxy", self.boxes_xyxy, (count, 4))
        expect_shape("full_boxes_xyxy", self.full_boxes_xyxy, (count, 4))
        expect_shape("masks", self.masks, (count, *size_hw))
        expect_shape("full_masks", self.full_masks, (count, *size_hw))
        expect_shape("semantic", self.semantic, size_hw)
        for name in ("boxes_xyxy", "full_boxes_xyxy", "labels", "masks", "full_masks", "semantic"):
            getattr(self, name).flags.writeable = False

    @property
    def areas(self) -> NDArray[np.int64]:
        """Visible pixels of each object (N,), as COCO counts area; never 0."""
        return np.asarray(self.masks.sum(axis=(1, 2), dtype=np.int64))

    @property
    def names(self) -> list[str]:
        """The class name of each object."""
        return [self.class_names[label] for label in self.labels]


@lru_cache(maxsize=2)  # the largest scene takes 50 MB
def draw_scene(settings: SceneSettings) -> Scene:
    """The scene of these settings; an object of which nothing is visible is left out."""
    size_hw = (settings.height, settings.width)
    figures = place_figures(settings)
    patches = [paint(figure.parts, size_hw) for figure in figures]
    full = np.zeros((len(figures), *size_hw), dtype=bool)
    for mask, patch in zip(full, patches, strict=True):
        mask[patch.window] = patch.coverage >= 0.5
    visible = _hide_behind_later(full)
    seen: NDArray[np.bool_] = np.asarray(visible.any(axis=(1, 2)))
    photo = Photo(_rendered(settings, patches), name=f"scene-{settings.seed}")
    return _with_truth(settings, photo, [figure for figure, keep in zip(figures, seen, strict=True) if keep],
                       visible[seen], full[seen])  # fmt: skip


def _with_truth(settings: SceneSettings, photo: Photo, figures: list[Placed], masks: NDArray[np.bool_],
                full_masks: NDArray[np.bool_]) -> Scene:  # fmt: skip
    labels = np.array([figure.label for figure in figures], dtype=np.int64)
    semantic = np.zeros(masks.shape[1:], dtype=np.uint8)
    for label, mask in zip(labels, masks, strict=True):
        semantic[mask] = label + 1
    return Scene(
        photo=photo,
        boxes_xyxy=tight_boxes_xyxy(masks),
        full_boxes_xyxy=tight_boxes_xyxy(full_masks),
        labels=labels,
        masks=masks,
        full_masks=full_masks,
        semantic=semantic,
        class_names=settings.classes,
        settings=settings,
    )


def tight_boxes_xyxy(masks: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Bounds of non-empty masks (N, H, W) -> (N, 4), right and lower edges exclusive."""
    boxes = np.zeros((len(masks), 4))
    for box, mask in zip(boxes, masks, strict=True):
        columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
        box[:] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return boxes


def _hide_behind_later(full: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Each mask without the pixels of those after it."""
    visible, taken = full.copy(), np.zeros(full.shape[1:], dtype=bool)
    for mask, whole in zip(visible[::-1], full[::-1], strict=True):
        mask &= ~taken
        taken |= whole
    return visible


def _rendered(settings: SceneSettings, patches: list[Patch]) -> NDArray[np.uint8]:
    canvas = background((settings.height, settings.width), stream(settings.seed, 0))
    for patch in patches:
        cast_shadow(canvas, patch)
        lay_over(canvas, patch)
    if settings.noise:
        noise: NDArray[Any] = stream(settings.seed, 3).standard_normal(canvas.shape)
        canvas += noise * settings.noise * NOISE_255
    return np.clip(np.rint(canvas), 0, 255).astype(np.uint8)
