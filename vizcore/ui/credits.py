"""Whose work is in here: models, sample pictures, libraries, each with its terms?"""

from __future__ import annotations

from importlib import metadata
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.samples import SAMPLES
from vizcore.ui.headings import family_name
from vizcore.ui.tables import show_table
from vizcore.zoo.catalogue import visible_cards

LIBRARIES = (
    "torch",
    "torchvision",
    "transformers",
    "ultralytics",
    "segment-anything",
    "timm",
    "streamlit",
    "plotly",
    "pandas",
    "numpy",
    "scipy",
    "scikit-image",
    "scikit-learn",
    "pillow",
    "pillow-heif",
    "safetensors",
    "babel",
)


def show_models() -> None:
    """Every model that this installation offers, with the licences of code, weights and training data."""
    st.header(_("Models and their terms"), anchor=False)
    show_table(model_rows())


def show_pictures() -> None:
    """The sample pictures' authors and terms."""
    with st.expander(_("Sample pictures and their authors"), icon=":material/image:"):
        show_table(picture_rows())


def show_versions() -> None:
    """The libraries installed here, with their own statement of their licence."""
    with st.expander(_("Libraries and their versions"), icon=":material/inventory_2:"):
        show_table(library_rows())


def model_rows() -> list[dict[str, str]]:
    """One row per card."""
    return [
        {
            _("Model"): card.title,
            _("Family"): family_name(card.family),
            _("Parameters (M)"): number(card.parameters_m),
            _("Code"): card.licences.code,
            _("Weights"): card.licences.weights,
            _("Training data"): card.licences.training_data,
            _("Measured"): "; ".join(
                f"{each.name}: {number(each.value, 2)} {each.unit} ({each.source})" for each in card.measured
            ),
        }
        for card in visible_cards()
    ]


def picture_rows() -> list[dict[str, str]]:
    """One row per sample on this machine."""
    return [
        {
            _("Picture"): _(sample.title),
            _("Author"): sample.credit,
            _("Terms"): sample.licence,
            _("Shipped with"): sample.package,
            _("Source"): sample.source,
        }
        for sample in SAMPLES.values()
    ]


def library_rows() -> list[dict[str, str]]:
    """One row per library; absent ones say so."""
    return [{_("Library"): name, _("Version"): _version(name), _("Licence"): _licence(name)} for name in LIBRARIES]


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _("not installed")


def _licence(name: str) -> str:
    """As the package states it: its SPDX expression, else the last word of its licence classifier."""
    try:
        stated: Any = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    classifiers = [each.rpartition(" :: ")[2] for each in stated.get_all("Classifier") or [] if "License ::" in each]
    return stated.get("License-Expression") or ", ".join(classifiers) or (stated.get("License") or "")[:40]
