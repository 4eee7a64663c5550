"""What do the sections share: the page that is read, what each engine read, and how rates and texts are written?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.figures.text_alignment import with_signs
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import decimal
from vizcore.metrics.text.error_rates import TextMetrics, compare_texts
from vizcore.photo import Photo
from vizcore.reading.results import ReadText
from vizcore.ui import choices, url_state
from vizcore.zoo.cards import ModelCard

KEY = "reading"
LONG_PAGE = 10_000  # characters; what is kept of 100,000 takes 20 MB
SOURCES = {"drawn": N_("Drawn document"), "photo": N_("My photo"), "texts": N_("Two texts")}
STEP_NAMES = {
    "raw": N_("as it is"),
    "nfc": N_("Unicode NFC"),
    "line_ends": N_("line ends"),
    "spaces": N_("spaces"),
    "case": N_("case"),
    "punctuation": N_("punctuation"),
    "ligatures": N_("ligatures"),
    "digits": N_("digits only"),
}


@dataclass(frozen=True, eq=False)
class Source:
    """photo: what is read, None for two texts. truth: what stands there, None where nobody said.

    fields: the true values where they are known. title: a language-free name of the page. reading: the second text.
    """

    photo: Photo | None
    truth: str | None
    title: str
    fields: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    reading: str | None = None


@dataclass(frozen=True, eq=False)
class EngineReading:
    """What one engine read; result and card are None for a text that was brought. name: as people read it."""

    name: str
    text: str
    card: ModelCard | None = None
    result: ReadText | None = None


def engines_here() -> list[ModelCard]:
    """The engines on this machine, the faster one first; none where neither was installed."""
    from vizcore.zoo.catalogue import cards_for
    from vizcore.zoo.weights import availability

    here = [card for card in cards_for("read") if availability(card) in ("here", "bundled")]
    return sorted(here, key=lambda card: card.parameters_m)


def sources() -> dict[str, str]:
    """What can be compared here, the first as the default: pictures only where an engine reads them."""
    return SOURCES if engines_here() else {"texts": SOURCES["texts"]}


def short_name(card: ModelCard) -> str:
    """The engine's name without its version: "RapidOCR"."""
    return card.title.partition(" (")[0]


def compared(truth: str, text: str, steps: tuple[str, ...]) -> TextMetrics:
    """The metrics of two texts, kept: of pages many, of long texts the last ones."""
    keep = _compared_page if max(len(truth), len(text)) <= LONG_PAGE else _compared_long
    return keep(truth, text, steps)


@st.cache_resource(max_entries=60, show_spinner=False, scope="session")
def _compared_page(truth: str, text: str, steps: tuple[str, ...]) -> TextMetrics:
    return compare_texts(truth, text, steps)


@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def _compared_long(truth: str, text: str, steps: tuple[str, ...]) -> TextMetrics:
    return compare_texts(truth, text, steps)


def choose_steps() -> tuple[str, ...]:
    """Which differences are not counted, for all sections."""
    from vizcore.metrics.text.normalisation import DEFAULT, STEPS

    texts = {name: _(STEP_NAMES[name]) for name in STEPS}
    chosen = choices.choose_some(
        _("Not counted as errors"), texts, key=f"{KEY}.steps", default=list(DEFAULT), most=len(STEPS)
    )
    return tuple(name for name in STEPS if name in chosen)


def chosen_steps() -> tuple[str, ...]:
    """The steps as chosen, before their widget is drawn further down."""
    from vizcore.metrics.text.normalisation import DEFAULT, STEPS

    chosen = url_state.remembered(f"{KEY}.steps", allowed=STEPS, default=list(DEFAULT))
    return tuple(name for name in STEPS if name in chosen)


def choose_reading(readings: Sequence[EngineReading]) -> EngineReading:
    """Which engine's text a section is about."""
    if len(readings) == 1:
        return readings[0]
    keys = [each.card.key if each.card else each.name for each in readings]
    texts = dict(zip(keys, (each.name for each in readings), strict=True))
    return readings[keys.index(choices.choose_one(_("Engine"), texts, key=f"{KEY}.engine", default=keys[0]))]


def rate(value: float | None, decimals: int = 4) -> str:
    """0.0889, in French 0,0889; "undefined" for a rate over nothing."""
    return _("undefined") if value is None else decimal(value, decimals)


def visible_text(text: str) -> str:
    """White space as signs, and a sign for nothing."""
    return with_signs(text) or "∅"
