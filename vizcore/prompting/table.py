"""How do prompts stand in a table, and what does a typed table say? One row for each click or box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from vizcore.prompting.objects import (
    MOST_OBJECTS,
    MOST_POINTS,
    Point,
    Problem,
    PromptedObject,
    PromptedObjects,
    PromptHistory,
)


def rows_of(prompts: PromptedObjects) -> list[dict[str, Any]]:
    """One row for each prompt: object, kind, x, y and, for a box, its other corner x2, y2."""
    rows = []
    for each in prompts.objects:
        if each.box:
            x, y, x2, y2 = each.box
            rows.append({"object": each.number, "kind": "box", "x": x, "y": y, "x2": x2, "y2": y2})
        rows += [
            {
                "object": each.number,
                "kind": "foreground" if point.positive else "background",
                "x": point.x,
                "y": point.y,
                "x2": None,
                "y2": None,
            }
            for point in each.points
        ]
    return rows


def from_rows(steps: PromptHistory, rows: Iterable[Mapping[str, Any]], size_wh: tuple[int, int]) -> PromptHistory:
    """The prompts that a typed table says; names and choices of objects that are still there are kept.

    A row that is no prompt is left out and said; one outside the photo is moved to its edge and said.
    """
    found: dict[int, PromptedObject] = {}
    problems: list[Problem] = []
    for place, row in enumerate(rows, start=1):
        number = _whole(row.get("object"))
        number = steps.now.active if number is None or number < 1 else number
        asked = found.get(number) or _without_prompts(steps.now.object(number) or PromptedObject(number))
        if number not in found and len(found) >= MOST_OBJECTS:
            problems.append(Problem("objects", {"limit": MOST_OBJECTS}, place))
            continue
        taken, said = _with_row(asked, row, size_wh)
        problems += [replace(each, row=place) for each in said]
        if not taken.empty:
            found[number] = taken
    files = [each for each in steps.now.objects if each.from_file and each.number not in found]
    objects = (*found.values(), *files) or (PromptedObject(1),)
    numbers = [each.number for each in objects]
    active = steps.now.active if steps.now.active in numbers else numbers[-1]
    return steps.after(PromptedObjects(tuple(objects), active), *problems)


def _with_row(
    asked: PromptedObject, row: Mapping[str, Any], size_wh: tuple[int, int]
) -> tuple[PromptedObject, list[Problem]]:
    box = row.get("kind") == "box"
    given = [_number(row.get(name)) for name in (("x", "y", "x2", "y2") if box else ("x", "y"))]
    if any(value is None for value in given):
        return asked, [Problem("number")]
    values = [float(value or 0.0) for value in given]
    inside = [min(max(value, 0.0), float(limit)) for value, limit in zip(values, size_wh * 2, strict=False)]
    said = [] if inside == values else [Problem("moved", {"x": inside[0], "y": inside[1]})]
    if box:
        ordered = (
            min(inside[0], inside[2]),
            min(inside[1], inside[3]),
            max(inside[0], inside[2]),
            max(inside[1], inside[3]),
        )
        if ordered[0] == ordered[2] or ordered[1] == ordered[3]:
            return asked, [Problem("box")]
        return replace(asked, box=ordered), said
    if len(asked.points) >= MOST_POINTS:
        return asked, [Problem("points", {"limit": MOST_POINTS})]
    return replace(asked, points=(*asked.points, Point(inside[0], inside[1], row.get("kind") != "background"))), said


# Steps


def _without_prompts(asked: PromptedObject) -> PromptedObject:
    return replace(asked, points=(), box=None)


def _number(value: Any) -> float | None:
    """A finite number or None; a table's empty cell may be NaN."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if abs(value) < 1e9 else None


def _whole(value: Any) -> int | None:
    number = _number(value)
    return None if number is None or number != number else int(number)
