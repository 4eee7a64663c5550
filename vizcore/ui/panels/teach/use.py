"""Section: what was taught is tried on a photo, becomes a model of this visit, leaves as a file and comes back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from vizcore.errors import VizError
from vizcore.figures.bars import probability_bars
from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.numbers import percent
from vizcore.learning.cards import session_model
from vizcore.learning.taught import unpack
from vizcore.photo import Photo
from vizcore.ui import choices
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.teach import model_import, own_network, own_onnx_file, taking, visit_models
from vizcore.ui.panels.teach.learn import trained_rows
from vizcore.ui.panels.teach.page_state import KEY, Source
from vizcore.ui.panels.teach.probes import Row
from vizcore.ui.panels.teach.unknown import threshold_of
from vizcore.ui.panels.teach.vectors import vector_of
from vizcore.ui.photo_names import photo_name
from vizcore.ui.session_models import keep_to_try
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.state import display
from vizcore.zoo.cards import ModelCard

SAMPLES = ("cat", "coffee", "astronaut", "flower")


def show(bar: Toolbar, source: Source | None, cards: Sequence[ModelCard]) -> None:
    """A photo under the trained model, then what can be done with it, then models that come in."""
    photos = bar.photos(most=1, samples=SAMPLES, start=("cat",))
    rows = trained_rows(source, cards) if source is not None and cards else []
    if rows and source is not None:
        names = {row.key: row.title for row in rows}
        default = next((row.key for row in rows if row.taught.method == "linear"), rows[0].key)
        left, right = st.columns([3, 2], gap="medium")
        with right:
            key = choices.choose_from(_("Trained model"), names, key="teach.used", default=default)
            row = next(each for each in rows if each.key == key)
            taking.show(source, row)
        with left:
            _show_answer(photos[0], source, row)
    model_import.show(rows)
    own_network.show()
    own_onnx_file.show()
    visit_models.show()


def _show_answer(photo: Photo, source: Source, row: Row) -> None:
    """Bars of the photo's classes, and whether it is none of them."""
    shares = _shares(photo, source, row)
    if shares is None:
        return
    picture, bars = st.columns([2, 3])
    picture.image(display(photo), width="stretch", alt=visible(photo_name(photo)) or _("The photo"))
    order = np.argsort(-shares, kind="stable")
    entries = [(row.taught.labels[place], float(shares[place])) for place in order]
    with bars:
        words = ", ".join(f"{class_name(label)} {percent(share, 0)}" for label, share in entries[:3])
        show_chart(probability_bars(entries, row.card.family, dark=dark_now()), key=f"{KEY}.bars", alt=words)
        threshold = threshold_of(row)
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

    model = unpack(taking.packed(source, row))
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
