"""What did a click on a picture mean, and what has been clicked so far? Pure functions, no page needed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from vizcore.history import History
from vizcore.prompting.objects import Box, Point

Kind = Literal["point", "box", "path", "patch", "undo", "redo", "clear"]
COMMANDS = ("undo", "redo", "clear")
LARGEST_NUMBER = 2**53  # the browser counts exactly no further
MOST_MARKS = 200  # points and boxes on one picture
MOST_CORNERS = 4000  # of one outline drawn by hand


@dataclass(frozen=True)
class CanvasEvent:
    """One thing that a visitor did. x, y, box_xyxy and path are in photo pixels; patch counts in reading order.

    path: the corners of an outline drawn by hand, which closes itself; positive: added, otherwise taken away.
    """

    kind: Kind
    x: float = 0.0
    y: float = 0.0
    positive: bool = True
    box_xyxy: Box | None = None
    patch: int | None = None
    path: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Marks:
    """Everything that is drawn on a picture now."""

    points: tuple[Point, ...] = ()
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class MarkHistory(History[Marks]):
    """What is drawn now, and before."""

    now: Marks = Marks()


def read_events(raw: object, seen: int, width: int, height: int) -> tuple[list[CanvasEvent], int]:
    """The events of a message that are newer than the number `seen`, oldest first, and the newest number now.

    A message repeats what the server had not confirmed when it was sent.
    """
    found: list[CanvasEvent] = []
    for each in raw if isinstance(raw, list) else []:
        number = each.get("id") if isinstance(each, Mapping) else None
        if isinstance(number, int) and seen < number <= LARGEST_NUMBER:
            seen = number
            if event := read_event(each, width, height):
                found.append(event)
    return found, seen


def read_event(raw: object, width: int, height: int) -> CanvasEvent | None:
    """What the browser sent, checked and kept inside the photo; None for anything that is no event."""
    if not isinstance(raw, Mapping):
        return None
    kind = raw.get("kind")
    if kind in COMMANDS:
        return CanvasEvent(kind)
    if kind == "box":
        return _read_box(raw.get("box"), width, height)
    if kind == "path":
        return _read_path(raw, width, height)
    x, y = _number(raw.get("x"), width), _number(raw.get("y"), height)
    if kind not in ("point", "patch") or x is None or y is None:
        return None
    if kind == "point":
        return CanvasEvent("point", x, y, bool(raw.get("positive", True)))
    patch = raw.get("patch")
    return CanvasEvent("patch", x, y, patch=patch if isinstance(patch, int) and patch >= 0 else None)


def applied(history: MarkHistory, event: CanvasEvent, *, most_boxes: int = MOST_MARKS) -> MarkHistory:
    """The history after an event; the same object when nothing changed. With `most_boxes` the oldest box gives way."""
    if event.kind in COMMANDS:
        return (
            history.undone() if event.kind == "undo" else history.redone() if event.kind == "redo" else cleared(history)
        )
    marks = history.now
    if event.kind == "point" and len(marks.points) < MOST_MARKS:
        return history.to(replace(marks, points=(*marks.points, Point(event.x, event.y, event.positive))))
    if event.kind == "box" and event.box_xyxy:
        return history.to(replace(marks, boxes=(*marks.boxes, event.box_xyxy)[-most_boxes:]))
    return history


def cleared(history: MarkHistory) -> MarkHistory:
    """Nothing marked; this too can be undone."""
    return history.to(Marks()) if history.now != Marks() else history


def _read_box(raw: Any, width: int, height: int) -> CanvasEvent | None:
    if not isinstance(raw, (list, tuple)) or len(raw) != 4:
        return None
    ends = [_number(value, limit) for value, limit in zip(raw, (width, height, width, height), strict=True)]
    if any(end is None for end in ends):
        return None
    x0, y0, x1, y1 = (float(end or 0.0) for end in ends)
    box = (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
    return CanvasEvent("box", box_xyxy=box) if box[2] > box[0] and box[3] > box[1] else None


def _read_path(raw: Mapping[str, Any], width: int, height: int) -> CanvasEvent | None:
    """At least three corners; those that are no places are left out."""
    given = raw.get("path")
    corners = [
        (_number(each[0], width), _number(each[1], height))
        for each in (given if isinstance(given, list) else [])[:MOST_CORNERS]
        if isinstance(each, (list, tuple)) and len(each) == 2
    ]
    path = tuple((x, y) for x, y in corners if x is not None and y is not None)
    return CanvasEvent("path", positive=bool(raw.get("positive", True)), path=path) if len(path) >= 3 else None


def _number(value: Any, limit: int) -> float | None:
    """A finite number in [0, limit], or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) == math.inf:
        return None
    return float(min(max(value, 0), limit))  # kept inside first: no float holds a whole number of 400 digits
