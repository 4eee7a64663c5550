"""What is taken away of carried masks: tracks as MOT text, masks as COCO JSON, the film under its masks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vizcore.i18n import _
from vizcore.metrics.tracking.mot_text import mot_text
from vizcore.tracking.clip import Clip
from vizcore.tracking.export import masks_as_tracks, masks_coco_bytes
from vizcore.ui import downloads
from vizcore.ui.export_streams import while_here
from vizcore.ui.panels.tracking.page_state import KEY
from vizcore.ui.panels.tracking.shown_objects import Carried
from vizcore.ui.session import Visit, visit


def show(clip: Clip, carried: Carried) -> None:
    """All objects that were followed in this clip by this segmenter stand in the files."""
    present = visit()
    with downloads.export():
        downloads.download_json([carried[who] for who in sorted(carried)], key=f"{KEY}.masks.json")
        downloads.download_made(
            lambda: mot_text(masks_as_tracks(clip, carried)[0]).encode(), name="mask-tracks.txt", mime="text/plain",
            key=f"{KEY}.masks.mot", label=_("Tracks (MOT text)"),
        )  # fmt: skip
        downloads.download_made(
            lambda: masks_coco_bytes(clip, carried), name="mask-tracks-coco.json", mime="application/json",
            key=f"{KEY}.masks.coco", label=_("Masks (COCO)"),
        )  # fmt: skip
        downloads.download_made(
            lambda: film_bytes(clip, carried, present), name="masks.webm", mime="video/webm", key=f"{KEY}.masks.film",
            label=_("Film with masks (WebM)"),
        )  # fmt: skip


def film_bytes(clip: Clip, carried: Carried, present: Visit) -> bytes:
    """Every frame under its masks and boxes, as a WebM. ExportAbandoned as soon as the visit has ended."""
    from vizcore.figures.tracks import draw_tracks
    from vizcore.tracking.webm import webm_bytes

    table, _masks = masks_as_tracks(clip, carried)

    def drawn(place: int) -> NDArray[np.uint8]:
        masks = {who: each.rles[place].decode() for who, each in carried.items()}
        return draw_tracks(clip.frames[place], table, place + 1, masks=masks)

    return webm_bytes(while_here(map(drawn, range(len(clip))), present), clip.fps)
