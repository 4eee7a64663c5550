"""What does the log of a server for many people hold? One line a record, and no word of a visitor's.

The message of an unforeseen error often quotes what it met: a file's name, a label, a path. On a hosted server a record
says the error's kind and the lines of code that it came through; on a laptop the terminal has the whole of it.
"""

from __future__ import annotations

import logging
from typing import Any

from vizcore.error_places import places_of
from vizcore.settings import Settings

LONGEST = 2_000  # characters of one record


def with_hosted_log(settings: Settings) -> None:
    """From now on, for the records of every library in this process; nothing changes where the server is not hosted."""
    if settings.hosted:
        logging.setLogRecordFactory(OneLine)


class OneLine(logging.LogRecord):
    """A record without traceback, error message or control characters."""

    def __init__(self, name: str, level: int, pathname: str, lineno: int, msg: Any, args: Any, exc_info: Any,
                 func: str | None = None, sinfo: str | None = None, **more: Any) -> None:  # fmt: skip
        super().__init__(name, level, pathname, lineno, msg, args, None, func, None, **more)
        error = exc_info[1] if isinstance(exc_info, tuple) else None
        self._where = f" ({places_of(error)})" if error is not None else ""

    def getMessage(self) -> str:
        """As logging asks for it, in one line."""
        return one_line(super().getMessage())[:LONGEST] + self._where


def one_line(text: str) -> str:
    """Line breaks and other control characters as their escapes, so that nobody writes a record of their own."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
