"""What do a detector's boxes and the masks cut out of them say as semantic, instance and panoptic segmentation?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Photo
from vizcore.results import BoxSet, FloatArray
from vizcore.segmentation.kinds import Kind, SegmentMap
from vizcore.segmentation.results import Masks

REST = "unlabelled"  # the panoptic segment of everything that no box names


def segments_from_boxes(photo: Photo, found: BoxSet, masks: Masks, kind: Kind) -> SegmentMap:
    """One segment for each box (instance), for each class (semantic), or both with the rest as one (panoptic).

    found: n boxes, best first. masks: one for each box, in their order. Where masks meet, the surer box has the
    pixel; nobody is sure of the rest: its score is NaN. ValueError for another number of masks.
    """
    if len(masks) != len(found):
        raise ValueError(f"expected {len(found)} masks, got {len(masks)}")
    owner = np.zeros((photo.height, photo.width), np.int32)
    claims = np.zeros(owner.shape, np.int32)
    for place in reversed(range(len(masks))):
        owner[masks.mask(place)] = place + 1
        claims += masks.mask(place)
    classes = np.asarray(found.class_ids, np.int64)
    numbers, class_ids, scores = _numbered(owner, classes, np.asarray(found.scores, np.float64), kind)
    labels, things = tuple(found.labels), (True,) * len(found.labels)
    if kind == "panoptic":
        numbers = np.where(numbers == 0, len(class_ids) + 1, numbers)
        class_ids, scores = np.append(class_ids, len(labels)), np.append(scores, np.nan)
        labels, things = (*labels, REST), (*things, False)
    provenance = replace(
        masks.provenance,
        operation="segments_from_boxes",
        photos_sha256=(photo.sha256,),
        settings={**masks.provenance.settings, "boxes_by": found.provenance.model, "kind": kind},
    )
    return SegmentMap(provenance, numbers, class_ids, scores, labels, things, kind, int((claims > 1).sum()))


def _numbered(
    owner: NDArray[np.int32], classes: NDArray[np.int64], scores: FloatArray, kind: Kind
) -> tuple[NDArray[np.int32], NDArray[np.int64], FloatArray]:
    """The map with its segments' classes and scores; a semantic segment has the score of its surest box."""
    if kind != "semantic":
        return owner, classes, scores
    named = np.unique(classes)
    table = np.append(0, np.searchsorted(named, classes) + 1).astype(np.int32)  # owner -> number of its class
    best = np.array([scores[classes == each].max() for each in named], np.float64)
    return table[owner], named, best
