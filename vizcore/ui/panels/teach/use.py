"""Section: what was taught is tried on a photo, becomes a model of this visit, leaves as a file and comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.errors import VizError
from vizcore.figures.bars import probability_bars
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import percent
from vizcore.learning.cards import session_model
from vizcore.learning.split import PART_NAMES
from vizcore.learning.taught import Packing, TaughtModel, pack, record_of, rescored, unpack
from vizcore.photo import Photo
from vizcore.ui import downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach import own_network, own_onnx_file, unknown
from vizcore.ui.panels.teach.learn import trained_rows
from vizcore.ui.panels.teach.page_state import KEY, Source, teaching
from vizcore.ui.panels.teach.probes import Row
from vizcore.ui.panels.teach.vectors import vector_of
from vizcore.ui.session_models import keep_for_visit, keep_to_try, session_cards_of_visit
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.state import display
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

SAMPLES = ("cat", "coffee", "astronaut", "flower")
PAGES = ("features", "adversarial", "ideal_cat", "robustness", "similarity")
SCORES_PAGES = ("features", "robustness", "similarity")  # for a model that gives scores alone


def show(bar: Toolbar, source: Source | None, cards: Sequence[ModelCard]) -> None:
    """A photo under the trained model, then what can be done with it, then models that come in."""
    photos = bar.photos(most=1, samples=SAMPLES, start=("cat",))
    rows = trained_rows(source, cards) if source is not None and cards else []
    if rows and source is not None:
        names = {row.key: row.title for row in rows}
        default = next((row.key for row in rows if row.taught.method == "linear"), rows[0].key)
        left, right = st.columns([3, 2], gap="medium")
        with right:
            key = url_state.choose_from(_("Trained model"), names, key="teach.used", default=default)
            row = next(each for each in rows if each.key == key)
            _show_taking(source, row)
        with left:
            _show_answer(photos[0], source, row)
    _show_import(rows)
    own_network.show()
    own_onnx_file.show()
    _show_cards()


def _show_answer(photo: Photo, source: Source, row: Row) -> None:
    """Bars of the photo's classes, and whether it is none of them."""
    shares = _shares(photo, source, row)
    if shares is None:
        return
    picture, bars = st.columns([2, 3])
    picture.image(display(photo), width="stretch", alt=escaped(photo.name) or _("The photo"))
    order = np.argsort(-shares, kind="stable")
    entries = [(row.taught.labels[place], float(shares[place])) for place in order]
    with bars:
        words = ", ".join(f"{class_name(label)} {percent(share, 0)}" for label, share in entries[:3])
        show_chart(probability_bars(entries, row.card.family, dark=dark_now()), key=f"{KEY}.bars", alt=words)
        threshold = _threshold(row)
        if threshold and shares.max() < threshold:
            st.warning(
                _("None of these: {p} is under the threshold of {t}.").format(
                    p=percent(float(shares.max()), 1), t=percent(threshold, 1)
                ),
                icon=":material/help:",
            )
        elif threshold:
            st.caption(_("Above the threshold of {t}: it is answered.").format(t=percent(threshold, 1)))


def _shares(photo: Photo, source: Source, row: Row) -> np.ndarray | None:
    from vizcore.features import classify
    from vizcore.ui.engine_call import answer

    model = unpack(_packed(source, row))
    if model.on_vectors:
        vector = vector_of(photo, row.card)
        return None if vector is None else np.asarray(model.probabilities(vector[None])[0])
    try:
        made = session_model(model)
    except VizError as error:
        show_error(error)
        return None
    keep_to_try(made)
    found = answer(classify, made.card, photo)
    return None if found is None else np.asarray(found.probabilities)


def _threshold(row: Row) -> float:
    if row.taught.method != "linear":
        return 0.0
    found = unknown.judged(row)
    return found.threshold.value if found else 0.0


def _packed(source: Source, row: Row) -> bytes:
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
    return Packing(weights, row.card.recipe, split, tested, _threshold(row))


