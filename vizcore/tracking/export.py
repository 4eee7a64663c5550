"""Tracks as a file that other programs read: COCO's lists with a video and a track id, as TAO and YouTube-VIS have."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vizcore.metrics.tracking.tables import TrackTable, track_table
from vizcore.segmentation.rle import Rle
from vizcore.tracking.carried import PropagatedMasks
from vizcore.tracking.clip import Clip


def coco_video_json(
    clip: Clip, tracks: TrackTable, class_names: Sequence[str], masks: Mapping[int, Rle] | None = None
) -> dict[str, Any]:
    """videos, images (one a frame), tracks, annotations (a box a row) and categories; ids from 1. masks: by row of
    the tracks. A class that is "any" becomes the category 0, "object"."""
    width, height = clip.size_wh
    images = [
        {"id": place + 1, "video_id": 1, "frame_index": place, "width": width, "height": height,
         "file_name": f"{place + 1:06d}.png"}
        for place in range(len(clip))
    ]  # fmt: skip
    classes = tracks.classes + 1
    names = ["object", *class_names]
    return {
        "videos": [
            {"id": 1, "name": clip.name, "width": width, "height": height, "length": len(clip), "fps": clip.fps}
        ],
        "images": images,
        "tracks": [{"id": int(who), "video_id": 1} for who in sorted(set(tracks.ids.tolist()))],
        "annotations": [
            _annotation(tracks, row, int(classes[row]), (masks or {}).get(row)) for row in range(len(tracks))
        ],
        "categories": [{"id": place, "name": name} for place, name in enumerate(names)],
    }


def _annotation(tracks: TrackTable, row: int, category: int, mask: Rle | None) -> dict[str, Any]:
    x0, y0, x1, y1 = tracks.boxes_xyxy[row].tolist()
    known = {
        "id": row + 1,
        "video_id": 1,
        "image_id": int(tracks.frames[row]),
        "track_id": int(tracks.ids[row]),
        "category_id": category,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "area": (x1 - x0) * (y1 - y0) if mask is None else int(mask.decode().sum()),
        "score": float(tracks.scores[row]),
        "iscrowd": 0,
    }
    return known if mask is None else {**known, "segmentation": mask.to_coco()}


def masks_as_tracks(clip: Clip, carried: Mapping[int, PropagatedMasks]) -> tuple[TrackTable, dict[int, Rle]]:
    """A row for each frame in which a mask of an object (by its identity) is not empty, and the masks by row.

    The score is the predicted IoU, 1 where the segmenter gives none; the class is "any" (-1) without a truth.
    """
    classes = {who: -1 if clip.truth is None else clip.truth.class_of(who) for who in carried}
    places = [(place, who) for place in range(len(clip)) for who in sorted(carried) if carried[who].areas[place]]
    boxes = [carried[who].boxes_xyxy[place] for place, who in places]
    table = track_table(
        [place + 1 for place, _who in places],
        [who for _place, who in places],
        np.array(boxes).reshape(-1, 4),
        scores=[float(np.nan_to_num(carried[who].predicted_iou[place], nan=1.0)) for place, who in places],
        classes=[classes[who] for _place, who in places],
    )
    return table, {row: carried[who].rles[place] for row, (place, who) in enumerate(places)}


def masks_coco_bytes(clip: Clip, carried: Mapping[int, PropagatedMasks]) -> bytes:
    """The same as COCO's lists, with run lengths."""
    table, masks = masks_as_tracks(clip, carried)
    names = () if clip.truth is None else clip.truth.class_names
    return json.dumps(coco_video_json(clip, table, names, masks), ensure_ascii=False, allow_nan=False).encode()
