"""Which models are in memory, and which could be: drop one, or fetch an official one for everybody?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st

from vizcore.engine import PooledModel
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.ui import access
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.model_download import show_download
from vizcore.ui.session import engine
from vizcore.zoo.catalogue import visible_cards
from vizcore.zoo.weights import availability

EVERY_S = 5.0


def show() -> None:
    st.header(_("Models"), anchor=False)
    fragment(_draw_held, every_s=EVERY_S)
    with st.expander(_("Official models to fetch"), icon=":material/download:"):
        _show_fetchable()


def _draw_held() -> None:
    models = together(engine().status().models)
    if not models:
        st.caption(_("No model is in memory yet; the first request loads one."))
    for model in models:
        _show_model(model)


def together(models: Iterable[PooledModel]) -> Sequence[PooledModel]:
    """One for each model and device: a device's background has copies of its own, which are dropped together."""
    found: dict[tuple[str, str], PooledModel] = {}
    for each in models:
        known = found.get((each.key, each.device), replace(each, bytes=0, in_use=0))
        found[each.key, each.device] = replace(known, bytes=known.bytes + each.bytes, in_use=known.in_use + each.in_use)
    return list(found.values())


def _show_model(model: PooledModel) -> None:
    users = ngettext("{n} request uses it", "{n} requests use it", model.in_use).format(n=model.in_use)
    size = _("{n} MB").format(n=number(model.bytes / 1e6))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{escaped(model.key)}** · {escaped(model.device)} · {size} · {users}", width=420)
        label = _("Drop {model}").format(model=model.key)
        key = f"admin.drop.{model.key}.{model.device}"
        st.button(label, key=key, disabled=model.in_use > 0, on_click=_drop, args=(model.key,))


def _drop(key: str) -> None:
    """A button's callback, which runs before the page asks who is here."""
    if access.may("administrator"):
        engine().evict(key)


def _show_fetchable() -> None:
    cards = [card for card in visible_cards() if availability(card) == "download"]
    if not cards:
        st.caption(_("Nothing to fetch: every model is here, or downloads are switched off."))
        return
    keys = {card.key: card for card in cards}
    key = st.selectbox(_("Model"), list(keys), key="admin.fetch", format_func=lambda each: keys[each].title)
    show_download(keys[key], "admin.fetch")
