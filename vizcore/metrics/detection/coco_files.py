"""What do COCO's two files, annotations and detections, say? Read with their usual faults named.

Every error names the file (annotations or detections) and, where one entry is at fault, its number from 1.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from vizcore.errors import EvaluationMismatch, EvaluationTooLarge, NotCoco, TooManyBoxes
from vizcore.errors.detection import MismatchReason
from vizcore.metrics.detection.coco_columns import (
    Rows,
    area_column,
    check_finite,
    check_texts,
    checked_boxes,
    flag_column,
    id_column,
    number_column,
    places_among,
)
from vizcore.metrics.detection.dataset import (
    DetectionData,
    FoundBoxes,
    IntArray,
    Pictures,
    TruthBoxes,
    found_boxes,
    truth_boxes,
)
from vizcore.results import FloatArray
from vizcore.settings import current

MOST_IN_A_PICTURE = 10_000


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Python's collector looks again and again at a growing heap of rows, which takes as long as reading them;
    the rows are gone when it goes on."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def read_coco_pair(truth: bytes, found: bytes) -> DetectionData:
    """The set of both files. Errors: EvaluationTooLarge, NotCoco, BoxesInvalid, EvaluationMismatch."""
    return read_found(read_truth(truth), found)


@_collector_paused()
def read_truth(content: bytes) -> DetectionData:
    """The annotations, with no detections yet. Annotations of unlisted pictures or classes do not count, as in COCO."""
    whole = _parsed(content, "annotations")
    if not isinstance(whole, dict):
        raise NotCoco(file="annotations", reason="truth_shape", entry=0)
    images, categories = _unique(whole, "images", "file_name"), _unique(whole, "categories", "name")
    if not images:
        raise NotCoco(file="annotations", reason="no_images", entry=0)
    if not categories:
        raise NotCoco(file="annotations", reason="no_categories", entry=0)
    pictures = Pictures(
        tuple(images),
        np.array([[_side(row.get(side)) for side in ("width", "height")] for row in images.values()], dtype=np.int64),
        tuple(str(row.get("file_name", key)) for key, row in images.items()),
    )
    names = tuple(str(row.get("name", key)) for key, row in categories.items())
    boxes = _truth_table(_rows(whole, "annotations"), pictures.ids, tuple(categories))
    return DetectionData(pictures, names, tuple(categories), boxes, found_boxes([], [], [], []))


@_collector_paused()
def read_found(data: DetectionData, content: bytes) -> DetectionData:
    """The same set with the detections of a results file: a list, or a whole COCO file with scores."""
    found, left_out = _found_table(_found_columns(content), data.pictures.ids, data.class_ids)
    return DetectionData(data.pictures, data.class_names, data.class_ids, data.truth, found, left_out)


class FoundRow(msgspec.Struct, gc=False):
    """One detection of a results file as most tools write it."""

    image_id: int
    category_id: int
    bbox: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True)
class FoundColumns:
    """A results file column by column: ids as they stand there, boxes (n, 4) as x, y, width, height, scores (n,)."""

    images: Sequence[int | str] | IntArray
    classes: Sequence[int | str] | IntArray
    boxes: FloatArray
    scores: FloatArray


def _found_columns(content: bytes) -> FoundColumns:
    """Read by the row's known shape, twice as fast; whatever differs from it is read entry by entry, faults named."""
    _check_size(content, "detections")
    try:
        rows = msgspec.json.decode(content, type=list[FoundRow])
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _columns_entry_by_entry(content)
    try:
        images = np.fromiter(map(attrgetter("image_id"), rows), np.int64, len(rows))
        classes = np.fromiter(map(attrgetter("category_id"), rows), np.int64, len(rows))
    except OverflowError:
        return _columns_entry_by_entry(content)
    boxes = np.fromiter(chain.from_iterable(map(attrgetter("bbox"), rows)), np.float64, 4 * len(rows))
    scores = np.fromiter(map(attrgetter("score"), rows), np.float64, len(rows))
    return FoundColumns(images, classes, boxes.reshape(-1, 4), scores)


