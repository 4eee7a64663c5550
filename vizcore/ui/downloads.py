"""How does a visitor leave with a record? Every result as JSON, tables as CSV, pictures as PNG or JPEG.

Files are made when the button is pressed, piece by piece where they may be large (`export_streams`). Their names are
made of keys and hashes: the same in every language, and no picture's own name is in them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, Protocol, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.pictures import encode_jpeg, encode_png
from vizcore.results import Provenance, Result
from vizcore.ui import page_record
from vizcore.ui.export_formats import Cell as Cell
from vizcore.ui.export_formats import Table, csv_pieces, json_pieces, parquet_bytes
from vizcore.ui.export_streams import STREAMS
from vizcore.ui.session import visit


class Answer(Protocol):
    """What a model answered, and who that was with which settings."""

    @property
    def provenance(self) -> Provenance: ...


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
    """One result, or several under "results", with provenance and every number unrounded; see `json_pieces`."""
    many = [results] if isinstance(results, Result) else list(results)
    page_record.note(many)
    name = file_name(*many, ending="json")
    present = visit()
    download_pieces(
        lambda: json_pieces(results, present), name=name, mime="application/json", key=key, label=label or "JSON"
    )


def download_csv(rows: Table | Callable[[], Table], *, name: str, key: str, label: str = "") -> None:
    """A table, which may be made when the button is pressed; `name` is the file's stem, language-free."""
    download_pieces(
        lambda: csv_pieces(rows() if callable(rows) else rows),
        name=f"{name}.csv",
        mime="text/csv",
        key=key,
        label=label or "CSV",
    )


def download_parquet(columns: Callable[[], Mapping[str, Any]], *, name: str, key: str, label: str = "") -> None:
    """A table with typed columns, vectors among them, made on the press; `name` is the file's stem, language-free."""
    mime = "application/vnd.apache.parquet"
    _button(label or "Parquet", lambda: parquet_bytes(columns()), f"{safe_stem(name)}.parquet", mime, key)


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


def download_pieces(make: Callable[[], Iterator[bytes]], *, name: str, mime: str, key: str, label: str) -> None:
    """A file of any size: `make` gives its pieces, from the press of the button to the end of the visit at most."""
    stem, dot, ending = name.rpartition(".")
    present = visit()
    _offered(label, lambda: STREAMS.content(make, present), f"{safe_stem(stem)}{dot}{ending}", mime, key)


def caption(result: Answer, photo: str = "", *more: str, heeded: Collection[str] | None = None) -> str:
    """ "cat · cnn-mini (weights 0272cad2) · class_maps · target=282 · seed 7": what made a picture, in one line.

    more: what only the page knows, such as the method and the class in words. heeded: the settings that had a part in
    it; all of them without. A seed that is known is always said.
    """
    made = result.provenance
    weights = f" (weights {made.weights_sha256[:8]})" if made.weights_sha256 else ""
    settings = [
        f"{name}={value}"
        for name, value in made.settings.items()
        if isinstance(value, (str, int, float)) and name != "seed" and (heeded is None or name in heeded)
    ]
    seed = made.settings.get("seed") if made.seed is None else made.seed
    said = [] if seed is None else [f"seed {seed}"]
    pieces = [photo, *more, f"{made.model}{weights}" if made.model else "", made.operation, *settings, *said]
    return " · ".join(piece for piece in pieces if piece)


def changed(settings: Any) -> set[str]:
    """The names of those settings (a dataclass) that are not what they are without a choice."""
    usual = type(settings)()
    return {each.name for each in fields(settings) if getattr(settings, each.name) != getattr(usual, each.name)}


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


def _button(label: str, make: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    present = visit()
    _offered(label, lambda: STREAMS.whole(make, present), name, mime, key)


def _offered(label: str, make: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(label, make, file_name=name, mime=mime, key=key, icon=":material/download:", on_click="ignore")
