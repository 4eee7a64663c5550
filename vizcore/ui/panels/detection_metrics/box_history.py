"""Which two boxes does the visitor compare, and what were they before?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vizcore.history import History
from vizcore.scenes import SceneSettings, draw_scene

Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 640, 480
SCENE = SceneSettings(seed=12, objects=1, size=0.7, width=WIDTH, height=HEIGHT, classes=("cat",))
NEAR: Box = (0.1, -0.08, 1.12, 0.9)


BoxPair = Mapping[str, Box]


@dataclass
class Boxes:
    """The boxes A and B (x0 y0 x1 y1 in pixels) that the visitor's session holds, and what they were before."""

    history: History[BoxPair]

    @property
    def edges(self) -> BoxPair:
        return self.history.now

    @property
    def rev(self) -> int:
        return self.history.rev

    def change(self, which: str, box: Box) -> None:
        """Another box; the one before can be taken back."""
        self.history = self.history.to({**self.edges, which: box})

    def reset(self) -> None:
        """Both boxes as at the beginning; this too can be taken back."""
        self.history = self.history.to(first_boxes().edges)

    def undo(self) -> None:
        self.history = self.history.undone()

    def redo(self) -> None:
        self.history = self.history.redone()


def box_in(text: str) -> Box | None:
    """ "120,80,400,360" as a box in whole pixels of the picture (left, top, right, bottom); None for anything else."""
    ends = text.split(",")
    if len(ends) != 4 or not all(end.isascii() and end.isdigit() and len(end) < 5 for end in ends):
        return None
    x0, y0, x1, y1 = map(float, ends)
    return (x0, y0, x1, y1) if max(x0, x1) <= WIDTH and max(y0, y1) <= HEIGHT else None


def box_text(box: Box) -> str:
    """As `box_in` reads it."""
    return ",".join(str(round(edge)) for edge in box)


def first_boxes() -> Boxes:
    """The cat's true box, and a detection of it."""
    return Boxes(History({"a": _true_box(), "b": relative_to(_true_box(), NEAR)}))


def _true_box() -> Box:
    x0, y0, x1, y1 = draw_scene(SCENE).boxes_xyxy[0].tolist()
    return x0, y0, x1, y1


def roomiest(box: Box, several: Sequence[Box]) -> Box:
    """Of several boxes that are given in shares of another one's sides the largest in the picture, the first of
    equals."""
    return max(
        (relative_to(box, places) for places in several), key=lambda each: (each[2] - each[0]) * (each[3] - each[1])
    )


def relative_to(box: Box, places: Box) -> Box:
    """A box given in shares of another one's sides, kept inside the picture and in whole pixels."""
    x0, y0, x1, y1 = box
    across, down = x1 - x0, y1 - y0
    edges = (x0 + places[0] * across, y0 + places[1] * down, x0 + places[2] * across, y0 + places[3] * down)
    limits = (WIDTH, HEIGHT, WIDTH, HEIGHT)
    left, top, right, bottom = (float(round(min(max(e, 0), most))) for e, most in zip(edges, limits, strict=True))
    return left, top, right, bottom
