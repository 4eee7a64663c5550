"""What did a page show: its words, formulas, tables and pictures, as the visitor's browser told it?

Nothing of it is believed: pictures are decoded and encoded anew, formulas are rebuilt from known signs, all else is
plain text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from vizcore.errors import ReportRefused, VizError
from vizcore.settings import current

MOST_PICTURES = 48
MOST_BLOCKS = 600
MOST_ROWS, MOST_COLUMNS = 60, 20
LONGEST_TEXT = 4_000
LONGEST_SIDE_PX = 1000
MOST_MPX = 8.0  # a page tells of none that is larger than 2.3
QUALITY = 80
HALF_PAIR = re.compile("[\ud800-\udfff]")  # of UTF-16: a browser may cut an emoji in two, and no file can hold it
DATA_URL = ("data:image/jpeg;base64,", "data:image/png;base64,")

WordsKind = Literal["heading", "text", "item", "note"]
KINDS: tuple[WordsKind, ...] = ("heading", "text", "item", "note")


@dataclass(frozen=True)
class Formula:
    """mathml: safe to write into HTML."""

    mathml: str


@dataclass(frozen=True)
class Words:
    """One line or paragraph. level: of a heading, 1 to 6. pieces: plain text and formulas in turn."""

    kind: WordsKind
    pieces: tuple[str | Formula, ...]
    level: int = 3

    @property
    def text(self) -> str:
        """Its plain text alone."""
        return "".join(each for each in self.pieces if isinstance(each, str))


@dataclass(frozen=True)
class Picture:
    """jpeg: encoded by us. alt: what it shows, in words."""

    jpeg: bytes
    width: int
    height: int
    alt: str


@dataclass(frozen=True)
class Table:
    """Cells as text; a long table is cut, `rows_left_out` says by how much."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    rows_left_out: int = 0


Block = Words | Picture | Table


@dataclass(frozen=True)
class Shown:
    """blocks in the page's order. pictures_left_out: beyond the limit, or not readable."""

    blocks: tuple[Block, ...] = ()
    pictures_left_out: int = 0

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(each for each in self.blocks if isinstance(each, Picture))


def read_shown(message: object, *, most_pictures: int = MOST_PICTURES) -> Shown:
    """From the browser's {"blocks": [...], "left_out": n}. ReportRefused for anything else.

    A picture that cannot be read, and those beyond the limit, are left out and counted.
    """
    if not isinstance(message, Mapping) or not isinstance(message.get("blocks"), list):
        raise ReportRefused(reason="message")
    blocks: list[Block] = []
    pictures, left_out = 0, _count(message.get("left_out"))
    for each in message["blocks"][:MOST_BLOCKS]:
        if not isinstance(each, Mapping):
            raise ReportRefused(reason="message")
        if each.get("kind") == "picture":
            picture = _picture(each) if pictures < most_pictures else None
            pictures += 1  # one that cannot be read counts too: finding that out takes time
            left_out += picture is None
            blocks += [picture] if picture else []
        elif each.get("kind") == "table":
            blocks.append(_table(each))
        elif each.get("kind") in KINDS and (words := _words(each)).pieces:
            blocks.append(words)
    return Shown(tuple(blocks), left_out)


def _picture(found: Mapping[str, Any]) -> Picture | None:
    from vizcore.images import open_photo
    from vizcore.pictures import encode_jpeg, shrunk

    url = found.get("src")
    start = next((each for each in DATA_URL if isinstance(url, str) and url.startswith(each)), None)
    if start is None or not isinstance(url, str):
        return None
    try:
        limits = replace(current(), image_limit_mpx=MOST_MPX)
        photo = open_photo(base64.b64decode(url[len(start) :], validate=True), "figure", limits)
    except (binascii.Error, ValueError, VizError):
        return None
    pixels = shrunk(photo.rgb, LONGEST_SIDE_PX)
    return Picture(encode_jpeg(pixels, QUALITY), pixels.shape[1], pixels.shape[0], _text(found.get("alt"), 600))


def _table(found: Mapping[str, Any]) -> Table:
    rows = found.get("rows")
    lines = [each for each in rows if isinstance(each, list)] if isinstance(rows, list) else []
    return Table(
        _cells(found.get("head")),
        tuple(_cells(row) for row in lines[:MOST_ROWS]),
        max(0, len(lines) - MOST_ROWS, _count(found.get("rows_left_out"))),
    )


def _cells(row: object) -> tuple[str, ...]:
    return tuple(_text(cell, 400) for cell in row[:MOST_COLUMNS]) if isinstance(row, list) else ()


def _words(found: Mapping[str, Any]) -> Words:
    pieces = found.get("pieces")
    level = found.get("level")
    return Words(
        found["kind"],
        tuple(piece for each in pieces[:200] if (piece := _piece(each))) if isinstance(pieces, list) else (),
        level if isinstance(level, int) and 1 <= level <= 6 else 3,
    )


def _piece(found: object) -> str | Formula | None:
    if isinstance(found, str):
        return _text(found, LONGEST_TEXT)
    if isinstance(found, Mapping) and isinstance(found.get("math"), str):
        from vizcore.presenting.formulas import safe_formula

        mathml = safe_formula(found["math"])
        return Formula(mathml) if mathml else _text(found.get("tex"), 400)
    return None


def _text(value: object, longest: int) -> str:
    """Without control characters and halves of surrogate pairs, whatever it was."""
    if not isinstance(value, str):
        return ""
    whole = HALF_PAIR.sub("", value[:longest])
    return "".join(each for each in whole if each >= " " or each == "\n")


def _count(value: object) -> int:
    return min(value, 10_000) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
