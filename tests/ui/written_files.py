"""Files of the export buttons, whole: what the pieces are together."""

from __future__ import annotations

from collections.abc import Sequence

from vizcore.results import Result
from vizcore.ui.export_formats import Table, csv_pieces, json_pieces


def json_bytes(results: Result | Sequence[Result]) -> bytes:
    return b"".join(json_pieces(results))


def csv_bytes(rows: Table) -> bytes:
    return b"".join(csv_pieces(rows))
