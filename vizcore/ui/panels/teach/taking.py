"""The trained model as a model of this visit, and as a file to take away."""

from __future__ import annotations

import json

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.learning.cards import session_model
from vizcore.learning.split import PART_NAMES
from vizcore.learning.taught import Packing, pack, record_of, unpack
from vizcore.ui import downloads
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.teach.page_state import KEY, Source, teaching
from vizcore.ui.panels.teach.probes import Row
from vizcore.ui.panels.teach.unknown import threshold_of
from vizcore.ui.session_models import keep_for_visit


def show(source: Source, row: Row) -> None:
    """Onto the other pages, and into a file."""
    _show_use(source, row)
    packing = _packing(source, row)  # here: a download runs outside the visitor's session
    name = f"taught-{row.taught.method}-{row.card.key}"
    with downloads.export():
        downloads.download_made(
            lambda: pack(row.taught, packing),
            name=f"{name}.safetensors",
            mime="application/octet-stream",
            key=f"{KEY}.export",
            label=_("Model (safetensors)"),
        )
        downloads.download_made(
            lambda: json.dumps(record_of(row.taught, packing), indent=1, ensure_ascii=False).encode(),
            name=f"{name}.json",
            mime="application/json",
            key=f"{KEY}.report",
            label=_("Report (JSON)"),
        )


def _show_use(source: Source, row: Row) -> None:
    """The button, and why it was refused."""
    st.button(
        _("Make it a model of this visit"),
        key=f"{KEY}.use",
        icon=":material/add_circle:",
        on_click=_keep,
        args=(source, row),
        type="primary",
        disabled=row.taught.method == "knn",
        help=_("It then stands in the lists of models of the other pages, until the visit ends."),
    )
    if row.taught.method == "knn":
        st.caption(_("Nearest neighbours have no layer that a gradient passes, so they stay on this page."))
    for name, error in teaching().refusals:
        show_error(error, about=name)


def _keep(source: Source, row: Row) -> None:
    try:
        made = session_model(unpack(packed(source, row)))
    except VizError as error:
        teaching().refusals[:] = [(row.title, error)]
    else:
        teaching().refusals.clear()
        keep_for_visit(made)


def packed(source: Source, row: Row) -> bytes:
    """The model's file, made once for each training."""
    return _file_of((source.key, row.key, row.taught.seconds), source, row)


@st.cache_resource(max_entries=4, show_spinner=False, scope="session")
def _file_of(key: tuple[object, ...], _source: Source, _row: Row) -> bytes:
    return pack(_row.taught, _packing(_source, _row))


def _packing(source: Source, row: Row) -> Packing:
    hashes = [each.sha256 for each in source.bins.examples]
    split = {
        name: tuple(hashes[place] for place in source.split.rows(part).tolist()) for part, name in enumerate(PART_NAMES)
    }
    tested = row.vectors[row.taught.rows] if row.vectors is not None else None
    weights = row.taught.provenance.weights_sha256
    return Packing(weights, row.card.recipe, split, tested, threshold_of(row))
