"""Everything that the first section found, to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.bars import short_label
from vizcore.figures.contact_sheet import contact_sheet
from vizcore.figures.overlay import overlay_heatmap
from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.ui import downloads
from vizcore.ui.panels.features import comparison
from vizcore.ui.panels.features.overviews import Overviews

if TYPE_CHECKING:
    from vizcore.features.overview import Overview
    from vizcore.zoo.cards import ModelCard

SHEET_HEIGHT = 512


def show(looked: Overviews, *, strength: float) -> None:
    """All results with provenance as JSON, the tables as CSV, the maps side by side as one PNG."""
    st.header(_("Take it away"), anchor=False)
    with downloads.export():
        downloads.download_json(
            list(looked.looks.values()), key="features.json", label=_("Results with provenance (JSON)")
        )
        downloads.download_csv(
            comparison.rows(looked), name="models", key="features.table", label=_("Table of models (CSV)")
        )
        downloads.download_csv(
            class_rows(looked), name="classes", key="features.classes", label=_("Five best classes (CSV)")
        )
        if any(found.evidence for photo in looked.photos for _card, found in looked.of_photo(photo)):
            about = "\n".join(_words(photo, *each) for photo in looked.photos for each in looked.of_photo(photo))
            downloads.download_png(
                lambda: sheet_of(looked, strength=strength), name="maps", key="features.png", label=_("Maps (PNG)"),
                about=about,
            )  # fmt: skip


def class_rows(looked: Overviews) -> list[dict[str, Any]]:
    """One row for each photo, model and place among the best five."""
    return [
        {"photo": photo.sha256[:12], "model": card.key, "rank": rank, "label": label, "probability": probability}
        for photo in looked.photos
        for card, found in looked.of_photo(photo)
        if found.classification
        for rank, (_index, label, probability) in enumerate(found.classification.top(5), start=1)
    ]


def sheet_of(looked: Overviews, *, strength: float) -> NDArray[np.uint8]:
    """The maps of all models beside each other, one row for each photo. ValueError without any map."""
    rows = (
        (
            (overlay_heatmap(photo, found.evidence, strength=strength), _words(photo, card, found))
            for card, found in looked.of_photo(photo)
            if found.evidence
        )
        for photo in looked.photos
    )
    return contact_sheet(rows, height=SHEET_HEIGHT)


def _words(photo: Photo, card: ModelCard, found: Overview) -> str:
    evidence = found.evidence
    seen = (f"{evidence.method}, {evidence.layer}", short_label(evidence.target)) if evidence else ()
    return downloads.caption(found, photo.name, card.title, *seen)
