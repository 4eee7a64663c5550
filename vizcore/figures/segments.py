"""A photo cut into named segments, drawn three ways: by class, by object, or both at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.theme import CLASS_COLOURS, INK, MUTED_INK, PAPER, class_colour, red_green_blue

Pixels = NDArray[np.uint8]
FILL = 0.72  # opacity of a segment over the photo
GROUND_FILL = 0.5
STEPS = (0.0, 0.28, -0.22, 0.45, -0.38)  # towards white or black, for objects of one class


def class_shade(label: str, *, thing: bool) -> tuple[int, int, int]:
    """The class's own colour; grey for what is no thing in a scene's ground."""
    return red_green_blue(class_colour(label)) if thing else red_green_blue(MUTED_INK.light)


def segments_picture(
    rgb: Pixels,
    numbers: NDArray[np.integer[Any]],
    class_ids: NDArray[np.integer[Any]],
    labels: Sequence[str],
    things: Sequence[bool],
    *,
    kind: str,
    ground: str = "",
    ranks: Sequence[int] | None = None,
) -> Pixels:
    """rgb (H, W, 3) under its segments. kind "semantic": one colour for each class, "instance": one for each thing and
    nothing else, "panoptic": the class's colour in a shade of its own for each object. Objects are outlined except in
    "semantic", where nobody knows where one ends. ground: the stuff class that is drawn in grey. ranks: which shade of
    its class each segment has, None for one after the other."""
    colours = segment_colours(class_ids, labels, things, kind=kind, ground=ground, ranks=ranks)
    opacity = np.array([0.0 if each is None else GROUND_FILL if labels[int(c)] == ground else FILL
                        for each, c in zip(colours, class_ids, strict=True)])  # fmt: skip
    table = np.array([(0, 0, 0), *((each or (0, 0, 0)) for each in colours)], dtype=np.float32)
    share = np.concatenate([[0.0], opacity]).astype(np.float32)[numbers][..., None]
    canvas: Pixels = (rgb * (1 - share) + table[numbers] * share).round().astype(np.uint8)
    shown = np.concatenate([[0], [0 if each is None else place for place, each in enumerate(colours, start=1)]])
    outlined = shown.astype(np.int32)[numbers]
    if kind == "semantic":
        outlined = np.concatenate([[0], np.asarray(class_ids) + 1]).astype(np.int32)[numbers]
    return _outlined(canvas, outlined)


def segment_colours(
    class_ids: NDArray[np.integer[Any]],
    labels: Sequence[str],
    things: Sequence[bool],
    *,
    kind: str,
    ground: str = "",
    ranks: Sequence[int] | None = None,
) -> list[tuple[int, int, int] | None]:
    """(r, g, b) of each segment, None for what this kind of segmentation says nothing about."""
    colours: list[tuple[int, int, int] | None] = []
    objects = 0
    for class_id, rank in zip((int(each) for each in class_ids), ranks or ranks_in_class(class_ids), strict=True):
        thing = bool(things[class_id])
        if kind == "instance":
            colours.append(red_green_blue(CLASS_COLOURS[objects % len(CLASS_COLOURS)]) if thing else None)
            objects += thing
            continue
        base = class_shade(labels[class_id], thing=labels[class_id] != ground)
        colours.append(shaded(base, STEPS[rank % len(STEPS)]) if kind == "panoptic" and thing else base)
    return colours


def ranks_in_class(class_ids: NDArray[np.integer[Any]]) -> list[int]:
    """Whether each segment is its class's first (0), second (1) ..."""
    seen: dict[int, int] = {}
    ranks = []
    for class_id in (int(each) for each in class_ids):
        ranks.append(seen.get(class_id, 0))
        seen[class_id] = ranks[-1] + 1
    return ranks


def shaded(colour: tuple[int, int, int], step: float) -> tuple[int, int, int]:
    """Towards white for a positive step, towards black for a negative one."""
    goal = 255 if step > 0 else 0
    red, green, blue = (round(value + abs(step) * (goal - value)) for value in colour)
    return red, green, blue


def hexadecimal(colour: tuple[int, int, int]) -> str:
    """ "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mistakes_picture(rgb: Pixels, wrong: NDArray[np.bool_]) -> Pixels:
    """The photo in grey with the wrong pixels in one colour."""
    grey = rgb.mean(axis=2, keepdims=True).repeat(3, axis=2)
    pale = 0.5 * grey + 0.5 * np.array(red_green_blue(PAPER.light))
    pale[wrong] = red_green_blue(CLASS_COLOURS[5])
    shown: Pixels = pale.round().astype(np.uint8)
    return shown


def _outlined(canvas: Pixels, numbers: NDArray[np.int32]) -> Pixels:
    """A light and a dark line where the number changes, so that it shows on any colour."""
    edge = np.zeros(numbers.shape, dtype=bool)
    edge[:, 1:] |= numbers[:, 1:] != numbers[:, :-1]
    edge[1:] |= numbers[1:] != numbers[:-1]
    around = edge.copy()
    around[:, :-1] |= edge[:, 1:]
    around[:-1] |= edge[1:]
    canvas[around] = red_green_blue(PAPER.light)
    canvas[edge] = red_green_blue(INK.light)
    return canvas
