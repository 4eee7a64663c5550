"""Which objects are there, and which one do clicks go to? A row of buttons, a name, a way to remove it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from vizcore.i18n import _
from vizcore.prompting.editing import begun, chosen, removed, renamed
from vizcore.prompting.objects import LONGEST_NAME, PromptHistory
from vizcore.ui.panels.segmentation.labels import coloured_name
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.told import told


def show_objects(state: PageState, invitation: str = "") -> None:
    """One button for each object, the one in hand marked, and a button for a new one; at first what to do instead."""
    steps = state.steps
    if invitation and all(each.empty for each in steps.now.objects):
        st.markdown(invitation)
        return
    with st.container(horizontal=True, key="segmentation-objects", vertical_alignment="center"):
        for each in steps.now.objects:
            in_hand = each.number == steps.now.active
            st.button(
                f"**{coloured_name(each)}**" if in_hand else coloured_name(each),
                key=f"segmentation.object.{each.number}",
                icon=":material/ads_click:" if in_hand else None,
                help=_("Clicks go to this object.") if in_hand else _("Let clicks go to this object."),
                on_click=_change(state, chosen, each.number),
            )
        st.button(_("New object"), key="segmentation.object.new", icon=":material/add:", on_click=_change(state, begun))


def show_object_in_hand(state: PageState) -> None:
    """Its name to type, and a button that removes it."""
    asked = state.steps.now.current
    widget = f"segmentation.name.{asked.number}.{state.steps.rev}"

    def rename(name: str) -> None:
        state.steps = renamed(state.steps, asked.number, name)

    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            _("Name of this object"),
            asked.name,
            max_chars=LONGEST_NAME,
            key=widget,
            on_change=told(widget, rename),
            width=260,
        )
        st.button(
            _("Remove this object"),
            key="segmentation.object.remove",
            icon=":material/delete:",
            on_click=_change(state, removed, asked.number),
        )


def _change(state: PageState, step: Callable[..., PromptHistory], *values: object) -> Callable[[], None]:
    def change() -> None:
        state.steps = step(state.steps, *values)

    return change
