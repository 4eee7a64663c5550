"""Where did an error arise? Told without its message, which may hold a visitor's words or a server's paths."""

from __future__ import annotations

import traceback

FRAMES = 5


def places_of(error: BaseException) -> str:
    """ "ValueError at page.py:12 > reader.py:40": its kind, and the last lines that it came through."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = [f"{frame.filename.replace(chr(92), '/').rsplit('/', 1)[-1]}:{frame.lineno}" for frame in frames]
    return f"{type(error).__name__} at {' > '.join(places)}"
