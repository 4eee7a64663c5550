"""A trained model comes back from its file, and is scored again before it is believed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import percent
from vizcore.learning.cards import session_model
from vizcore.learning.taught import LIMIT_MB, TaughtModel, rescored, unpack
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.teach.page_state import KEY, teaching
from vizcore.ui.panels.teach.probes import Row
from vizcore.ui.session_models import keep_for_visit

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile


def show(rows: Sequence[Row]) -> None:
    """A file written by this page or by `train`, scored again before it is believed."""
    held = teaching()
    file = st.file_uploader(
        _("Bring a trained model back"),
        key=f"{KEY}.import.{held.generation}",
        type=["safetensors"],
        help=_("A .safetensors file that this page or `train` wrote. No code in it is ever run."),
        max_upload_size=LIMIT_MB,
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
