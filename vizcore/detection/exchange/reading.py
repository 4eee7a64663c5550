"""What do a file's bytes say, and does it fit detections? One error for whatever does not, whichever form it has."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from vizcore.errors import DetectionsFileInvalid
from vizcore.results import Detections, Provenance

T = TypeVar("T")
Json = dict[str, Any]
LONGEST_SIDE = 1_000_000_000  # of a picture that a file speaks of


def checked(form: str, place: str, read: Callable[..., T], *content: Any) -> T:
    """What `read` makes of the content; whatever does not fit a file of this form is named as its mistake."""
    try:
        return read(*content)
    except (KeyError, TypeError, AttributeError, IndexError, csv.Error) as problem:
        raise DetectionsFileInvalid(format=form, place=place, reason="format") from problem
    except (ValueError, OverflowError) as problem:
        raise DetectionsFileInvalid(format=form, place=place, reason="numbers") from problem


def decoded(data: bytes | str, form: str) -> Any:
    """The content of a JSON file. DetectionsFileInvalid where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise DetectionsFileInvalid(format=form, place="", reason="json") from problem


def text_of(data: bytes | str) -> str:
    """UTF-8 or, with its byte order mark, UTF-16; what is neither shows replacement characters."""
    if isinstance(data, str):
        return data
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig", errors="replace")


def detections_of(
    provenance: Provenance,
    *,
    boxes: Sequence[Sequence[float]],
    scores: Sequence[float],
    class_ids: Sequence[int],
    labels: tuple[str, ...],
    size_wh: tuple[int, int],
    origin: Sequence[int] | None = None,
) -> Detections:
    """What a file says of one picture: boxes (n, 4) as x0, y0, x1, y1, scores, class_ids and origin (n,)."""
    width, height = (below(side, LONGEST_SIDE) for side in size_wh)
    return Detections(
        provenance=provenance,
        boxes_xyxy=np.array(boxes, np.float64).reshape(-1, 4),
        scores=np.array(scores, np.float64),
        class_ids=np.array(class_ids, np.int64),
        origin=np.arange(len(boxes)) if origin is None else np.array(origin, np.int64),
        labels=labels,
        size_wh=(width, height),
    )


def below(number: int, limit: int) -> int:
    """The number; ValueError for one that is negative, or so large that a table up to it would not fit."""
    if not 0 <= number < limit:
        raise ValueError(f"expected a number from 0 to {limit}, got {number}")
    return number


def word(value: Any) -> str:
    """The value; TypeError for anything but a text."""
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {type(value).__name__}")
    return value
