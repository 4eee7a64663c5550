"""Where do truth and detections come from: drawn scenes and a detector, two COCO files, or a textbook?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.metrics.detection.coco_files import read_found, read_truth
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.scene_dataset import SceneDataset, SceneDatasetSettings, make_scene_dataset
from vizcore.metrics.detection.synthetic import SyntheticSettings
from vizcore.metrics.detection.worked_example import worked_example
from vizcore.settings import current
from vizcore.ui import choices, url_state
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.detection_metrics.attached import attach_photos
from vizcore.ui.panels.detection_metrics.detectors import detector, synthetic
from vizcore.ui.panels.detection_metrics.page_state import KEY, PageState
from vizcore.ui.toolbar import Toolbar

SOURCES = {
    "synthetic": N_("Drawn scenes, synthetic detector"),
    "detector": N_("Drawn scenes, a loaded detector"),
    "files": N_("My two COCO files"),
    "example": N_("A worked example of 12 boxes"),
}


def choose_set(bar: Toolbar, side: Any) -> PageState | None:
    """The source and its pictures, folded into the bar; None while something is missing, which was said in place.

    side: the narrow place beside the figures, for what is moved while they are watched.
    """
    texts = {key: _(text) for key, text in SOURCES.items()}
    named = url_state.remembered_one(f"{KEY}.source", allowed=texts, default="synthetic")
    fold = bar.settings(texts[named])
    with fold:
        source = choices.choose_one(_("Data set"), texts, key=f"{KEY}.source", default="synthetic")
    chosen: dict[str, Callable[[], PageState | None]] = {
        "synthetic": lambda: synthetic(_drawn(fold, seen=False), "", SyntheticSettings(), side=side),
        "detector": lambda: detector(_drawn(fold, seen=True), "", bar),
        "files": _own,
        "example": _example,
    }
    state: PageState | None = None
    with errors_shown():
        state = chosen[source]()
    if state is not None:
        with side:
            _say_sizes(state)
    return state


def _drawn(fold: Any, *, seen: bool) -> SceneDataset:
    """The scenes as set in the fold. seen: whether a detector looks at their pixels, for which alone noise matters."""
    settings = SceneDatasetSettings()
    with fold:
        st.markdown(_("**The scenes**"))
        left, right = st.columns(2)
        settings = SceneDatasetSettings(
            left.slider(_("Pictures"), 4, 60, settings.pictures, **url_state.bound(f"{KEY}.pictures")),
            right.slider(_("Objects, at most"), 1, 14, settings.objects, **url_state.bound(f"{KEY}.objects")),
            left.slider(_("Overlap"), 0.0, 1.0, settings.overlap, **url_state.bound(f"{KEY}.overlap")),
            (
                right.slider(_("Noise"), 0.0, 1.0, settings.noise, **url_state.bound(f"{KEY}.noise"))
                if seen
                else settings.noise
            ),
            seed=int(
                left.number_input(_("Seed of the scenes"), 0, 9999, settings.seed, **url_state.bound(f"{KEY}.scenes"))
            ),
        )
    with st.spinner(_("Drawing the scenes …")):
        return _drawn_set(settings)


@st.cache_resource(max_entries=8, show_spinner=False)
def _drawn_set(settings: SceneDatasetSettings) -> SceneDataset:
    return make_scene_dataset(settings)


def _own() -> PageState | None:
    limit = int(current().evaluation_limit_mb)
    left, right = st.columns(2)
    truth = left.file_uploader(_("Annotations (COCO JSON)"), key=f"{KEY}.truth", max_upload_size=limit)
    found = right.file_uploader(_("Detections (COCO results JSON)"), key=f"{KEY}.found", max_upload_size=limit)
    if truth is None or found is None:
        st.info(_("Choose both files; nothing leaves this server."), icon=":material/upload_file:")
        return None
    state = own_files(truth.getvalue(), found.getvalue(), _("My detector"))
    return replace(state, attached=attach_photos(state.data.pictures))


def own_files(truth: bytes, found: bytes, title: str) -> PageState:
    """Both files, read once. Errors: those of `read_coco_pair`."""
    keys = hashlib.sha256(truth).hexdigest(), hashlib.sha256(found).hexdigest()
    with st.spinner(_("Reading the files …")):
        annotated = truth_of(keys[0], truth)
        data = _found_of(keys[0], keys[1], found, annotated)
    return PageState(keys, data, (), title, {"annotations_sha256": keys[0], "detections_sha256": keys[1]})


@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def truth_of(key: str, _content: bytes) -> DetectionData:
    """The annotations of a file, without detections."""
    return read_truth(_content)


@st.cache_resource(max_entries=3, show_spinner=False, scope="session")
def _found_of(key: str, found_key: str, _content: bytes, _annotated: DetectionData) -> DetectionData:
    return read_found(_annotated, _content)


def _example() -> PageState:
    st.caption(
        _(
            "Ten pictures with twelve cats, twelve detections: the example with which Padilla et al. (2020) explain AP."
            " The boxes are theirs (MIT licence); the pictures are not needed."
        )
    )
    return PageState(("example",), worked_example(), (), _("Worked example"), {"source": "toyexample"})


def _say_sizes(state: PageState) -> None:
    data = state.data
    st.caption(
        _("**{title}**: {pictures}, {objects}, {boxes}; classes: {classes}.").format(
            title=state.title,
            pictures=counted("picture", len(data.pictures)),
            objects=counted("object", len(data.truth)),
            classes=number(len(data.class_names), 0),
            boxes=counted("detection", len(data.found)),
        )
    )
    if data.left_out:
        st.caption(
            _("Detections of classes that the annotations do not know were passed over: {n}.").format(
                n=number(data.left_out, 0)
            )
        )
    if data.outside:
        st.caption(
            _("Boxes wholly outside their picture, which count all the same: {n}.").format(n=number(data.outside, 0))
        )
    if not len(data.truth):
        st.info(_("There is no object to find here, so AP and recall have no value."), icon=":material/info:")
    elif not len(data.found):
        st.info(
            _("There is no detection here: everything is missed, and precision has no value."), icon=":material/info:"
        )
