"""What does the tray look like beside every page?"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from vizcore import settings
from vizcore.i18n import _, ngettext
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.ui.error_panel import plain
from vizcore.ui.markdown_escape import escaped, escaped_for_column, visible
from vizcore.ui.small_picture import show_small
from vizcore.ui.tray.intake import show_intake
from vizcore.ui.tray.state import photos, remove, thumbnail

THUMBNAIL_WIDTH = 52


def show_tray(delete_all: Callable[[], None]) -> None:
    """The pictures with what intake noted about them, ways to add and to remove them.

    delete_all: what the button under them does.
    """
    held = photos()
    limit = settings.current().tray_limit
    st.markdown(_("**Your pictures** ({count} of {limit})").format(count=len(held), limit=limit))
    for photo in held:
        _show_row(photo)
    with st.popover(_("Add pictures"), icon=":material/add_photo_alternate:", width="stretch"):
        show_intake("sidebar")
    if held:
        st.button(
            _("Delete all now"),
            key="tray.clear",
            icon=":material/delete:",
            on_click=delete_all,
            width="stretch",
            help=_kept_for(settings.current().keep_visit_s),
        )


def _show_row(photo: Photo) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"tray-row-{photo.sha256[:12]}"):
        show_small(thumbnail(photo), width=THUMBNAIL_WIDTH, alt=visible(photo.name))
        with st.container(gap=None, width="stretch"):
            st.markdown(f":small[{escaped_for_column(photo.name, longest=22)}]")
            st.caption(f"{photo.width} × {photo.height}", help=_notes(photo))
        st.button(
            _("Remove {name}").format(name=escaped(photo.name)),
            key=f"tray.remove.{photo.sha256}",
            icon=":material/close:",
            type="tertiary",
            help=_("Remove {name}").format(name=escaped(photo.name)),
            on_click=remove,
            args=(photo.sha256,),
        )


def _notes(photo: Photo) -> str | None:
    return "\n".join(f"- {plain(sentence_for_note(note))}" for note in photo.notes) or None


def _kept_for(keep_s: float) -> str:
    """What the button does, and what becomes of the pictures without it."""
    deletes = _("Deletes your pictures, galleries and files, and everything that was made of them, from the memory.")
    minutes = max(1, round(keep_s / 60))
    if not keep_s:
        return deletes
    kept = ngettext(
        "Without it they are kept for {n} minute after the page was closed, for the same browser alone.",
        "Without it they are kept for {n} minutes after the page was closed, for the same browser alone.",
        minutes,
    )
    return f"{deletes} {kept.format(n=minutes)}"
