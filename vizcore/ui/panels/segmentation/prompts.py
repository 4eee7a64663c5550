"""What has been asked about a photo: objects, each with its clicks, its box and its name? Pure functions, no page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from vizcore.history import History
from vizcore.ui.canvas.events import Box, CanvasEvent, Point

if TYPE_CHECKING:
    from vizcore.segmentation.rle import Rle

MOST_POINTS = 200  # of one object
MOST_OBJECTS = 64
LONGEST_NAME = 40

Kind = Literal["foreground", "background", "box"]
Fault = Literal["points", "objects", "box", "number", "moved"]


@dataclass(frozen=True)
class PromptedObject:
    """One object. number: no other has it; it chooses the colour.

    chosen: a candidate of a single click picked by hand, by its rank. given: a mask that came from a file; it counts as
    long as there are no prompts.
    """

    number: int
    name: str = ""
    points: tuple[Point, ...] = ()
    box: Box | None = None
    chosen: int | None = None
    given: Rle | None = None

    @property
    def empty(self) -> bool:
        return not self.points and self.box is None and self.given is None

    @property
    def from_file(self) -> bool:
        """Whether its mask is the given one."""
        return self.given is not None and not self.points and self.box is None

    @property
    def only_background(self) -> bool:
        """Whether nothing says yet where the object is."""
        return self.box is None and not self.from_file and not any(point.positive for point in self.points)


@dataclass(frozen=True)
class Prompts:
    """All objects of one photo; clicks go to the one whose number is `active`."""

    objects: tuple[PromptedObject, ...] = (PromptedObject(1),)
    active: int = 1

    @property
    def current(self) -> PromptedObject:
        """The object that clicks go to."""
        return next(each for each in self.objects if each.number == self.active)

    @property
    def asked(self) -> tuple[PromptedObject, ...]:
        """The objects that a segmenter can answer: something says where they are."""
        return tuple(each for each in self.objects if not each.only_background)

    def object(self, number: int) -> PromptedObject | None:
        return next((each for each in self.objects if each.number == number), None)


@dataclass(frozen=True)
class Problem:
    """Why something was not taken as it was given. row: of the table, counted from 1; 0 for a click."""

    fault: Fault
    values: Mapping[str, float] = field(default_factory=dict)
    row: int = 0


@dataclass(frozen=True)
class PromptHistory(History[Prompts]):
    """The prompts now, and before. problems: why the last input was not taken as it was given."""

    now: Prompts = Prompts()
    problems: tuple[Problem, ...] = ()

    def after(self, prompts: Prompts, *problems: Problem) -> PromptHistory:
        """A step forward that can be taken back; only what is said changes where the prompts are the same."""
        changed = replace(self, rev=self.rev + 1) if prompts == self.now else self.to(prompts)
        return replace(changed, problems=problems)

    def aside(self, prompts: Prompts) -> PromptHistory:
        """The same step with another object in hand: not worth an undo."""
        return replace(self, now=prompts, rev=self.rev + 1, problems=())

    def moved(self, command: Literal["undo", "redo"]) -> PromptHistory:
        """One step back or forward, counted even where there is none, so that the picture is drawn anew."""
        there = self.undone() if command == "undo" else self.redone()
        return replace(there, rev=self.rev + 1, problems=())


def begun_at(point: tuple[float, float] | None) -> PromptHistory:
    """One object with one click, which can be taken back; nothing for None."""
    if point is None:
        return PromptHistory()
    return PromptHistory().to(Prompts((PromptedObject(1, points=(Point(*point),)),)))


def after_event(steps: PromptHistory, event: CanvasEvent) -> PromptHistory:
    """What a click, a drag or a key on the picture leads to."""
    if event.kind in ("undo", "redo"):
        return steps.moved("undo" if event.kind == "undo" else "redo")
    if event.kind == "clear":
        return steps.after(Prompts())
    if event.kind == "point":
        return _with_point(steps, Point(event.x, event.y, event.positive))
    if event.kind == "box" and event.box_xyxy:
        return _with_box(steps, event.box_xyxy)
    return steps


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
        return steps.after(Prompts((PromptedObject(next_number(steps.now)),), next_number(steps.now)))
    active = steps.now.active if steps.now.active != number else left[-1].number
    return steps.after(Prompts(left, active))


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
    return steps.after(Prompts((*kept, *made), made[0].number), *problems)


def given(steps: PromptHistory, masks: Sequence[tuple[Rle, str]]) -> PromptHistory:
    """One object more for each (mask, name) from a file; what is too much is left out and said."""
    kept = tuple(each for each in steps.now.objects if not each.empty)
    first, room = next_number(steps.now), MOST_OBJECTS - len(kept)
    made = tuple(
        PromptedObject(first + i, name[:LONGEST_NAME], given=rle) for i, (rle, name) in enumerate(masks[:room])
    )
    problems = [Problem("objects", {"limit": MOST_OBJECTS})] if len(masks) > room else []
    prompts = Prompts((*kept, *made), made[0].number) if made else steps.now
    return steps.after(prompts, *problems)


def next_number(prompts: Prompts) -> int:
    return 1 + max(each.number for each in prompts.objects)


# The same as a table


def rows_of(prompts: Prompts) -> list[dict[str, Any]]:
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
    return steps.after(Prompts(tuple(objects), active), *problems)


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


def _with_point(steps: PromptHistory, point: Point) -> PromptHistory:
    current = steps.now.current
    if len(current.points) >= MOST_POINTS:
        return steps.after(steps.now, Problem("points", {"limit": MOST_POINTS}))
    return _changed(
        steps, current.number, points=(*current.points, point), chosen=current.chosen if current.points else None
    )


def _with_box(steps: PromptHistory, box: Box) -> PromptHistory:
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


def _with_new(prompts: Prompts, asked: PromptedObject) -> Prompts:
    return Prompts((*prompts.objects, asked), asked.number)


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
