"""Which two boxes does the visitor compare, and what were they before?"""

from __future__ import annotations

from dataclasses import dataclass, field

from vizcore.scenes import SceneSettings, draw_scene

Box = tuple[float, float, float, float]
WIDTH, HEIGHT = 640, 480
MOST_STEPS = 50  # that can be taken back
SCENE = SceneSettings(seed=12, objects=1, size=0.7, width=WIDTH, height=HEIGHT, classes=("cat",))
NEAR: Box = (0.1, -0.08, 1.12, 0.9)


@dataclass
class Boxes:
    """edges: A and B, x0 y0 x1 y1 in pixels; past, future: the ways back and forward. rev: counts changes."""

    edges: dict[str, Box]
    past: list[dict[str, Box]] = field(default_factory=list)
    future: list[dict[str, Box]] = field(default_factory=list)
    rev: int = 0

    def change(self, which: str, box: Box) -> None:
        """Another box; the one before can be taken back."""
        self._keep()
        self.edges = {**self.edges, which: box}

    def reset(self) -> None:
        """Both boxes as at the beginning; this too can be taken back."""
        self._keep()
        self.edges = first_boxes()

    def move(self, come_from: list[dict[str, Box]], leave_in: list[dict[str, Box]]) -> None:
        """One step back (past, future) or forward (future, past)."""
        if come_from:
            leave_in.append(self.edges)
            self.edges = come_from.pop()
            self.rev += 1

    def _keep(self) -> None:
        self.past = [*self.past, self.edges][-MOST_STEPS:]
        self.future = []
        self.rev += 1


def first_boxes() -> dict[str, Box]:
    """The cat's true box, and a detection of it."""
    return {"a": _true_box(), "b": relative_to(_true_box(), NEAR)}


def _true_box() -> Box:
    x0, y0, x1, y1 = draw_scene(SCENE).boxes_xyxy[0].tolist()
    return x0, y0, x1, y1


def relative_to(box: Box, places: Box) -> Box:
    """A box given in shares of another one's sides, kept inside the picture and in whole pixels."""
    x0, y0, x1, y1 = box
    across, down = x1 - x0, y1 - y0
    edges = (x0 + places[0] * across, y0 + places[1] * down, x0 + places[2] * across, y0 + places[3] * down)
    limits = (WIDTH, HEIGHT, WIDTH, HEIGHT)
    left, top, right, bottom = (float(round(min(max(e, 0), most))) for e, most in zip(edges, limits, strict=True))
    return left, top, right, bottom
