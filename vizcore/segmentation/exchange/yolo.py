"""Masks as the text that YOLO trains segmentation on: a class and a polygon in each line, as shares of the picture."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from vizcore.segmentation.exchange.bridges import joined
from vizcore.segmentation.exchange.imported import ImportedObjects, counted
from vizcore.segmentation.exchange.objects import SegmentedObject
from vizcore.segmentation.exchange.outlines import drawn
from vizcore.segmentation.exchange.polygons import polygons_of, without_holes
from vizcore.segmentation.exchange.reading import MOST_NUMBERS, MOST_OBJECTS, Source

FORMAT, UNNAMED = "YOLO", "object"
DECIMALS = 6
TOLERANCE = 0.01  # of the picture's side by which a coordinate may lie outside, as in Ultralytics' own reader
LARGEST_CLASS = 1_000_000
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def write_yolo(objects: Sequence[SegmentedObject], size_wh: tuple[int, int]) -> tuple[str, tuple[str, ...]]:
    """The label file's text and the class names in the order of their numbers.

    "0 0.25 0.1 0.5 0.1 ...": class, then x and y of each corner from 0 to 1. Several parts of one object are joined by
    bridges without width, as Ultralytics joins them; holes are lost; an empty mask has no line.
    """
    names = yolo_classes(each.name for each in objects)
    lines = []
    for each in objects:
        if polygons := polygons_of(without_holes(each.rle.decode())):  # a part inside a hole would count as a hole
            shares = joined(polygons) / size_wh
            numbers = " ".join(f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in shares.reshape(-1).tolist())
            lines.append(f"{names.index(each.name or UNNAMED)} {numbers}")
    return "".join(f"{line}\n" for line in lines), names


def yolo_classes(names: Iterable[str]) -> tuple[str, ...]:
    """The classes of objects with these names, in the order of their numbers: that of their letters' code points."""
    return tuple(sorted({name or UNNAMED for name in names}))


def read_yolo(
    data: bytes | str, size_wh: tuple[int, int], names: Sequence[str] = (), *, file: str = ""
) -> ImportedObjects:
    """The objects of a label file: polygons, or boxes (class, centre, width, height), which become rectangles.

    A class without a name is called by its number; a confidence at the end of a line is the predicted IoU. Corners a
    hundredth of a side outside are clipped, with a note. SegmentationFileInvalid: format, outside (entry: the line).
    """
    source = Source(file, FORMAT)
    objects: list[SegmentedObject] = []
    clipped = boxes = 0
    for text in source.entries(source.text(data).splitlines()):
        if not (line := text.split()):
            continue
        if len(objects) == MOST_OBJECTS or len(line) > MOST_NUMBERS:
            raise source.wrong("format")
        is_box = len(line) in (5, 6)
        corners, confidence = _corners(source, line, is_box)
        inside = corners.clip(0, 1)
        clipped += bool((inside != corners).any())
        boxes += is_box
        rle = drawn(source, [inside * size_wh], (size_wh[1], size_wh[0]))
        objects.append(SegmentedObject(_name(source, line[0], names), rle, confidence))
    notes = (*counted("clipped_to_picture", clipped), *counted("boxes_as_masks", boxes))
    return ImportedObjects(tuple(objects), notes)


def _corners(source: Source, line: list[str], is_box: bool) -> tuple[NDArray[np.float64], float]:
    """Corners (n, 2) as shares of the picture, and the confidence, NaN where the line has none."""
    numbers = [_number(source, word) for word in line[1:]]
    confidence = float("nan")
    if len(line) % 2 == 0:  # a class, pairs, and one more
        confidence = numbers.pop()
    if len(numbers) < 4 or not 0 <= (0.0 if confidence != confidence else confidence) <= 1:
        raise source.wrong("format")
    corners = _rectangle(*numbers) if is_box else np.array(numbers).reshape(-1, 2)
    if corners.min() < -TOLERANCE or corners.max() > 1 + TOLERANCE:
        raise source.wrong("outside")
    if is_box and not (numbers[2] > 0 and numbers[3] > 0):
        raise source.wrong("format")
    return corners, confidence


def _rectangle(x: float, y: float, width: float, height: float) -> NDArray[np.float64]:
    left, top, right, bottom = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _number(source: Source, word: str) -> float:
    """A plain decimal number; Python alone would read "1_0", "nan" and digits of other scripts too."""
    if len(word) > 64 or not NUMBER.fullmatch(word):
        raise source.wrong("format")
    return float(word)


def _name(source: Source, word: str, names: Sequence[str]) -> str:
    """The class by its number, which may be written as 3, 3.0 or 3.000e+00."""
    number = _number(source, word)
    if not number.is_integer() or not 0 <= number <= LARGEST_CLASS:
        raise source.wrong("format")
    return names[int(number)] if number < len(names) else str(int(number))
