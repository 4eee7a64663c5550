"""Do boxes with masks become the three kinds of segmentation, each by its own rule?"""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.metrics.masks.panoptic import Segments
from vizcore.photo import Photo
from vizcore.results import Detections, Provenance
from vizcore.segmentation.from_boxes import REST, segments_from_boxes
from vizcore.segmentation.kinds import KINDS, Kind
from vizcore.segmentation.results import Masks

PHOTO = Photo(np.zeros((2, 4, 3), np.uint8), "photo")
# Two cats that share a pixel, the surer first, and a dog.
ROWS = [[[1, 1, 0, 0], [0, 0, 0, 0]], [[0, 1, 1, 0], [0, 0, 0, 0]], [[0, 0, 0, 0], [0, 0, 0, 1]]]
CLASSES, SCORES = [0, 0, 1], [0.9, 0.6, 0.8]


def boxes(count: int = 3) -> Detections:
    places = np.tile([0.0, 0.0, 4.0, 2.0], (count, 1)).reshape(-1, 4)
    return Detections(
        Provenance(model="yolo"),
        places,
        np.array(SCORES[:count]),
        np.array(CLASSES[:count], int),
        np.arange(count),
        ("cat", "dog"),
        (4, 2),
    )


def masks(count: int = 3) -> Masks:
    pixels = np.array(ROWS[:count], bool).reshape(-1, 2, 4)
    none = np.full(count, np.nan)
    logits = np.zeros((count, 1, 1), np.float32)
    return Masks(Provenance(model="sam"), pixels, none, none, np.zeros((count, 4)), pixels.sum((1, 2)), logits)


@pytest.mark.parametrize(
    ("kind", "numbers", "names"),
    [
        ("instance", [[1, 1, 2, 0], [0, 0, 0, 3]], ["cat", "cat", "dog"]),
        ("semantic", [[1, 1, 1, 0], [0, 0, 0, 2]], ["cat", "dog"]),
        ("panoptic", [[1, 1, 2, 4], [4, 4, 4, 3]], ["cat", "cat", "dog", REST]),
    ],
)
def test_by_hand(kind: Kind, numbers: list[list[int]], names: list[str]) -> None:
    found = segments_from_boxes(PHOTO, boxes(), masks(), kind)
    np.testing.assert_array_equal(found.numbers, numbers)
    assert found.names() == names
    assert found.contested == 1
    assert [bool(unsure) for unsure in np.isnan(found.scores)] == [name == REST for name in names]
    assert found.provenance.settings["boxes_by"] == "yolo"
    assert isinstance(found.segments(), Segments)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_found(kind: Kind) -> None:
    found = segments_from_boxes(PHOTO, boxes(0), masks(0), kind)
    assert found.names() == ([REST] if kind == "panoptic" else [])
    assert int(found.areas.sum()) == (8 if kind == "panoptic" else 0)


def test_semantic_is_the_union_of_the_instances_by_class() -> None:
    instance, semantic = (segments_from_boxes(PHOTO, boxes(), masks(), kind) for kind in ("instance", "semantic"))
    of_pixel = np.append(-1, instance.class_ids)[instance.numbers]
    np.testing.assert_array_equal(of_pixel, np.append(-1, semantic.class_ids)[semantic.numbers])


def test_another_number_of_masks_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="expected 3 masks"):
        segments_from_boxes(PHOTO, boxes(), masks(2), "instance")
