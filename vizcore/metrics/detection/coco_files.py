"""COCO's two files, annotations and detections: read with their usual faults named, written so that they re-read.

Every error names the file (annotations or detections) and, where one entry is at fault, its number from 1.
"""

from __future__ import annotations

import gc
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

import msgspec
import numpy as np

from vizcore.errors import BoxesInvalid, EvaluationMismatch, EvaluationTooLarge, NotCoco, TooManyBoxes
from vizcore.errors.detection import MismatchReason
from vizcore.metrics.detection.dataset import (
    BoolArray,
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

Rows = Sequence[Mapping[str, Any]]
LEAST_SIDE = 0.0
FLAGS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1, "": 0, "none": 0}
MOST_IN_A_PICTURE = 10_000
MANY = 1000  # ids from which they are looked up together


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
    images, categories = (_unique(whole, name) for name in ("images", "categories"))
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
        _column(rows, "image_id", "detections"),
        _column(rows, "category_id", "detections"),
        _numbers(rows, "bbox", "detections", 4),
        _numbers(rows, "score", "detections", 1).reshape(-1),
    )


def truth_json(data: DetectionData) -> dict[str, Any]:
    """What `read_truth` reads: every number unrounded, annotation ids from 1."""
    ids, truth = data.pictures.ids, data.truth
    return {
        "images": [
            {"id": each, "width": int(w), "height": int(h), "file_name": name}
            for each, (w, h), name in zip(ids, data.pictures.sizes_wh, data.pictures.names, strict=True)
        ],
        "categories": [{"id": i, "name": name} for i, name in zip(data.class_ids, data.class_names, strict=True)],
        "annotations": [
            {
                "id": row + 1,
                "image_id": ids[truth.images[row]],
                "category_id": data.class_ids[truth.classes[row]],
                "bbox": truth.boxes_xywh[row].tolist(),
                "area": float(truth.areas[row]),
                "iscrowd": int(truth.crowd[row]),
                "ignore": int(truth.difficult[row]),
            }
            for row in range(len(truth))
        ],
    }


def found_json(data: DetectionData) -> list[dict[str, Any]]:
    """What `read_found` reads."""
    ids, found = data.pictures.ids, data.found
    return [
        {
            "image_id": ids[found.images[row]],
            "category_id": data.class_ids[found.classes[row]],
            "bbox": found.boxes_xywh[row].tolist(),
            "score": float(found.scores[row]),
        }
        for row in range(len(found))
    ]


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


def _unique(whole: Mapping[str, Any], name: str) -> dict[Any, Mapping[str, Any]]:
    """The rows by their id, ascending; of several with one id the last counts, as in COCO."""
    rows = _rows(whole, name)
    ids = _column(rows, "id", "annotations")
    return dict(sorted(zip(ids, rows, strict=True), key=lambda item: (isinstance(item[0], str), item[0])))


def _column(rows: Rows, key: str, file: str) -> list[int | str]:
    """A column of ids: whole numbers, or names."""
    try:
        values = list(map(itemgetter(key), rows))
    except (KeyError, TypeError, IndexError):
        raise NotCoco(file=file, reason="fields", entry=_first_without_id(rows, key)) from None
    kinds = set(map(type, values))
    if float in kinds:  # what went through a table of floats: 3.0 is 3
        values = [int(each) if type(each) is float and each.is_integer() else each for each in values]
        kinds = set(map(type, values))
    if not kinds <= {int, str}:
        raise NotCoco(file=file, reason="fields", entry=_first_without_id(rows, key))
    return values


def _first_without_id(rows: Rows, key: str) -> int:
    known = (isinstance(row, dict) and _is_id(row.get(key)) for row in rows)
    return next((number for number, each in enumerate(known, start=1) if not each), 1)


def _is_id(value: object) -> bool:
    return type(value) in (int, str) or (type(value) is float and value.is_integer())


def _flags(rows: Rows, key: str) -> BoolArray:
    """A column of yes and no (n,): 1, 0, true, false, also written as text; NotCoco for anything else.

    A text alone would count as yes, "0" as well, and an object that is a crowd region is never missed.
    """
    values = [row.get(key, 0) for row in rows]
    kinds = set(map(type, values))
    if not kinds <= {int, bool} or not set(values) <= {0, 1}:
        values = [FLAGS.get(str(value).strip().lower()) for value in values]
        if None in values:
            raise NotCoco(file="annotations", reason="fields", entry=values.index(None) + 1)
    return np.array(values, bool)


def _numbers(rows: Rows, key: str, file: str, columns: int) -> FloatArray:
    """A column of numbers (n, columns), or the error of the first entry without them."""
    if not rows:
        return np.zeros((0, columns))
    try:
        column = list(map(itemgetter(key), rows))
        if columns > 1 and set(map(type, column)) == {list} and set(map(len, column)) == {columns}:
            return np.fromiter(chain.from_iterable(column), np.float64, columns * len(rows)).reshape(-1, columns)
        values = np.array(column, dtype=np.float64)
        if values.shape == ((len(rows),) if columns == 1 else (len(rows), columns)):
            return values
    except (KeyError, TypeError, IndexError, ValueError, OverflowError):
        pass
    raise NotCoco(file=file, reason="fields", entry=_first_without(rows, key, columns))


