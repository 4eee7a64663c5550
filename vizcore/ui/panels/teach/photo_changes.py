"""One photo of the taught classes, moved to another class or deleted."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.learning.bins import Bins
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach.page_state import teaching


def show_photo_changes(start: str, bins: Bins, sha256: str, label: str, *, key: str) -> None:
    """A button for each other class, and one to delete. label: the photo's class. start: what is taught."""

    def move(to: str) -> None:
        teaching().change(start, bins.moved(sha256, to))

    def delete() -> None:
        teaching().change(start, bins.removed(sha256))

    for other in bins.labels:
        if other != label:
            st.button(
                _("It is {label}").format(label=shown(other)),
                key=f"{key}.to.{other}",
                icon=":material/drive_file_move:",
                on_click=move,
                args=(other,),
            )
    st.button(_("Delete this photo"), key=f"{key}.delete", icon=":material/delete:", on_click=delete)


def shown(label: str) -> str:
    """A class as the visitor reads it; names are letters and digits, so that nothing in them is Markdown."""
    return escaped(class_name(label))
