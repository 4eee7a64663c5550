"""How does a detector with a small input see a large photo? Tile by tile, the boxes put together again.

Tiles overlap, so that an object at a border is whole in one of them; what two tiles both saw is joined by NMS.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.errors import SettingOutOfRange
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Candidates, Detections, Result
from vizcore.zoo.protocols import Detector

MOST_TILES = 64
EDGE = 2.0  # pixels within which a box touches a tile's inner border

TileBox = tuple[int, int, int, int]


@dataclass(frozen=True)
class TileSettings:
    """across: tiles along the longer side, 1 to 8. overlap: share of a tile that its neighbour sees too, 0 to 0.5.

    cut_boxes: keep a box that touches the inner border of its tile (its object is likely whole in the neighbour).
    """

    across: int = 3
    overlap: float = 0.25
    cut_boxes: bool = False
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)

    def __post_init__(self) -> None:
        for name, least, most in (("across", 1, 8), ("overlap", 0, 0.5)):
            if not least <= getattr(self, name) <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=getattr(self, name))


@dataclass(frozen=True, eq=False)
class TiledDetections(Result):
    """whole: from the photo in one piece. joined: from all tiles after NMS. by_tile: boxes chosen in each tile.

    tiles: x0, y0, x1, y1 in photo pixels. dropped: boxes left out because an inner border cut them.
    """

    whole: Detections
    joined: Detections
    tiles: tuple[TileBox, ...]
    by_tile: tuple[int, ...]
    dropped: int


def tile_boxes(size_wh: tuple[int, int], across: int, overlap: float) -> tuple[TileBox, ...]:
    """Square tiles that cover the photo, row by row, evenly placed; the last ones end at its edges."""
    width, height = size_wh
    longest = max(width, height)
    side = min(math.ceil(longest / (across - (across - 1) * overlap)), min(width, height) if across > 1 else longest)
    rows, columns = (_starts(length, side, overlap) for length in (height, width))
    return tuple((x, y, min(width, x + side), min(height, y + side)) for y in rows for x in columns)


def _starts(length: int, side: int, overlap: float) -> list[int]:
    if side >= length:
        return [0]
    count = math.ceil((length - side) / max(1, math.floor(side * (1 - overlap)))) + 1
    return [round(place) for place in np.linspace(0, length - side, count)]


def detect_tiled(model: Detector, photo: Photo, settings: TileSettings | None = None) -> TiledDetections:
    """The photo whole and in tiles. Errors: SettingOutOfRange for more than 64 tiles, InvalidOutput."""
    chosen = settings or TileSettings()
    boxes = tile_boxes((photo.width, photo.height), chosen.across, chosen.overlap)
    if len(boxes) > MOST_TILES:
        raise SettingOutOfRange(setting="tiles", least=1, most=MOST_TILES, actual=len(boxes))
    floor = ProposeSettings(floor=chosen.choice.score)
    whole = choose(propose(model, photo, floor), chosen.choice)
    parts: list[Any] = []
    counts, dropped = [], 0
    for box in boxes:
        x0, y0, x1, y1 = box
        found = choose(propose(model, Photo(photo.rgb[y0:y1, x0:x1], ""), floor), chosen.choice)
        moved = found.boxes_xyxy + np.array([x0, y0, x0, y0])
        keep = np.ones(len(found), bool) if chosen.cut_boxes else ~_cut(moved, box, (photo.width, photo.height))
        dropped += int((~keep).sum())
        counts.append(int(keep.sum()))
        parts.append((moved[keep], found.scores[keep], found.class_ids[keep]))
    provenance = provenance_of("detect_tiled", model, photo, chosen)
    joined = _joined(model, photo, parts, chosen.choice)
    return TiledDetections(provenance, whole, replace(joined, provenance=provenance), boxes, tuple(counts), dropped)


def _cut(boxes: Any, tile: TileBox, size_wh: tuple[int, int]) -> Any:
    """(n,): which boxes end at a border of the tile that is not one of the photo."""
    x0, y0, x1, y1 = tile
    width, height = size_wh
    left, top = (boxes[:, 0] <= x0 + EDGE) & (x0 > 0), (boxes[:, 1] <= y0 + EDGE) & (y0 > 0)
    right, bottom = (boxes[:, 2] >= x1 - EDGE) & (x1 < width), (boxes[:, 3] >= y1 - EDGE) & (y1 < height)
    return left | top | right | bottom


def _joined(model: Detector, photo: Photo, parts: list[Any], choice: ChoiceSettings) -> Detections:
    boxes, scores, classes = (np.concatenate([part[place] for part in parts]) for place in range(3))
    order = np.argsort(-scores, kind="stable")
    candidates = Candidates(
        provenance_of("detect_tiled", model, photo),
        boxes[order],
        scores[order],
        classes[order].astype(np.int64),
        np.arange(len(order)),
        tuple(model.labels),
        (photo.width, photo.height),
        choice.score,
        True,  # two tiles see one object, so every detector needs NMS here
    )
    return choose(candidates, replace(choice, iou=min(choice.iou, 0.5)))