def _first_without(rows: Rows, key: str, columns: int) -> int:
    for number, row in enumerate(rows, start=1):
        value = row.get(key) if isinstance(row, dict) else None
        values = value if isinstance(value, list) and columns > 1 else [value]
        if len(values) != columns or not all(isinstance(each, (int, float)) for each in values):
            return number
    return 1


def _truth_table(rows: Rows, picture_ids: Sequence[Any], class_ids: Sequence[Any]) -> TruthBoxes:
    images = _places(_column(rows, "image_id", "annotations"), picture_ids)
    classes = _places(_column(rows, "category_id", "annotations"), class_ids)
    known = (images >= 0) & (classes >= 0)
    if len(rows) and not known.any():
        wrong: MismatchReason = "image_id" if (images < 0).all() else "category_id"
        raise EvaluationMismatch(reason=wrong, file="annotations", example=str(rows[0][wrong]), count=len(rows))
    _check_crowding(images, picture_ids, "annotations")
    boxes = _checked_boxes(_numbers(rows, "bbox", "annotations", 4), "annotations")
    areas = _areas(rows, boxes)
    _check_finite(areas, "annotations")
    crowd, difficult = _flags(rows, "iscrowd"), _flags(rows, "ignore")
    table = truth_boxes(images, boxes, classes, areas=areas, crowd=crowd, difficult=difficult)
    return table.at(known)


def _found_table(columns: FoundColumns, picture_ids: Sequence[Any], class_ids: Sequence[Any]) -> tuple[FoundBoxes, int]:
    images = _places(columns.images, picture_ids)
    if (images < 0).any():
        first = int(np.argmax(images < 0))
        raise EvaluationMismatch(
            reason="image_id", file="detections", example=str(columns.images[first]), count=int((images < 0).sum())
        )
    classes = _places(columns.classes, class_ids)
    if len(classes) and (classes < 0).all():
        raise EvaluationMismatch(
            reason="category_id", file="detections", example=str(columns.classes[0]), count=len(classes)
        )
    _check_crowding(images, picture_ids, "detections")
    boxes = _checked_boxes(columns.boxes, "detections")
    _check_finite(columns.scores, "detections")
    known = classes >= 0
    table = found_boxes(images, boxes, classes, columns.scores)
    return (table if known.all() else table.at(known)), int((~known).sum())


def _check_crowding(images: IntArray, picture_ids: Sequence[Any], file: str) -> None:
    """Every found box is compared with every true box of its picture: what grows with their product is bounded."""
    counts = np.bincount(images[images >= 0], minlength=1)
    if (most := int(counts.max())) > MOST_IN_A_PICTURE:
        picture = str(picture_ids[int(counts.argmax())])
        raise TooManyBoxes(file=file, picture=picture, limit=MOST_IN_A_PICTURE, actual=most)


def _places(values: Sequence[Any] | IntArray, known: Sequence[Any]) -> IntArray:
    """Row of each value among the known ones, -1 for a stranger."""
    numbers = isinstance(values, np.ndarray) or (len(values) > MANY and set(map(type, values)) == {int})
    if numbers and set(map(type, known)) == {int}:
        with suppress(OverflowError):  # an id beyond 64 bits is looked up as it is
            return _places_of_numbers(np.asarray(values, np.int64), np.array(known, np.int64))
    rows = defaultdict(lambda: -1, {each: row for row, each in enumerate(known)})
    return np.fromiter(map(rows.__getitem__, values), np.int64, len(values))


def _places_of_numbers(values: IntArray, known: IntArray) -> IntArray:
    """The same for whole numbers; `known` ascends. Numbers that lie close are looked up in a table."""
    first, last = int(known[0]), int(known[-1])
    if last - first < 8 * (len(known) + MANY):
        table = np.full(last - first + 3, -1)
        table[known - first + 1] = np.arange(len(known))
        return np.asarray(table[values.clip(first - 1, last + 1) - first + 1])
    places = np.searchsorted(known, values).clip(max=len(known) - 1)
    return np.asarray(np.where(known[places] == values, places, -1), dtype=np.int64)


def _checked_boxes(boxes: FloatArray, file: str) -> FloatArray:
    _check_finite(boxes, file)
    inverted = (boxes[:, 2:] < LEAST_SIDE).any(axis=1)
    if inverted.any():
        raise BoxesInvalid(file=file, reason="inverted", entry=int(np.argmax(inverted)) + 1, count=int(inverted.sum()))
    return boxes


def _check_finite(values: FloatArray, file: str) -> None:
    finite = np.isfinite(values)
    wrong = ~(finite.all(axis=1) if values.ndim == 2 else finite)
    if wrong.any():
        raise BoxesInvalid(file=file, reason="not_finite", entry=int(np.argmax(wrong)) + 1, count=int(wrong.sum()))


def _areas(rows: Rows, boxes: FloatArray) -> FloatArray:
    """The areas as written, the box's own where none is."""
    own = boxes[:, 2] * boxes[:, 3]
    written = [row.get("area") for row in rows]
    if set(map(type, written)) <= {int, float}:
        return np.array(written, dtype=np.float64)
    pairs = zip(written, own.tolist(), strict=True)
    return np.array([area if isinstance(area, (int, float)) else box for area, box in pairs], dtype=np.float64)


def _side(value: Any) -> int:
    """A picture's width or height, 0 where the file does not say it."""
    known = isinstance(value, (int, float)) and 0 < value < 1e9
    return int(value) if known else 0
