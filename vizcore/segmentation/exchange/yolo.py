"""Masks as the text that YOLO trains segmentation on: a class and a polygon in each line, as shares of the picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vizcore.segmentation.exchange.objects import SegmentedObject
from vizcore.segmentation.exchange.polygons import joined, polygons_of, rle_of_polygons
from vizcore.segmentation.exchange.reading import MOST_OBJECTS, Source

FORMAT = "YOLO"
DECIMALS = 6


def write_yolo(objects: Sequence[SegmentedObject], size_wh: tuple[int, int]) -> tuple[str, tuple[str, ...]]:
    """The label file's text and the class names in the order of their numbers.

    "0 0.25 0.1 0.5 0.1 ...": class, then x and y of each corner from 0 to 1. Several parts of one object are joined by
    bridges without width, as Ultralytics joins them; holes are lost; an empty mask has no line.
    """
    names = tuple(sorted({each.name or "object" for each in objects}))
    lines = []
    for each in objects:
        if polygons := polygons_of(each.rle.decode()):
            shares = joined(polygons) / size_wh
            numbers = " ".join(f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in shares.reshape(-1))
            lines.append(f"{names.index(each.name or 'object')} {numbers}")
    return "".join(f"{line}\n" for line in lines), names


def read_yolo(
    data: bytes | str, size_wh: tuple[int, int], names: Sequence[str] = (), *, file: str = ""
) -> tuple[SegmentedObject, ...]:
    """The objects of a label file. A class without a name is called by its number. SegmentationFileInvalid: format."""
    source = Source(file, FORMAT)
    lines = [line.split() for line in source.text(data).splitlines() if line.strip()]
    if len(lines) > MOST_OBJECTS:
        raise source.wrong("format")
    return tuple(_object(source, line, size_wh, names) for line in lines)


def _object(source: Source, line: list[str], size_wh: tuple[int, int], names: Sequence[str]) -> SegmentedObject:
    if len(line) < 7 or len(line) % 2 == 0:
        raise source.wrong("format")
    number = source.built(lambda: int(line[0]))
    shares = np.array(source.numbers(source.built(lambda: [float(value) for value in line[1:]]))).reshape(-1, 2)
    if number < 0 or shares.min() < 0 or shares.max() > 1:
        raise source.wrong("format")
    rle = rle_of_polygons([shares * size_wh], (size_wh[1], size_wh[0]))
    return SegmentedObject(names[number] if number < len(names) else str(number), rle)
