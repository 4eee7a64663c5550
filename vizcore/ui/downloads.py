"""How does a visitor leave with a record? Every result as JSON, tables as CSV, pictures as PNG or JPEG.

The bytes are made when the button is pressed. File names are made of keys and hashes: the same in every language, and
no picture's own name is in them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.errors import ExportAbandoned
from vizcore.pictures import encode_jpeg, encode_png
from vizcore.results import SCHEMA, Provenance, Result, arrays_written, to_plain
from vizcore.ui import page_record
from vizcore.ui.export_arrays import ArrayForm
from vizcore.ui.session import Visit, visit

PIECES_A_BATCH = 20_000  # of a JSON file: a few hundredths of a second
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class Answer(Protocol):
    """What a model answered, and who that was with which settings."""

    @property
    def provenance(self) -> Provenance: ...


Cell = str | int | float | None
Pixels = NDArray[np.uint8]
Made = TypeVar("Made")


def export() -> Any:
    """A row for download buttons: `with export(): download_json(...); download_csv(...)`."""
    return st.container(horizontal=True)


def show_exports(key: str, results: Sequence[Result], *, table: Sequence[Mapping[str, Cell]] = ()) -> None:
    """The page's record: all results as JSON and, where there is one, its table as CSV. key: the page's name."""
    with export():
        download_json(results, key=f"{key}.json")
        if table:
            download_csv(table, name=f"{key}-table", key=f"{key}.csv")


def download_json(results: Result | Sequence[Result], *, key: str, label: str = "") -> None:
    """One result, or several under "results", with provenance and every number unrounded; see `json_bytes`."""
    many = [results] if isinstance(results, Result) else list(results)
    page_record.note(many)
    name = file_name(*many, ending="json")
    present = visit()
    _button(label or "JSON", lambda: json_bytes(results, present), name, "application/json", key)


def download_csv(rows: Sequence[Mapping[str, Cell]], *, name: str, key: str, label: str = "") -> None:
    """A table; `name` is the file's stem, language-free."""
    _button(label or "CSV", lambda: csv_bytes(rows), f"{safe_stem(name)}.csv", "text/csv", key)


def download_parquet(columns: Mapping[str, Any], *, name: str, key: str, label: str = "") -> None:
    """A table with typed columns, vectors among them; `name` is the file's stem, language-free."""
    mime = "application/vnd.apache.parquet"
    _button(label or "Parquet", lambda: parquet_bytes(columns), f"{safe_stem(name)}.parquet", mime, key)


def download_png(
    pixels: Pixels | Callable[[], Pixels], *, name: str, key: str, about: str | Callable[[], str], label: str = ""
) -> None:
    """A picture (H, W, 3), a cut-out (H, W, 4) or a mask (H, W) without any loss.

    about: its caption (see `caption`), written into the file, not over its pixels; "" for a file that must say nothing.
    Both may be made when the button is pressed.
    """
    _button(label or "PNG", lambda: encode_png(_now(pixels), _now(about)), f"{safe_stem(name)}.png", "image/png", key)


def download_jpeg(pixels: Pixels, *, name: str, key: str, about: str, label: str = "") -> None:
    """A picture (H, W, 3), small. about: as in `download_png`."""
    _button(label or "JPEG", lambda: encode_jpeg(pixels, about=about), f"{safe_stem(name)}.jpg", "image/jpeg", key)


def download_made(make: Callable[[], bytes], *, name: str, mime: str, key: str, label: str) -> None:
    """A file that `make` writes when the button is pressed; `name` with its ending, language-free."""
    stem, dot, ending = name.rpartition(".")
    _button(label, make, f"{safe_stem(stem)}{dot}{ending}", mime, key)


def json_bytes(results: Result | Sequence[Result], visit: Visit | None = None) -> bytes:
    """UTF-8 JSON; a number that is not finite is null, never NaN. Pictures stand in it as small PNGs, and an array
    beyond a million numbers by its shape, range and hash. ExportAbandoned as soon as the visit has ended.
    """
    with arrays_written(ArrayForm(visit)):
        content = (
            results.to_json()
            if isinstance(results, Result)
            else {"schema": SCHEMA, "results": [each.to_json() for each in results]}
        )
        pieces = json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=1).iterencode(to_plain(content))
        return _gathered(pieces, visit)


def _gathered(pieces: Iterator[str], visit: Visit | None) -> bytes:
    """The pieces as UTF-8, a batch at a time; ExportAbandoned between two batches as soon as the visit has ended."""
    made = io.BytesIO()
    while batch := "".join(islice(pieces, PIECES_A_BATCH)):
        if visit is not None and visit.left:
            raise ExportAbandoned
        made.write(batch.encode())
    return made.getvalue()


def csv_bytes(rows: Sequence[Mapping[str, Cell]]) -> bytes:
    """UTF-8 CSV with a header; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    text = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(row.get(column)) for column in columns] for row in rows)
    return text.getvalue().encode("utf-8-sig")


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
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


def caption(result: Answer, photo: str = "", *more: str) -> str:
    """ "cat · cnn-mini (weights 0272cad2) · class_maps · target=282 · seed 7": what made a picture, in one line.

    more: what only the page knows, such as the method and the class in words.
    """
    made = result.provenance
    weights = f" (weights {made.weights_sha256[:8]})" if made.weights_sha256 else ""
    settings = [f"{name}={value}" for name, value in made.settings.items() if isinstance(value, (str, int, float))]
    seed = [f"seed {made.seed}"] if made.seed is not None and "seed" not in made.settings else []
    pieces = [photo, *more, f"{made.model}{weights}" if made.model else "", made.operation, *settings[:8], *seed]
    return " · ".join(piece for piece in pieces if piece)


def file_name(*results: Result, ending: str) -> str:
    """kind-model-hash.ending: "classification-cnn-mini-1a2b3c4d.json"; several models are joined by "+"."""
    kinds = dict.fromkeys(type(each).__name__.lower() for each in results)
    models = dict.fromkeys(each.provenance.model for each in results if each.provenance.model)
    hashes = dict.fromkeys(sha[:8] for each in results for sha in each.provenance.photos_sha256)
    pieces = ["+".join(list(group)[:4]) for group in (kinds, models, hashes) if group]
    return f"{safe_stem('-'.join(pieces)) or 'results'}.{ending}"


def safe_stem(name: str) -> str:
    """Letters, digits, dot, plus, dash and underscore of ASCII only, without a leading dot; at most 100."""
    return re.sub(r"[^A-Za-z0-9.+_-]+", "-", name).strip("-.")[:100]


def _now(made: Made | Callable[[], Made]) -> Made:
    return made() if callable(made) else made


def _button(label: str, data: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(label, data, file_name=name, mime=mime, key=key, icon=":material/download:", on_click="ignore")
