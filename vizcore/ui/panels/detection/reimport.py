"""Does a saved file still hold what the page shows? JSON, CSV or COCO, read back and compared number by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.detection.exchange import read_any, same_numbers
from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.settings import current
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import visible
from vizcore.ui.tables import show_table
from vizcore.ui.tray.intake import forget_upload

if TYPE_CHECKING:
    from vizcore.results import Detections

KEY = "detection.reimport"


def show(shown: Sequence[Detections]) -> None:
    """An upload field; what was read last stays until the next file, and is compared with what the page shows now."""
    with st.expander(_("Read a saved file back"), icon=":material/upload_file:"):
        widget = f"{KEY}.{st.session_state.get(f'{KEY}.generation', 0)}"
        st.file_uploader(
            _("JSON, CSV or COCO, as saved here"),
            key=widget,
            on_change=_take,
            args=(widget,),
            max_upload_size=int(current().evaluation_limit_mb),
        )
        found, refusal = st.session_state.get(f"{KEY}.read", (None, None))
        if refusal:
            show_error(refusal)
        if found:
            show_table(compared_rows(found, shown))
        elif found is not None:
            st.info(_("The file holds no detections."), icon=":material/info:")


def has_read() -> bool:
    """Whether there is a file to compare with."""
    return bool(st.session_state.get(f"{KEY}.read", (None, None))[0])


def _take(widget: str) -> None:
    """Reads the file, frees its bytes and empties the field."""
    file = st.session_state.get(widget)
    if file is None:
        return
    try:
        found = read_any(file.name, file.getvalue(), limit_mb=current().evaluation_limit_mb)
        st.session_state[f"{KEY}.read"] = found, None
    except VizError as error:
        st.session_state[f"{KEY}.read"] = None, error
    forget_upload(file)
    st.session_state[f"{KEY}.generation"] = st.session_state.get(f"{KEY}.generation", 0) + 1


def compared_rows(found: Sequence[Detections], shown: Sequence[Detections]) -> list[dict[str, str]]:
    """One row for each result of the file: its model and boxes, and whether the page shows the same numbers."""
    return [
        {
            _("Model"): visible(each.provenance.model),
            _("Picture"): f"{each.size_wh[0]} x {each.size_wh[1]}",
            _("Boxes on it"): number(len(each), 0),
            _("Same numbers as on the page"): _("yes")
            if any(same_numbers(each, other) for other in shown)
            else _("no"),
        }
        for each in found
    ]
