"""The rows of a COCO file as columns: ids, numbers and flags, with the first entry named that has none.

file: "annotations" or "detections", for the errors (NotCoco, BoxesInvalid), whose entries count from 1.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from vizcore.errors import BoxesInvalid, NotCoco
from vizcore.metrics.detection.dataset import BoolArray, IntArray
from vizcore.results import FloatArray

Rows = Sequence[Mapping[str, Any]]
LEAST_SIDE = 0.0
FLAGS = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1, "": 0, "none": 0}
MANY = 1000  # ids from which they are looked up together


def id_column(rows: Rows, key: str, file: str) -> list[int | str]:
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
    if str in kinds:
        check_texts(values, file)
    return values


def _first_without_id(rows: Rows, key: str) -> int:
    known = (isinstance(row, dict) and _is_id(row.get(key)) for row in rows)
    return next((number for number, each in enumerate(known, start=1) if not each), 1)


def _is_id(value: object) -> bool:
    return type(value) in (int, str) or (type(value) is float and value.is_integer())


def check_texts(values: Iterable[Any], file: str) -> None:
    """NotCoco for the first text with half of a character, which JSON can escape and no file or page can hold."""
    for number, value in enumerate(values, start=1):
        try:
            str(value).encode()
        except UnicodeEncodeError:
            raise NotCoco(file=file, reason="fields", entry=number) from None


def flag_column(rows: Rows, key: str) -> BoolArray:
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


def number_column(rows: Rows, key: str, file: str, columns: int) -> FloatArray:
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
        if len(values) != columns or not all(map(_is_number, values)):
            return number
    return 1


def _is_number(value: object) -> bool:
    """Whether it is a number, and a whole one is not too large for a float."""
    return isinstance(value, float) or (isinstance(value, int) and abs(value) <= sys.float_info.max)


def places_among(values: Sequence[Any] | IntArray, known: Sequence[Any]) -> IntArray:
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


def checked_boxes(boxes: FloatArray, file: str) -> FloatArray:
    check_finite(boxes, file)
    inverted = (boxes[:, 2:] < LEAST_SIDE).any(axis=1)
    if inverted.any():
        raise BoxesInvalid(file=file, reason="inverted", entry=int(np.argmax(inverted)) + 1, count=int(inverted.sum()))
    return boxes


def check_finite(values: FloatArray, file: str) -> None:
    finite = np.isfinite(values)
    wrong = ~(finite.all(axis=1) if values.ndim == 2 else finite)
    if wrong.any():
        raise BoxesInvalid(file=file, reason="not_finite", entry=int(np.argmax(wrong)) + 1, count=int(wrong.sum()))


def area_column(rows: Rows, boxes: FloatArray) -> FloatArray:
    """The areas as written, the box's own where none is; NotCoco for a whole number that no float holds."""
    own = boxes[:, 2] * boxes[:, 3]
    written = [row.get("area") for row in rows]
    try:
        if set(map(type, written)) <= {int, float}:
            return np.array(written, dtype=np.float64)
        pairs = zip(written, own.tolist(), strict=True)
        return np.array([area if isinstance(area, (int, float)) else box for area, box in pairs], dtype=np.float64)
    except OverflowError:
        wrong = (isinstance(area, int) and not _is_number(area) for area in written)
        raise NotCoco(file="annotations", reason="fields", entry=list(wrong).index(True) + 1) from None
