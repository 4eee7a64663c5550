"""Which numbers did a person write? Text or CSV becomes matrices, or one error that names the first bad entry."""

from __future__ import annotations

import math
import re

import numpy as np

from vizcore.errors import MatrixInvalid
from vizcore.errors.by_hand import MatrixReason
from vizcore.results import FloatArray

MOST_CELLS = 1_000_000
LARGEST = 1e9  # larger numbers would overflow in sums of products of products
LONGEST_ENTRY = 20


def read_matrices(text: str, *, most_cells: int = MOST_CELLS) -> FloatArray:
    """(C, H, W) float64. Rows end at a line's end or a semicolon; numbers are parted by commas or blanks.

    An empty line or a slash begins the next channel; brackets as in [[1, 0], [0, 1]] are understood. Decimal point.
    Errors: MatrixInvalid (empty, text, ragged, not_finite, too_large).
    """
    blocks = [rows for block in _blocks(text) if (rows := _rows(block))]
    if not blocks:
        raise _invalid("empty")
    height, width = len(blocks[0]), len(blocks[0][0])
    cells = sum(len(row) for rows in blocks for row in rows)
    if cells > most_cells:
        raise _invalid("too_large", limit=most_cells, height=sum(map(len, blocks)), width=width)
    numbers = []
    first = 0
    for rows in blocks:
        numbers.append(_numbers(rows, width, first))
        first += len(rows)
        if len(rows) != height:
            raise _invalid("ragged", row=first, found=str(len(rows)), width=height)
    return np.array(numbers, np.float64)


def written(matrices: FloatArray) -> str:
    """(C, H, W) or (H, W) as `read_matrices` reads it, in one line: "1,0,-1;1,0,-1"."""
    blocks = matrices if matrices.ndim == 3 else matrices[None]
    return "/".join(";".join(",".join(f"{value:.10g}" for value in row) for row in block) for block in blocks)


def _blocks(text: str) -> list[str]:
    plain = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n")
    plain = re.sub(r"\]\s*,?\s*\[", ";", plain)
    return re.split(r"\n[ \t]*\n|/", re.sub(r"[\[\]]", " ", plain))


def _rows(block: str) -> list[list[str]]:
    lines = re.split(r"[\n;]", block)
    return [re.split(r"\s*,\s*|\s+", line.strip().strip(",").strip()) for line in lines if line.strip(" \t,")]


def _numbers(rows: list[list[str]], width: int, first: int) -> list[list[float]]:
    for place, row in enumerate(rows, start=first + 1):
        for column, entry in enumerate(row, start=1):
            _check(entry, place, column)
        if len(row) != width:
            raise _invalid("ragged", row=place, found=str(len(row)), width=width)
    return [[float(entry) for entry in row] for row in rows]


def _check(entry: str, row: int, column: int) -> None:
    shown = entry if len(entry) <= LONGEST_ENTRY else entry[:LONGEST_ENTRY] + "…"
    try:
        value = float(entry)
    except ValueError:
        raise _invalid("text", row=row, column=column, found=shown) from None
    if not math.isfinite(value):
        raise _invalid("not_finite", row=row, column=column, found=shown)
    if abs(value) > LARGEST:
        raise _invalid("magnitude", row=row, column=column, found=shown)


def _invalid(
    reason: MatrixReason,
    *,
    row: int = 0,
    column: int = 0,
    found: str = "",
    limit: int = 0,
    height: int = 0,
    width: int = 0,
) -> MatrixInvalid:
    return MatrixInvalid(reason=reason, row=row, column=column, found=found, limit=limit, height=height, width=width)
