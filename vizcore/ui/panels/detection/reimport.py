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
from vizcore.ui.taken_file import take_file

if TYPE_CHECKING:
    from vizcore.results import Detections

KEY = "detection.reimport"


def show(shown: Sequence[Detections]) -> None:
    """An upload field; what was read last stays until the next file, and is compared with what the page shows now."""
    with st.expander(_("Read a saved file back"), icon=":material/upload_file:"):
        held = take_file(
            _("JSON, CSV or COCO, as saved here"),
            lambda content, name: read_any(name, content, limit_mb=current().evaluation_limit_mb),
            key=KEY,
            limit_mb=int(current().evaluation_limit_mb),
        )
        if held is None:
            return
        _name, found = held
        if isinstance(found, VizError):
            show_error(found)
        elif found:
            show_table(compared_rows(found, shown))
        else:
            st.info(_("The file holds no detections."), icon=":material/info:")


def has_read() -> bool:
    """Whether there is a file to compare with."""
    _name, found = st.session_state.get(f"{KEY}.read", ("", None))
    return bool(found) and not isinstance(found, VizError)


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
