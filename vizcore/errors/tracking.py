"""What can be wrong with files of tracks and with clips?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

TrackingReason = Literal[
    "empty",
    "not_text",
    "columns",
    "number",
    "not_finite",
    "frame",
    "frames",
    "no_id",
    "id",
    "size",
    "far",
    "duplicate",
    "rows",
    "identities",
    "crowded",
]
ClipReason = Literal["empty", "format", "no_video", "damaged", "slow", "size_changes", "not_written"]


class TrackingTextInvalid(VizError):
    """A file of tracks that is not MOT text or breaks one of its rules."""

    code = "tracking_text_invalid"
    file: str  # truth or tracks
    line: int  # from 1; 0 for the whole file
    reason: TrackingReason
    value: str | float  # duplicate: the id
    limit: float  # duplicate: the frame


class ClipUnreadable(VizError):
    """A video that gives no frames, or (not_written) one that cannot be exported."""

    code = "clip_unreadable"
    reason: ClipReason
    accepted: list[str]  # names of formats


class ClipTooLarge(VizError):
    """A video over a limit, known before it is decoded."""

    code = "clip_too_large"
    reason: Literal["megabytes", "seconds", "pixels"]
    limit: float
    actual: float
    width: int
    height: int