def _show_taking(source: Source, row: Row) -> None:
    """Onto the other pages, and into a file."""

    def use() -> None:
        try:
            made = session_model(unpack(_packed(source, row)))
        except VizError as error:
            teaching().refusals[:] = [(row.title, error)]
        else:
            teaching().refusals.clear()
            keep_for_visit(made)

    st.button(
        _("Make it a model of this visit"),
        key=f"{KEY}.use",
        icon=":material/add_circle:",
        on_click=use,
        type="primary",
        disabled=row.taught.method == "knn",
        help=_("It then stands in the lists of models of the other pages, until the visit ends."),
    )
    if row.taught.method == "knn":
        st.caption(_("Nearest neighbours have no layer that a gradient passes, so they stay on this page."))
    for name, error in teaching().refusals:
        show_error(error, about=name)
    data, report = _packed(source, row), _report(source, row)  # here: a download runs outside the visitor's session
    with downloads.export():
        downloads.download_made(
            lambda: data,
            name=f"taught-{row.taught.method}-{row.card.key}.safetensors",
            mime="application/octet-stream",
            key=f"{KEY}.export",
            label=_("Model (safetensors)"),
        )
        downloads.download_made(
            lambda: report,
            name=f"taught-{row.taught.method}-{row.card.key}.json",
            mime="application/json",
            key=f"{KEY}.report",
            label=_("Report (JSON)"),
        )


def _report(source: Source, row: Row) -> bytes:
    import json

    return json.dumps(record_of(row.taught, _packing(source, row)), indent=1, ensure_ascii=False).encode()


def _show_cards() -> None:
    """The models of this visit, with the pages that take them."""
    cards = session_cards_of_visit()
    if not cards:
        return
    from vizcore.ui.pages import built_pages

    pages = {page.key: page for page in built_pages()}
    with st.container(border=True):
        for card in cards:
            st.markdown(f"**{escaped(card.title, longest=60)}**")
        st.caption(_("Models of this visit. They stand in the lists of models of these pages:"))
        with st.container(horizontal=True):
            for key in PAGES if any(not each.facts.get("scores_only") for each in cards) else SCORES_PAGES:
                if key in pages:
                    st.page_link(pages[key].file, label=_(pages[key].title), icon=pages[key].icon)


def _show_import(rows: Sequence[Row]) -> None:
    """A file written by this page or by `train`, scored again before it is believed."""
    held = teaching()
    file = st.file_uploader(
        _("Bring a trained model back"),
        key=f"{KEY}.import.{held.generation}",
        type=["safetensors"],
        help=_("A .safetensors file that this page or `train` wrote. No code in it is ever run."),
        max_upload_size=600,
    )
    if file is not None:
        _take_model(file, rows)


def _take_model(file: UploadedFile, rows: Sequence[Row]) -> None:
    try:
        model = unpack(file.getvalue())
        made = None if model.method == "knn" else session_model(model)
    except VizError as error:
        show_error(error, about=file.name)
        return
    _show_rescored(model, rows)
    if made is not None:
        keep_for_visit(made)
        st.caption(_("It is a model of this visit now."))


def _show_rescored(model: TaughtModel, rows: Sequence[Row]) -> None:
    """What its test photos' vectors say of it now, and on the photos that are here."""
    again = rescored(model)
    claimed = percent(again.claimed, 1)
    if not again.asked:
        st.info(
            _(
                "It says {claimed} of itself. Its file holds nothing to check that with, so it was not scored again."
            ).format(claimed=claimed),
            icon=":material/info:",
        )
    elif again.agrees:
        low, high = again.interval
        st.success(
            _("Scored again on its {test}: {right} right, as it says ({low} to {high}).").format(
                test=counted("test photo", again.asked), right=again.right, low=percent(low, 0), high=percent(high, 0)
            ),
            icon=":material/verified:",
        )
    else:
        st.error(
            _("Scored again, {right} of {n} are right, but the file says {claimed}: do not trust its report.").format(
                right=again.right, n=again.asked, claimed=claimed
            ),
            icon=":material/gpp_bad:",
        )
