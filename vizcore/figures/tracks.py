"""Tracks on a frame: each box in its identity's colour, its number, the way it came, and its mask, if any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.figures.box_labels import text_tile
from vizcore.figures.boxes import line_width, on_canvas
from vizcore.figures.theme import CLASS_COLOURS, LABEL_INKS, red_green_blue
from vizcore.metrics.tracking.tables import TrackTable
from vizcore.photo import Photo
from vizcore.tracking.measures import trajectory

TRAIL = 25  # frames of the way that are still shown
DASH = 6


@dataclass(frozen=True)
class TrackStyle:
    """trails: the way of each foot. truth: dashed boxes of the true objects, if any. switched: ids that changed in
    this frame, drawn with a heavy frame. zone_xyxy: a rectangle to be shown."""

    trails: bool = True
    truth: TrackTable | None = None
    switched: frozenset[int] = frozenset()
    zone_xyxy: tuple[float, float, float, float] | None = None


def id_colour(identity: int) -> str:
    """The colour of an identity as "#rrggbb": neighbours in number are far apart."""
    return CLASS_COLOURS[(identity - 1) % len(CLASS_COLOURS)]


def draw_tracks(
    photo: Photo, tracks: TrackTable, frame: int, style: TrackStyle | None = None,
    masks: Mapping[int, NDArray[np.bool_]] | None = None,
) -> NDArray[np.uint8]:  # fmt: skip
    """(H, W, 3): the photo with what the tracks have in `frame`. masks: by identity."""
    style = style or TrackStyle()
    canvas = photo.rgb.copy()
    size = photo.width, photo.height
    if style.zone_xyxy is not None:
        _tint(canvas, style.zone_xyxy)
    for identity, mask in (masks or {}).items():
        colour = np.array(red_green_blue(id_colour(identity)))
        canvas[mask] = (0.5 * canvas[mask] + 0.5 * colour).astype(np.uint8)
    if style.truth is not None:
        here = style.truth.frames == frame
        for box in on_canvas(style.truth.boxes_xyxy[here], size, size).tolist():
            _outline(canvas, box, LABEL_INKS[1], max(1, line_width(canvas) - 1), dashed=True)
    here = tracks.frames == frame
    ids = tracks.ids[here].tolist()
    if style.trails:
        for identity in ids:
            _trail(canvas, tracks, identity, frame)
    for identity, box in zip(ids, on_canvas(tracks.boxes_xyxy[here], size, size).tolist(), strict=True):
        heavy = 3 if identity in style.switched else 1
        _outline(canvas, box, id_colour(identity), heavy * line_width(canvas))
        _name(canvas, box, identity)
    return canvas


def _outline(canvas: NDArray[np.uint8], box: list[int], colour: str, line: int, *, dashed: bool = False) -> None:
    x0, y0, x1, y1 = box
    pixel = np.array(red_green_blue(colour), np.uint8)
    for rows, columns in (
        (slice(y0, y0 + line), slice(x0, x1)), (slice(max(y1 - line, 0), y1), slice(x0, x1)),
        (slice(y0, y1), slice(x0, x0 + line)), (slice(y0, y1), slice(max(x1 - line, 0), x1)),
    ):  # fmt: skip
        part = canvas[rows, columns]
        if not dashed:
            part[:] = pixel
            continue
        height, width = part.shape[:2]
        on = (np.add.outer(np.arange(height), np.arange(width)) // DASH) % 2 == 0
        part[on] = pixel


def _name(canvas: NDArray[np.uint8], box: list[int], identity: int) -> None:
    tile = text_tile(f" {identity} ", max(12, round(max(canvas.shape) / 32)), id_colour(identity))
    height, width = canvas.shape[:2]
    left = max(0, min(box[0], width - tile.shape[1]))
    top = box[1] - tile.shape[0] if box[1] >= tile.shape[0] else max(0, min(box[1], height - tile.shape[0]))
    place = canvas[top : top + tile.shape[0], left : left + tile.shape[1]]
    place[:] = tile[: place.shape[0], : place.shape[1]]


def _trail(canvas: NDArray[np.uint8], tracks: TrackTable, identity: int, frame: int) -> None:
    import cv2

    recent = tracks.at((tracks.frames <= frame) & (tracks.frames > frame - TRAIL))
    points = np.rint(trajectory(recent, identity)).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(canvas, [points], False, red_green_blue(id_colour(identity)), line_width(canvas), cv2.LINE_AA)


def _tint(canvas: NDArray[np.uint8], zone: tuple[float, float, float, float]) -> None:
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in zone)
    part = canvas[y0:y1, x0:x1]
    part[:] = (0.75 * part + 0.25 * np.array(red_green_blue("#f0e442"))).astype(np.uint8)
