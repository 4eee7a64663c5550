"""Reading JSON that somebody hands in: every part is what it should be, or one clear error."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, TypeVar

from vizcore.errors import FileTooLarge, SegmentationFileInvalid

LIMIT_MB = 20.0
MOST_OBJECTS = 2000
MOST_POINTS = 10_000
LONGEST_NAME = 80

T = TypeVar("T")


class Source:
    """A file by its name and the format it should have; its methods return a part or raise SegmentationFileInvalid."""

    def __init__(self, file: str, format_name: str) -> None:
        self.file, self.format = file, format_name

    def wrong(self, reason: str) -> SegmentationFileInvalid:
        return SegmentationFileInvalid(file=self.file, format=self.format, reason=reason)

    def text(self, data: bytes | str) -> str:
        """UTF-8 text within the size limit. FileTooLarge beyond it."""
        size = len(data)
        if size > LIMIT_MB * 1e6:
            raise FileTooLarge(limit_mb=LIMIT_MB, actual_mb=math.ceil(size / 1e5) / 10)
        try:
            return data if isinstance(data, str) else data.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            raise self.wrong("format") from problem

    def json(self, data: bytes | str) -> dict[str, Any]:
        """The object that the text holds."""
        try:
            content = json.loads(self.text(data))
        except (ValueError, RecursionError) as problem:
            raise self.wrong("json") from problem
        return self.mapping(content)

    def mapping(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong("format")
        return value

    def items(self, value: Any, most: int = MOST_OBJECTS) -> list[Any]:
        if not isinstance(value, list) or len(value) > most:
            raise self.wrong("format")
        return value

    def numbers(self, value: Any, count: int | None = None) -> list[float]:
        """Finite numbers, as many as `count` says."""
        found = self.items(value, MOST_POINTS * 2)
        plain = all(isinstance(each, (int, float)) and not isinstance(each, bool) for each in found)
        if not plain or (count is not None and len(found) != count):
            raise self.wrong("format")
        try:
            values = [float(each) for each in found]
        except OverflowError as problem:
            raise self.wrong("format") from problem
        if not all(math.isfinite(each) for each in values):
            raise self.wrong("format")
        return values

    def name(self, value: Any) -> str:
        """Printable text, cut to a length that fits a table."""
        text = value if isinstance(value, str) else ""
        return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME].strip()

    def built(self, make: Callable[[], T], reason: str = "format") -> T:
        """What `make` gives; its KeyError, TypeError or ValueError as an error about this file."""
        try:
            return make()
        except (KeyError, TypeError, ValueError, OverflowError, IndexError) as problem:
            raise self.wrong(reason) from problem
