"""What did the browser send? Frames as JPEG in text, opened through the same door as every other picture."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from vizcore.errors import VizError
from vizcore.images import open_photo
from vizcore.photo import Photo

MOST_FRAMES = 30  # of one burst
LONGEST = 400_000  # characters of one frame
START = "data:image/jpeg;base64,"


def read_frames(sent: Any, name: str) -> list[Photo]:
    """The burst's photos, in order; what is no picture is left out. name: of the burst; photos add their number."""
    frames = sent.get("frames") if isinstance(sent, dict) else None
    if not isinstance(frames, (list, tuple)):
        return []
    photos = []
    for number, text in enumerate(frames[:MOST_FRAMES], start=1):
        data = _bytes_of(text)
        try:
            if data:
                photos.append(open_photo(data, f"{name}-{number}.jpg"))
        except VizError:
            continue
    return photos


def _bytes_of(text: Any) -> bytes:
    if not isinstance(text, str) or len(text) > LONGEST or not text.startswith(START):
        return b""
    try:
        return base64.b64decode(text.removeprefix(START), validate=True)
    except (binascii.Error, ValueError):
        return b""
