"""What a moved threshold refreshes on the Detection page, with 300 boxes of each of two detectors; or a bare rerun."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import streamlit as st

sys.path.insert(0, str(Path(__file__).parents[3]))  # streamlit puts this script's own folder there

from vizcore.i18n import use_language
from vizcore.photo import Photo
from vizcore.results import Candidates, Provenance
from vizcore.samples import load_sample
from vizcore.ui import picture_zoom
from vizcore.ui.fragments import fragment
from vizcore.ui.panels.detection import record, side_by_side
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.zoo.catalogue import CARDS

BOXES, LABELS = 300, ("person", "cat", "dog", "bicycle", "car", "bus", "chair", "bottle")


@st.cache_resource
def proposed() -> list[Proposed]:
    return [_proposed(load_sample("cat"), key, seed) for seed, key in enumerate(("yolo-mini", "detr-mini"))]


def _proposed(photo: Photo, key: str, seed: int) -> Proposed:
    """Boxes anywhere, their scores evenly from 0.95 down to 0.05, so that every step of the threshold takes some."""
    random = np.random.default_rng(seed)
    size = np.array([photo.width, photo.height])
    low = random.random((BOXES, 2)) * 0.8 * size
    high = low + (0.02 + 0.18 * random.random((BOXES, 2))) * size
    of_class, origin = random.integers(0, len(LABELS), BOXES), np.arange(BOXES)
    scores = np.linspace(0.95, 0.0501, BOXES)
    boxes = np.concatenate([low, high], axis=1)
    return Proposed(
        photo,
        CARDS[key],
        Candidates(
            Provenance(operation="propose", model=key, photos_sha256=(photo.sha256,)),
            boxes,
            scores,
            of_class,
            origin,
            LABELS,
            (photo.width, photo.height),
            0.01,
            key == "yolo-mini",
        ),
    )


use_language("en")
if st.query_params.get("mode") == "bare":  # what any move of a slider costs in Streamlit
    st.code(f"score={st.slider('Least score', 0.01, 1.0, 0.05, 0.01):.2f}")
else:
    picture_zoom.listen()
    fragment(lambda: side_by_side._show_chosen(proposed(), record.Shown()))
