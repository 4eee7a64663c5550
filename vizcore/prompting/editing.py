"""What becomes of the prompts when someone clicks, drags, names, chooses or removes? Each gives the next history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vizcore.prompting.objects import (
    LONGEST_NAME,
    MOST_OBJECTS,
    MOST_POINTS,
    Box,
    Point,
    Problem,
    PromptedObject,
    PromptedObjects,
    PromptHistory,
)

if TYPE_CHECKING:
    from vizcore.segmentation.rle import Rle


def begun_at(point: tuple[float, float] | None) -> PromptHistory:
    """One object with one click, which can be taken back; nothing for None."""
    if point is None:
        return PromptHistory()
    return PromptHistory().to(PromptedObjects((PromptedObject(1, points=(Point(*point),)),)))


def begun(steps: PromptHistory) -> PromptHistory:
    """A new object in hand; an empty one that is there already is taken first."""
    waiting = next((each for each in steps.now.objects if each.empty), None)
    if waiting:
        return steps.aside(replace(steps.now, active=waiting.number))
    if len(steps.now.objects) >= MOST_OBJECTS:
        return steps.after(steps.now, Problem("objects", {"limit": MOST_OBJECTS}))
    return steps.after(_with_new(steps.now, PromptedObject(next_number(steps.now))))


def chosen(steps: PromptHistory, number: int) -> PromptHistory:
    """Clicks go to this object from now on."""
    return steps.aside(replace(steps.now, active=number)) if steps.now.object(number) else steps


def removed(steps: PromptHistory, number: int) -> PromptHistory:
    """Without this object; the last one gives its place to an empty one."""
    left = tuple(each for each in steps.now.objects if each.number != number)
    if not left:
        return steps.after(PromptedObjects((PromptedObject(next_number(steps.now)),), next_number(steps.now)))
    active = steps.now.active if steps.now.active != number else left[-1].number
    return steps.after(PromptedObjects(left, active))


def renamed(steps: PromptHistory, number: int, name: str) -> PromptHistory:
    """With this name, cut to a length that fits a button."""
    return _changed(steps, number, name=" ".join(name.split())[:LONGEST_NAME])


def picked(steps: PromptHistory, number: int, rank: int | None) -> PromptHistory:
    """With this candidate instead of the best one; None for the best again."""
    return _changed(steps, number, chosen=rank)


def boxed(steps: PromptHistory, boxes: Sequence[tuple[Box, str]]) -> PromptHistory:
    """One object more for each (box, name); boxes that are there already are left out, and so is what is too much."""
    there = {each.box for each in steps.now.objects}
    prompts = steps.now
    new = [pair for pair in dict.fromkeys(boxes) if pair[0] not in there]
    kept = tuple(each for each in prompts.objects if not each.empty)
    room = MOST_OBJECTS - len(kept)
    first = next_number(prompts)
    made = tuple(PromptedObject(first + i, name[:LONGEST_NAME], box=box) for i, (box, name) in enumerate(new[:room]))
    if not made:
        return steps.after(prompts, *([Problem("objects", {"limit": MOST_OBJECTS})] if new else []))
    problems = [Problem("objects", {"limit": MOST_OBJECTS})] if len(new) > room else []
    return steps.after(PromptedObjects((*kept, *made), made[0].number), *problems)


def objects_of(boxes: Sequence[tuple[Box, str]]) -> list[PromptedObject]:
    """One object for each (box, name), numbered from 1; at most as many as a photo may have."""
    return [PromptedObject(place, name, box=box) for place, (box, name) in enumerate(boxes[:MOST_OBJECTS], start=1)]


def given(steps: PromptHistory, masks: Sequence[tuple[Rle, str]]) -> PromptHistory:
    """One object more for each (mask, name) from a file; what is too much is left out and said."""
    kept = tuple(each for each in steps.now.objects if not each.empty)
    first, room = next_number(steps.now), MOST_OBJECTS - len(kept)
    made = tuple(
        PromptedObject(first + i, name[:LONGEST_NAME], given=rle) for i, (rle, name) in enumerate(masks[:room])
    )
    problems = [Problem("objects", {"limit": MOST_OBJECTS})] if len(masks) > room else []
    prompts = PromptedObjects((*kept, *made), made[0].number) if made else steps.now
    return steps.after(prompts, *problems)


def next_number(prompts: PromptedObjects) -> int:
    return 1 + max(each.number for each in prompts.objects)


# The same as a table


def with_point(steps: PromptHistory, point: Point) -> PromptHistory:
    """One more click on the object in hand; one too many is said."""
    current = steps.now.current
    if len(current.points) >= MOST_POINTS:
        return steps.after(steps.now, Problem("points", {"limit": MOST_POINTS}))
    return _changed(
        steps, current.number, points=(*current.points, point), chosen=current.chosen if current.points else None
    )


def with_box(steps: PromptHistory, box: Box) -> PromptHistory:
    """The box of the object in hand, in place of an older one; a box somewhere else begins a new object."""
    if box[0] >= box[2] or box[1] >= box[3]:
        return steps.after(steps.now, Problem("box"))
    current = steps.now.current
    if current.empty or _belongs(box, current):
        return _changed(steps, current.number, box=box, chosen=None)
    if len(steps.now.objects) >= MOST_OBJECTS:
        return steps.after(steps.now, Problem("objects", {"limit": MOST_OBJECTS}))
    return steps.after(_with_new(steps.now, PromptedObject(next_number(steps.now), box=box)))


def _belongs(box: Box, asked: PromptedObject) -> bool:
    """Whether a box touches the object's box or holds one of its foreground clicks."""
    x0, y0, x1, y1 = box
    if any(point.positive and x0 <= point.x <= x1 and y0 <= point.y <= y1 for point in asked.points):
        return True
    other = asked.box
    if other is None:
        return asked.only_background
    return x0 < other[2] and other[0] < x1 and y0 < other[3] and other[1] < y1


def _changed(steps: PromptHistory, number: int, **fields: Any) -> PromptHistory:
    objects = tuple(replace(each, **fields) if each.number == number else each for each in steps.now.objects)
    return steps.after(replace(steps.now, objects=objects))


def _with_new(prompts: PromptedObjects, asked: PromptedObject) -> PromptedObjects:
    return PromptedObjects((*prompts.objects, asked), asked.number)
