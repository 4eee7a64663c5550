"""Whose work is in here: models, sample pictures, libraries, each with its terms?"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import metadata
from typing import Any

import streamlit as st

from vizcore.i18n import _, current_language
from vizcore.i18n.numbers import number
from vizcore.i18n.pieces import joined
from vizcore.samples import SAMPLES
from vizcore.ui.card_text import limits, quality_with_source, training_data, weights_terms
from vizcore.ui.headings import family_name
from vizcore.ui.tables import markdown_table
from vizcore.zoo.cards import Licences
from vizcore.zoo.catalogue import visible_cards

LIBRARIES = (
    "torch",
    "torchvision",
    "transformers",
    "ultralytics",
    "segment-anything",
    "timm",
    "onnxruntime",
    "rapidocr",
    "streamlit",
    "plotly",
    "pandas",
    "numpy",
    "scipy",
    "scikit-image",
    "scikit-learn",
    "mlxtend",
    "pillow",
    "pillow-heif",
    "safetensors",
    "babel",
    "cachetools",
    "httpx",
    "platformdirs",
    "tenacity",
)


def show_models() -> None:
    """Every model that this installation offers: its quality, and the terms of code, weights and training data."""
    st.header(_("Models and their terms"), anchor=False)
    with st.expander(_("How good they are"), icon=":material/monitoring:"), st.container(key="terms-quality"):
        _show(quality_rows)
    with st.container(key="terms"):
        _show(licence_rows)


def show_pictures() -> None:
    """The sample pictures' authors and terms."""
    with st.expander(_("Sample pictures and their authors"), icon=":material/image:"):
        _show(picture_rows)


def show_versions() -> None:
    """The libraries installed here, with their own statement of their licence."""
    with st.expander(_("Libraries and their versions"), icon=":material/inventory_2:"):
        _show(library_rows)


def _show(rows_of: Callable[[], list[dict[str, str]]]) -> None:
    st.markdown(_table(rows_of, current_language(), tuple(card.key for card in visible_cards())))


@lru_cache(maxsize=16)
def _table(rows_of: Callable[[], list[dict[str, str]]], language: str, cards: tuple[str, ...]) -> str:
    """Written once for each language and set of models: it was more than half of what the page cost each visitor."""
    return markdown_table(rows_of())


def licence_rows() -> list[dict[str, str]]:
    """One row for each set of terms, naming all models under it."""
    together: dict[Licences, list[str]] = {}
    for card in visible_cards():
        together.setdefault(card.licences, []).append(card.title)
    return [
        {
            _("Models"): ", ".join(titles),
            _("Code"): terms.code,
            _("Weights"): weights_terms(terms),
            _("Training data"): training_data(terms),
        }
        for terms, titles in together.items()
    ]


def quality_rows() -> list[dict[str, str]]:
    """One row per card: its size, what was measured and by whom."""
    return [
        {
            _("Model"): card.title,
            _("Family"): family_name(card.family),
            _("Parameters (M)"): number(card.parameters_m),
            _("Measured"): joined([quality_with_source(each) for each in card.measured]),
            _("Limits"): limits(card),
        }
        for card in visible_cards()
    ]


def picture_rows() -> list[dict[str, str]]:
    """One row per sample on this machine."""
    return [
        {
            _("Picture"): _(sample.title),
            _("Author"): sample.credit,
            _("Terms"): _(sample.licence),
            _("Source"): f"{sample.package}, {sample.source}",
        }
        for sample in SAMPLES.values()
    ]


def library_rows() -> list[dict[str, str]]:
    """One row per library; absent ones say so."""
    stated = [(name, *_stated(name)) for name in LIBRARIES]
    return [{_("Library"): a, _("Version"): b or _("not installed"), _("Licence"): c} for a, b, c in stated]


@lru_cache(maxsize=len(LIBRARIES))
def _stated(name: str) -> tuple[str, str]:
    """(version, licence) as the package states them; ("", "") where it is absent. Looked up once: it was half of what
    the page cost."""
    try:
        return metadata.version(name), _licence(metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return "", ""


def _licence(stated: Any) -> str:
    """Its SPDX expression, else the last word of its licence classifier."""
    classifiers = [each.rpartition(" :: ")[2] for each in stated.get_all("Classifier") or [] if "License ::" in each]
    return stated.get("License-Expression") or ", ".join(classifiers) or (stated.get("License") or "")[:40]
