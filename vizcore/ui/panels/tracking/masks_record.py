"""What is taken away of carried masks: tracks as MOT text, masks as COCO JSON, the film under its masks."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from vizcore.i18n import _
from vizcore.metrics.tracking.mot_text import mot_text
from vizcore.metrics.tracking.tables import TrackTable, track_table
from vizcore.segmentation.rle import Rle
from vizcore.tracking.clip import Clip
from vizcore.tracking.export import coco_video_json
from vizcore.ui import downloads
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.panels.tracking.shown_objects import Carried, class_place


def show(clip: Clip, carried: Carried) -> None:
    """All objects that were followed in this clip by this segmenter stand in the files."""
    with downloads.export():
        downloads.download_json([carried[who] for who in sorted(carried)], key=f"{KEY}.masks.json")
        downloads.download_made(
            lambda: mot_text(as_tracks(clip, carried)[0]).encode(), name="mask-tracks.txt", mime="text/plain",
            key=f"{KEY}.masks.mot", label=_("Tracks (MOT text)"),
        )  # fmt: skip
        downloads.download_made(
            lambda: coco_bytes(clip, carried), name="mask-tracks-coco.json", mime="application/json",
            key=f"{KEY}.masks.coco", label=_("Masks (COCO)"),
        )  # fmt: skip
        downloads.download_made(
            lambda: film_bytes(clip, carried), name="masks.webm", mime="video/webm", key=f"{KEY}.masks.film",
            label=_("Film with masks (WebM)"),
        )  # fmt: skip


def as_tracks(clip: Clip, carried: Carried) -> tuple[TrackTable, dict[int, Rle]]:
    """A row for each frame in which a mask is not empty, and the masks by row. The score is the predicted IoU, 1 where
    the segmenter gives none."""
    rows = [
        (place + 1, who, masks.boxes_xyxy[place], float(np.nan_to_num(masks.predicted_iou[place], nan=1.0)),
         class_place(clip, who), masks.rles[place])
        for place in range(len(clip)) for who, masks in sorted(carried.items()) if masks.areas[place]
    ]  # fmt: skip
    table = track_table(
        [row[0] for row in rows], [row[1] for row in rows], np.array([row[2] for row in rows]).reshape(-1, 4),
        scores=[row[3] for row in rows], classes=[row[4] for row in rows],
    )  # fmt: skip
    return table, {place: row[5] for place, row in enumerate(rows)}


def coco_bytes(clip: Clip, carried: Carried) -> bytes:
    """COCO's lists with a video, track ids and run lengths."""
    table, masks = as_tracks(clip, carried)
    names = () if clip.truth is None else clip.truth.class_names
    return json.dumps(coco_video_json(clip, table, names, masks), ensure_ascii=False, allow_nan=False).encode()


def film_bytes(clip: Clip, carried: Carried) -> bytes:
    """Every frame under its masks and boxes, as a WebM."""
    from vizcore.figures.tracks import draw_tracks
    from vizcore.tracking.webm import webm_bytes

    table, _masks = as_tracks(clip, carried)

    def drawn(place: int) -> NDArray[np.uint8]:
        masks = {who: each.rles[place].decode() for who, each in carried.items()}
        return draw_tracks(clip.frames[place], table, place + 1, masks=masks)

    return webm_bytes((drawn(place) for place in range(len(clip))), clip.fps)
