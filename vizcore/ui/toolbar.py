"""Where do a page's controls stand? In one compact bar under its title, so that the result begins above the fold.

    bar = toolbar.open_page("features", _("Features"))
    section = bar.sections(SECTIONS, key="features.section", default="glance")
    photos = bar.photos(most=2, samples=("cat", "coffee"), start=("cat",))
    cards = bar.models("classify", most=4, default=["cnn-mini", "vit-mini"])

Pieces stand in the order of the calls. Lists fold into pop-overs that name what is chosen; what models know and what
is downloaded stands behind the (i) beside the title and below the bar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.samples import SAMPLES
from vizcore.ui import choices, lessons, pickers, url_state
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.sections import Section, titles
from vizcore.ui.tray import strip
from vizcore.zoo.cards import ModelCard, Task
from vizcore.zoo.weights import availability

GENERAL_SAMPLES = ("cat", "coffee", "astronaut", "bus", "motorcycle", "flower")


@dataclass(frozen=True)
class Toolbar:
    """page: a key of PAGES, with which all widget keys begin. The rest: places that the methods write into."""

    page: str
    info: Any
    row: Any
    below: Any

    def sections(self, table: Mapping[str, Section], *, key: str, default: str) -> str:
        """The parts of the page as a row of tabs; the key of the chosen one."""
        with self.row:
            return choices.choose_one(_("Section"), titles(table), key=key, default=default, quiet=True)

    def photos(
        self, *, most: int = 1, least: int = 1, samples: Sequence[str] = GENERAL_SAMPLES, start: Sequence[str] = ()
    ) -> list[Photo]:
        """Thumbnails to pick up to `most` pictures from: the tray's, then the samples. Never empty where one exists."""
        offered = [key for key in samples if key in SAMPLES]
        with self.row:
            return strip.choose_photos(
                self.page, most=most, least=least, samples=offered, start=start or offered[:least]
            )

    def models(
        self,
        task: Task | Sequence[Task],
        *,
        least: int = 1,
        most: int = 4,
        default: Sequence[str] = (),
        key: str | None = None,
        scores: bool = False,
    ) -> list[ModelCard]:
        """The picked models that are on this machine; for the others, their download is offered below the bar.

        scores: whether the page takes models that give scores alone.
        """
        key = key or f"{self.page}.models"
        with self.row:
            opening = pickers.first(offered := pickers.cards_of(task, scores=scores), default, least)
            words = self._models_words(offered, key, opening)
            fold = st.popover(words, icon=":material/compare:", key=f"bar-{key}")
        with fold:
            picked = pickers.pick_models(key, task, least=least, most=most, default=default, scores=scores)
            pickers.show_facts(picked)
        with self.info:
            pickers.show_knowledge(picked)
        with self.below:
            return pickers.ready_models(picked, key, least=least)

    def settings(self, title: str = "", *, name: str = "settings", icon: str = ":material/tune:") -> Any:
        """A pop-over for what need not be in view: `with bar.settings(): st.slider(...)`. name: of each its own."""
        with self.row:
            return st.popover(title or _("Settings"), icon=icon, key=f"bar-{self.page}.{name}")

    def _models_words(self, cards: Mapping[str, ModelCard], key: str, default: Sequence[str]) -> str:
        keys = url_state.remembered(key, allowed=cards, default=list(default))
        picked = [cards[each] for each in keys]
        names = [escaped(card.title, longest=24) for card in picked[:2]]
        more = [f"+ {len(picked) - 2}"] if len(picked) > 2 else []
        here = all(availability(card) in ("bundled", "here") for card in picked)
        words = ", ".join([*names, *more]) or _("Choose models")
        return words if here else words + " :material/download:"


def open_page(page: str, title: str) -> Toolbar:
    """Title, one line of introduction (the lesson's opening), and an empty bar."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"page-head-{page}"):
        st.title(title, anchor=False, width="content")
        info = st.popover(_("About this page"), icon=":material/info:", type="tertiary", key=f"icon-only-info-{page}")
    with info:
        lessons.show_first(page)
    with st.container(key=f"page-lead-{page}"):
        lessons.show_lead(page)
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"toolbar-{page}")
    return Toolbar(page, info, row, st.container())
