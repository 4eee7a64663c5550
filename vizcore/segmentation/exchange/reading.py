"""Reading text that somebody hands in: every part is what it should be, or one clear error that names the place."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from vizcore.errors import FileTooLarge, SegmentationFileInvalid
from vizcore.errors.segmentation import SegmentationFileReason

LIMIT_MB = 20.0
MOST_OBJECTS = 2000
MOST_PARTS = 100_000  # polygons of one object
MOST_NUMBERS = 2_000_000  # of one list
MOST_POINTS = 10_000  # prompts of one object
LONGEST_NAME = 80

T = TypeVar("T")


class Source:
    """A file by its name and the format it should have; its methods return a part or raise SegmentationFileInvalid.

    entry: the line or annotation that is being read, from 1; 0 for the file as a whole. Errors name it. outline: pixels
    of the outlines drawn so far.
    """

    def __init__(self, file: str, format_name: str) -> None:
        self.file, self.format, self.entry = file, format_name, 0
        self.outline = 0.0

    def wrong(self, reason: SegmentationFileReason) -> SegmentationFileInvalid:
        """The error for this file, with `entry` as its place."""
        return SegmentationFileInvalid(file=self.file, format=self.format, reason=reason, entry=self.entry)

    def text(self, data: bytes | str) -> str:
        """UTF-8, UTF-16 or UTF-32 text within the size limit, without its byte order mark. FileTooLarge beyond it."""
        if len(data) > LIMIT_MB * 1e6:
            raise FileTooLarge(limit_mb=LIMIT_MB, actual_mb=math.ceil(len(data) / 1e5) / 10)
        try:
            return (data if isinstance(data, str) else decoded(data)).removeprefix("\ufeff")
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

    def entries(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows one after the other; errors meanwhile name the one that is read."""
        for self.entry, row in enumerate(rows, start=1):
            yield row
        self.entry = 0

    def numbers(self, value: Any, count: int | None = None) -> list[float]:
        """Finite numbers, as many as `count` says."""
        found = self.items(value, MOST_NUMBERS)
        if not set(map(type, found)) <= {int, float} or (count is not None and len(found) != count):
            raise self.wrong("format")
        try:
            values = list(map(float, found))
        except OverflowError as problem:
            raise self.wrong("format") from problem
        if not all(map(math.isfinite, values)):
            raise self.wrong("format")
        return values

    def whole(self, value: Any) -> int:
        """A whole number, as 3 or as 3.0."""
        (number,) = self.numbers([value])
        if not number.is_integer() or abs(number) > 1e9:
            raise self.wrong("format")
        return int(number)

    def pair(self, value: Any) -> tuple[int, int]:
        """Two whole numbers, such as a size."""
        first, second = self.numbers(value, 2)
        return self.whole(first), self.whole(second)

    def name(self, value: Any) -> str:
        """Printable text, composed (NFC) and cut to a length that fits a table."""
        text = unicodedata.normalize("NFC", value[: 10 * LONGEST_NAME]) if isinstance(value, str) else ""
        return "".join(letter for letter in text if letter.isprintable())[:LONGEST_NAME].strip()

    def built(self, make: Callable[[], T], reason: SegmentationFileReason = "format") -> T:
        """What `make` gives; its KeyError, TypeError or ValueError as an error about this file."""
        try:
            return make()
        except (KeyError, TypeError, ValueError, OverflowError, IndexError) as problem:
            raise self.wrong(reason) from problem


def decoded(data: bytes) -> str:
    """Text by its byte order mark, or by where its zero bytes lie; UTF-8 without either. UnicodeDecodeError."""
    return data.decode(json.detect_encoding(data))


def known_id(value: Any) -> int | str | None:
    """An id as it is compared: 3, "3" and "a" are ids, 3.0 is 3, everything else is none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, str)) and not isinstance(value, bool) else None
