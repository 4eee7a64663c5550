"""What is sent to the canvas in the browser: pictures as data URLs, marks in photo pixels, words in the language."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Required, TypedDict

from vizcore.figures.overlay import UNSEEN_DIMMING
from vizcore.figures.theme import HEAT_STOPS
from vizcore.i18n import N_, _
from vizcore.prompting.objects import Box, Point
from vizcore.ui.canvas.grids import Onto, PatchRows

Mode = Literal["point", "box", "both", "draw", "patch", "pick"]

# What the keyboard and the pointer can do, for each mode.
HELP: dict[Mode, str] = {
    "point": N_(
        "Click: foreground. Shift or right click, or a long press: background. Keys: arrows move, Enter and"
        " Shift+Enter mark, Ctrl+Z takes back."
    ),
    "box": N_("Drag a box. Keys: arrows move, Enter sets one corner and then the other, Escape gives it up."),
    "both": N_(
        "Click: foreground. Shift or right click, or a long press: background. Drag: a box. Keys: arrows move, Enter"
        " and Shift+Enter mark, B sets the corners of a box, Ctrl+Z takes back."
    ),
    "draw": N_(
        "Draw around it; the line closes itself. With Shift, a right click, or the button, it is taken away. Keys:"
        " arrows move, Enter sets a corner, C closes the outline, Escape gives it up, Ctrl+Z takes back."
    ),
    "patch": N_("Point at a patch, or click to keep it. Keys: arrows move, Escape lets go."),
    "pick": N_("Click to choose. Keys: arrows move, Enter chooses."),
}
WORDS = {
    "positive": N_("Foreground"),
    "negative": N_("Background"),
    "undo": N_("Undo"),
    "redo": N_("Redo"),
    "clear": N_("Clear"),
    "layer": N_("Overlay"),
    "none": N_("none"),
    "map": N_("Map"),
    "opacity": N_("Opacity"),
    "large": N_("Full screen"),
    "marks": N_("What a click marks"),
    "at": N_("{x}, {y}"),
    "patch": N_("patch {n}"),
    "corner": N_("first corner at {x}, {y}"),
    "corners": N_("corner {n} at {x}, {y}"),
}


@dataclass(frozen=True)
class Layer:
    """A picture that the visitor can lay over the photo: PNG with transparency, in the photo's frame."""

    label: str
    png: bytes


class Drawing(TypedDict, total=False):
    """What is drawn on a photo, and how.

    points, boxes: marks. overlay_png: always laid over the photo. layers: overlays that the visitor switches, grid:
    rows shown for the patch under the pointer, both without asking the server. patch: the one that is kept, where
    clicks are reported. rev: shown as `data-rev` once everything is painted.
    """

    alt: Required[str]
    mode: Mode
    points: Sequence[Point]
    boxes: Sequence[Box]
    overlay_png: bytes | None
    layers: Sequence[Layer]
    grid: PatchRows | None
    opacity: float
    patch: int | None
    rev: int


def drawing_message(drawing: Drawing, *, report: bool) -> dict[str, Any]:
    """The drawing as the browser reads it. report: whether clicks are told to the server."""
    mode, grid, overlay = drawing.get("mode", "point"), drawing.get("grid"), drawing.get("overlay_png")
    return {
        "alt": drawing["alt"],
        "mode": mode,
        "overlay": png_url(overlay) if overlay else None,
        "layers": layers_message(drawing.get("layers", ())),
        "grid": grid_message(grid) if grid else None,
        "opacity": drawing.get("opacity", 0.75),
        "rev": drawing.get("rev", 0),
        "report": report,
        **({"patch": drawing.get("patch")} if grid and report else {}),
        "words": words(mode),
        **marks_message(drawing.get("points", ()), drawing.get("boxes", ())),
    }


def jpeg_url(data: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def png_url(data: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(data).decode()


def words(mode: Mode) -> dict[str, str]:
    """Everything that is read inside the canvas, in the language in force."""
    return {key: _(text) for key, text in WORDS.items()} | {"help": _(HELP[mode])}


def marks_message(points: Sequence[Point], boxes: Sequence[Box]) -> dict[str, Any]:
    return {"points": [[each.x, each.y, each.positive] for each in points], "boxes": [list(each) for each in boxes]}


def grid_message(grid: PatchRows) -> dict[str, Any]:
    rows, columns = grid.shape_hw
    return {
        "rows": rows,
        "columns": columns,
        "region": list(grid.region_xyxy),
        "maps": [{"name": name, "data": base64.b64encode(each.tobytes()).decode()} for name, each in grid.maps.items()],
        "onto": _onto_message(grid.onto) if grid.onto else None,
        "ramp": list(HEAT_STOPS),
        "dimming": UNSEEN_DIMMING,
    }


def layers_message(layers: Sequence[Layer]) -> list[dict[str, str]]:
    return [{"label": each.label, "src": png_url(each.png)} for each in layers]


def _onto_message(onto: Onto) -> dict[str, Any]:
    return {
        "img": jpeg_url(onto.jpeg),
        "w": onto.width,
        "h": onto.height,
        "rows": onto.shape_hw[0],
        "columns": onto.shape_hw[1],
        "region": list(onto.region_xyxy),
        "alt": onto.alt,
    }
