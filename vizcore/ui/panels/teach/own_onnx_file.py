"""A classifier of the visitor's own as an ONNX file; not on a shared server unless allowed."""

from __future__ import annotations

import streamlit as st

from vizcore.errors import OnnxRefused, OwnModelRefused, VizError
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.learning.taught import LIMIT_MB
from vizcore.settings import current
from vizcore.ui import access
from vizcore.ui.error_panel import show_error
from vizcore.ui.headings import family_name
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach.page_state import KEY, teaching
from vizcore.ui.session_models import keep_for_visit
from vizcore.ui.tray.intake import forget_upload

HERE = f"{KEY}.onnx"
MEAN, DEVIATION = "0.485 0.456 0.406", "0.229 0.224 0.225"
LONGEST_NAME = 40


def show() -> None:
    """The form, and what became of it."""
    with st.expander(_("Bring a classifier as ONNX"), icon=":material/upload_file:"):
        if not current().own_models and (current().hosted or not access.may("administrator")):
            show_error(OwnModelRefused(reason="hosted", name=""))
            return
        st.caption(
            _(
                "One input of one RGB picture, one row of scores, all in one .onnx file of at most {mb} MB. It is"
                " checked before it is run. Robustness, Similarity and two sections of Features take it, with occlusion"
                " for a map; what reads layers or gradients needs torch."
            ).format(mb=LIMIT_MB)
        )
        _show_form()


def _show_form() -> None:
    file = st.file_uploader(
        _("ONNX file"), type=["onnx"], key=f"{HERE}.file.{teaching().generation}", max_upload_size=LIMIT_MB
    )
    st.segmented_control(
        _("Kind of network"),
        ["cnn", "vit"],
        default="cnn",
        required=True,
        format_func=family_name,
        key=f"{HERE}.family",
    )
    st.number_input(_("Input side in pixels, where the file leaves it open"), 16, 1024, 224, key=f"{HERE}.side")
    st.text_input(_("Mean of R, G, B (of values from 0 to 1)"), MEAN, key=f"{HERE}.mean", max_chars=60)
    st.text_input(_("Deviation of R, G, B"), DEVIATION, key=f"{HERE}.deviation", max_chars=60)
    st.caption(
        _(
            "Photos are resized so that the shorter side is 256/224 of the input, then cropped in the middle. Scores"
            " that sum to 1 are taken as probabilities."
        )
    )
    st.text_area(_("Classes, one a line, in the order of the scores"), key=f"{HERE}.labels", height=90)
    if st.button(_("Load"), key=f"{HERE}.load", disabled=not file, icon=":material/publish:"):
        assert file is not None
        if _take(file.name, file.getvalue()):
            forget_upload(file)


def _take(name: str, data: bytes) -> bool:
    """Whether it was taken; after a refusal the file stays, for other settings."""
    from vizcore.learning.bins import checked_name
    from vizcore.learning.own_onnx import OnnxSettings, own_onnx

    held = st.session_state
    try:
        words = [checked_name(line) for line in str(held[f"{HERE}.labels"]).splitlines() if line.strip()]
        settings = OnnxSettings(
            title=name[:LONGEST_NAME],
            family=held[f"{HERE}.family"],
            side=int(held[f"{HERE}.side"]),
            mean=_triple(held[f"{HERE}.mean"]),
            deviation=_triple(held[f"{HERE}.deviation"]),
        )
        made = own_onnx(data, settings, words)
    except VizError as error:
        show_error(error, about=name)
        return False
    keep_for_visit(made)
    st.success(
        _("{name} is a model of this visit now, with {classes}.").format(
            name=escaped(made.card.title), classes=counted("class", len(made.labels))
        ),
        icon=":material/check:",
    )
    return True


def _triple(words: str) -> tuple[float, float, float]:
    """Three numbers apart by spaces, semicolons, or commas before a space. Errors: OnnxRefused."""
    try:
        red, green, blue = (float(each.strip(",").replace(",", ".")) for each in words.replace(";", " ").split())
    except ValueError:
        raise OnnxRefused(reason="numbers", found="", limit=0) from None
    return red, green, blue
