"""What has been asked about a photo: objects, each with its clicks, its box and its name, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from vizcore.history import History

if TYPE_CHECKING:
    from vizcore.segmentation import Prompts
    from vizcore.segmentation.rle import Rle

MOST_POINTS = 200  # of one object
MOST_OBJECTS = 64
LONGEST_NAME = 40

Box = tuple[float, float, float, float]
Fault = Literal["points", "objects", "box", "number", "moved"]


@dataclass(frozen=True)
class Point:
    """A click: positive for "this belongs to it", negative for "this does not"."""

    x: float
    y: float
    positive: bool = True


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

    def grown(self) -> list[PromptedObject]:
        """The object as it was after its box and after each click, as far as something said where it is."""
        steps = [replace(self, points=self.points[:count]) for count in range(len(self.points) + 1)]
        return [each for each in steps if not each.only_background]

    @property
    def hints(self) -> Prompts:
        """What a segmenter is asked for this object: its points with their labels, and its box."""
        from vizcore.segmentation import Prompts  # brings torch: only once something is asked

        places = tuple((point.x, point.y) for point in self.points)
        return Prompts(places, tuple(int(point.positive) for point in self.points), self.box)


@dataclass(frozen=True)
class PromptedObjects:
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
class PromptHistory(History[PromptedObjects]):
    """The prompts now, and before. problems: why the last input was not taken as it was given."""

    now: PromptedObjects = PromptedObjects()
    problems: tuple[Problem, ...] = ()

    def after(self, prompts: PromptedObjects, *problems: Problem) -> PromptHistory:
        """A step forward that can be taken back; only what is said changes where the prompts are the same."""
        changed = replace(self, rev=self.rev + 1) if prompts == self.now else self.to(prompts)
        return replace(changed, problems=problems)

    def aside(self, prompts: PromptedObjects) -> PromptHistory:
        """The same step with another object in hand: not worth an undo."""
        return replace(self, now=prompts, rev=self.rev + 1, problems=())

    def moved(self, command: Literal["undo", "redo"]) -> PromptHistory:
        """One step back or forward, counted even where there is none, so that the picture is drawn anew."""
        there = self.undone() if command == "undo" else self.redone()
        return replace(there, rev=self.rev + 1, problems=())