def _columns_entry_by_entry(content: bytes) -> FoundColumns:
    whole = _parsed(content, "detections")
    rows = whole.get("annotations") if isinstance(whole, dict) else whole
    if not isinstance(rows, list):
        raise NotCoco(file="detections", reason="detections_shape", entry=0)
    return FoundColumns(
        id_column(rows, "image_id", "detections"),
        id_column(rows, "category_id", "detections"),
        number_column(rows, "bbox", "detections", 4),
        number_column(rows, "score", "detections", 1).reshape(-1),
    )


def _check_size(content: bytes, file: str) -> None:
    limit = current().evaluation_limit_mb
    if len(content) > limit * 1e6:
        raise EvaluationTooLarge(file=file, limit_mb=limit, actual_mb=round(len(content) / 1e6, 1))


def _parsed(content: bytes, file: str) -> Any:
    _check_size(content, file)
    with suppress(msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return msgspec.json.decode(content)
    try:  # what Python writes beyond JSON (NaN, Infinity), so that the entry at fault can be named
        return json.loads(content)
    except (ValueError, RecursionError):
        raise NotCoco(file=file, reason="not_json", entry=0) from None


def _rows(whole: Mapping[str, Any], name: str) -> Rows:
    rows = whole.get(name)
    if not isinstance(rows, list):
        raise NotCoco(file="annotations", reason="truth_shape", entry=0)
    return rows


def _unique(whole: Mapping[str, Any], name: str, title: str) -> dict[Any, Mapping[str, Any]]:
    """The rows by their id, ascending; of several with one id the last counts, as in COCO. title: what holds a row's
    name."""
    rows = _rows(whole, name)
    ids = id_column(rows, "id", "annotations")
    check_texts((row.get(title) for row in rows), "annotations")
    return dict(sorted(zip(ids, rows, strict=True), key=lambda item: (isinstance(item[0], str), item[0])))


def _truth_table(rows: Rows, picture_ids: Sequence[Any], class_ids: Sequence[Any]) -> TruthBoxes:
    images = places_among(id_column(rows, "image_id", "annotations"), picture_ids)
    classes = places_among(id_column(rows, "category_id", "annotations"), class_ids)
    known = (images >= 0) & (classes >= 0)
    if len(rows) and not known.any():
        wrong: MismatchReason = "image_id" if (images < 0).all() else "category_id"
        raise EvaluationMismatch(reason=wrong, file="annotations", example=str(rows[0][wrong]), count=len(rows))
    _check_crowding(images, picture_ids, "annotations")
    boxes = checked_boxes(number_column(rows, "bbox", "annotations", 4), "annotations")
    areas = area_column(rows, boxes)
    check_finite(areas, "annotations")
    crowd, difficult = flag_column(rows, "iscrowd"), flag_column(rows, "ignore")
    table = truth_boxes(images, boxes, classes, areas=areas, crowd=crowd, difficult=difficult)
    return table.at(known)


def _found_table(columns: FoundColumns, picture_ids: Sequence[Any], class_ids: Sequence[Any]) -> tuple[FoundBoxes, int]:
    images = places_among(columns.images, picture_ids)
    if (images < 0).any():
        first = int(np.argmax(images < 0))
        raise EvaluationMismatch(
            reason="image_id", file="detections", example=str(columns.images[first]), count=int((images < 0).sum())
        )
    classes = places_among(columns.classes, class_ids)
    if len(classes) and (classes < 0).all():
        raise EvaluationMismatch(
            reason="category_id", file="detections", example=str(columns.classes[0]), count=len(classes)
        )
    _check_crowding(images, picture_ids, "detections")
    boxes = checked_boxes(columns.boxes, "detections")
    check_finite(columns.scores, "detections")
    known = classes >= 0
    table = found_boxes(images, boxes, classes, columns.scores)
    return (table if known.all() else table.at(known)), int((~known).sum())


def _check_crowding(images: IntArray, picture_ids: Sequence[Any], file: str) -> None:
    """Every found box is compared with every true box of its picture: what grows with their product is bounded."""
    counts = np.bincount(images[images >= 0], minlength=1)
    if (most := int(counts.max())) > MOST_IN_A_PICTURE:
        picture = str(picture_ids[int(counts.argmax())])
        raise TooManyBoxes(file=file, picture=picture, limit=MOST_IN_A_PICTURE, actual=most)


def _side(value: Any) -> int:
    """A picture's width or height, 0 where the file does not say it."""
    known = isinstance(value, (int, float)) and 0 < value < 1e9
    return int(value) if known else 0
