"""How are results and tables written for a visitor who takes them along: JSON, CSV, Parquet?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

from vizcore.formula_guard import guarded
from vizcore.results import SCHEMA, Result, arrays_written, to_plain
from vizcore.ui.export_arrays import ArrayForm
from vizcore.ui.session import Visit

PIECES_A_BATCH = 20_000  # of a JSON file: a few hundredths of a second
ROWS_A_BATCH = 2_000  # of a table

Cell = str | int | float | None
Table = Sequence[Mapping[str, Cell]] | Iterator[Mapping[str, Cell]]


def json_pieces(results: Result | Sequence[Result], visit: Visit | None = None) -> Iterator[bytes]:
    """UTF-8 JSON; a number that is not finite is null, never NaN. Pictures stand in it as small PNGs, and an array
    beyond a million numbers by its shape, range and hash. ExportAbandoned as soon as the visit has ended.
    """
    form = ArrayForm(visit)
    if isinstance(results, Result):
        (content,) = _Plainly([results], form)
    else:
        content = {"schema": SCHEMA, "results": _Plainly(results, form)}
    return in_batches(json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=1).iterencode(content))


class _Plainly(list[Any]):
    """A JSON list of results that turns each into plain values when the encoder comes to it."""

    def __init__(self, results: Sequence[Result], form: ArrayForm) -> None:
        super().__init__(results)
        self._form = form

    def __iter__(self) -> Iterator[Any]:
        for each in super().__iter__():
            with arrays_written(self._form):
                content = to_plain(each.to_json())
            yield content


def in_batches(pieces: Iterable[str]) -> Iterator[bytes]:
    """Many short texts as fewer, in UTF-8."""
    left = iter(pieces)
    while batch := "".join(islice(left, PIECES_A_BATCH)):
        yield batch.encode()


def csv_pieces(rows: Table) -> Iterator[bytes]:
    """UTF-8 CSV with a header; a text that a spreadsheet would run as a formula gets an apostrophe before it.

    The columns are those of all rows; of rows that are made one after the other, those of the first.
    """
    left = iter(rows)
    if isinstance(rows, Sequence):
        columns = list(dict.fromkeys(column for row in rows for column in row))
    else:
        first = next(left, {})
        columns, left = list(first), chain([first] if first else [], left)
    yield b"\xef\xbb\xbf" + _csv_lines([[harmless(column) for column in columns]])
    for batch in iter(lambda: list(islice(left, ROWS_A_BATCH)), []):
        yield _csv_lines([[harmless(row.get(column)) for column in columns] for row in batch])


def _csv_lines(lines: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(lines)
    return text.getvalue().encode()


def parquet_bytes(columns: Mapping[str, Any]) -> bytes:
    """Columns by name: sequences of one length, or an array (rows, D) for a vector in each row."""
    import pyarrow
    import pyarrow.parquet

    arrays = {name: list(each) if getattr(each, "ndim", 1) == 2 else each for name, each in columns.items()}
    stream = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(arrays), stream)
    return stream.getvalue()


def harmless(cell: Cell) -> Cell:
    """The cell as it is, or, for a text that starts like a formula, the text with an apostrophe before it."""
    return guarded(cell) if isinstance(cell, str) else cell
