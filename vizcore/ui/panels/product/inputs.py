"""Which photo and which model does a page of one model look at? Two lists in one bar; the page opens on a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import tray, url_state
from vizcore.ui.markdown_escape import visible
from vizcore.ui.model_download import show_download
from vizcore.ui.pickers import option_text
from vizcore.zoo.cards import ModelCard, Task
from vizcore.zoo.catalogue import cards_for

PHOTO_WIDTH, MODEL_WIDTH = 280, 340


def choose_from(
    label: str, names: Sequence[str], show: Callable[[str], str], *, key: str, default: str, width: int
) -> str:
    """A list that opens on click; the choice is `?KEY=...` in the address. names: language-free."""
    widget = f"{key}.widget"
    st.session_state[widget] = url_state.remembered_one(key, allowed=names, default=default)

    def keep() -> None:
        url_state.remember(key, [st.session_state[widget]], default=[default])

    chosen: str = st.selectbox(label, names, format_func=show, key=widget, on_change=keep, width=width)
    return chosen


def choose_photo(page: str, *, samples: Sequence[str], default: str = "") -> Photo | None:
    """A picture of the tray (the newest one first), or one of the samples; None on a machine without any.

    default: a sample to open on, whatever the tray holds; "" for the newest picture of the tray.
    """
    own = {photo.sha256[:12]: photo for photo in reversed(tray.photos())}
    known = [key for key in samples if key in SAMPLES]
    names = [*own, *known]
    if not names:
        return None

    def show(name: str) -> str:
        return visible(own[name].name) if name in own else _("Sample: {title}").format(title=_(SAMPLES[name].title))

    first = default if default in names else names[0]
    name = choose_from(_("Photo"), names, show, key=f"{page}.photo", default=first, width=PHOTO_WIDTH)
    return own[name] if name in own else load_sample(name)


def choose_card(page: str, tasks: Sequence[Task], *, default: str) -> ModelCard:
    """One model of these tasks; whether it is on this machine is asked by `here`."""
    cards = {card.key: card for task in tasks for card in cards_for(task)}
    first = default if default in cards else next(iter(cards))
    key = choose_from(
        _("Model"),
        list(cards),
        lambda name: option_text(cards[name]),
        key=f"{page}.model",
        default=first,
        width=MODEL_WIDTH,
    )
    return cards[key]


def here(card: ModelCard, page: str) -> bool:
    """Whether the model's weights are here; where they are not, how they come here."""
    return show_download(card, page)
