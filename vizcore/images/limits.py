"""Is this file small enough to be decoded? Answered from its length and its header alone."""

from __future__ import annotations

import math

from vizcore.errors import FileTooLarge, ImageSideTooLong, ImageTooLarge
from vizcore.settings import Settings

MEGA = 1_000_000


def check_file_size(data: bytes, settings: Settings) -> None:
    """FileTooLarge above the limit."""
    if len(data) > settings.file_limit_mb * MEGA:
        raise FileTooLarge(limit_mb=settings.file_limit_mb, actual_mb=_over(len(data)))


def check_picture_size(width: int, height: int, settings: Settings) -> None:
    """ImageTooLarge or ImageSideTooLong above the limits."""
    if width * height > settings.image_limit_mpx * MEGA:
        actual_mpx = _over(width * height)
        raise ImageTooLarge(limit_mpx=settings.image_limit_mpx, actual_mpx=actual_mpx, width=width, height=height)
    if max(width, height) > settings.image_side_limit:
        raise ImageSideTooLong(limit=settings.image_side_limit, width=width, height=height)


def _over(amount: int) -> float:
    """Millions with one decimal, rounded up, so that a refused 50.01 never reads as 50.0."""
    return math.ceil(amount / MEGA * 10) / 10
