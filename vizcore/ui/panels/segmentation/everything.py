"""Section: all there is to cut out, by a grid of clicks, as a job with progress and Stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.figures.masks import click_grid, label_map_rgb, object_colour, painted_labels
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, encode_png, shrunk
from vizcore.prompting.editing import given
from vizcore.ui import downloads, url_state
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.job_panel import show_job
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.segmentation.everything_runs import remember_run, show_runs
from vizcore.ui.panels.segmentation.inference import looked_at
from vizcore.ui.panels.segmentation.labels import show_problems
from vizcore.ui.panels.segmentation.page_state import PageState, state_for
from vizcore.ui.session import engine, session_id
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vizcore.engine import JobHandle
    from vizcore.segmentation import MaskSet
    from vizcore.segmentation.everything import EverythingSettings

SIDE = 768
PER_SIDE = (4, 8, 12, 16, 24, 32)
USUAL_PER_SIDE = 12
COUNTED = (N_("masks"), N_("clicks"))  # what the job says while it runs


def show(photo: Photo, cards: Sequence[ModelCard]) -> None:
    """Parameters, a job for each segmenter that offers candidates, and what was kept."""
    from vizcore.segmentation.everything import usual_limits

    state = state_for(photo)
    able = [card for card in cards if card.family != "classical"]
    if not able:
        st.info(_("Choose a SAM above."), icon=":material/info:")
        return
    with st.popover(_("Clicks and limits"), icon=":material/tune:", key="segmentation.everything.settings"):
        settings = _choose_settings(*usual_limits(bundled=any(card.bundled for card in able)))
    ready = looked_at(state, photo, able)
    for column, card in zip(st.columns(max(2, len(ready))), ready, strict=False):
        with column:
            model_heading(card)
            _show_model(state, photo, card, settings)
    for card in cards:
        if card not in able:
            st.caption(
                _("{model} offers no candidates to choose from, so it cannot cut out everything.").format(
                    model=coloured_title(card)
                )
            )
    show_runs(state)


def _choose_settings(usual_quality: float, usual_stability: float) -> EverythingSettings:
    from vizcore.segmentation.everything import EverythingSettings

    left, middle, right = st.columns(3)
    with left:
        per_side = st.select_slider(
            _("Clicks in each row and column"),
            PER_SIDE,
            value=USUAL_PER_SIDE,
            help=_("More clicks find smaller things. Twice as many in a row take four times as long."),
            **url_state.bound("segmentation.grid"),
        )
        area = _choose_area()
    with middle:
        quality = _share(_("Least predicted IoU"), usual_quality, _("Higher keeps less, and better."), "quality")
        overlap = _share(
            _("NMS: largest IoU of two boxes"), 0.7, _("Of two masks whose boxes overlap more, the weaker goes."), "nms"
        )
    with right:
        steady = _share(_("Least stability"), usual_stability, _("Higher drops outlines that waver."), "stability")
        offset = _choose_offset()
    return EverythingSettings(
        points_per_side=per_side,
        predicted_iou=quality,
        stability=steady,
        stability_offset=offset,
        box_nms=overlap,
        min_area=area,
    )


def _choose_area() -> int:
    area = st.number_input(
        _("Least area (pixels)"),
        0,
        1_000_000,
        0,
        10,
        help=_("Smaller specks of a mask are dropped, and smaller holes filled."),
        **url_state.bound("segmentation.area"),
    )
    return int(area)


def _choose_offset() -> float:
    return st.slider(
        _("Offset for stability (logits)"),
        0.1,
        5.0,
        1.0,
        0.1,
        help=_("How far the threshold is moved up and down; more makes the test harder."),
        **url_state.bound("segmentation.offset"),
    )


def _share(label: str, usual: float, explain: str, name: str) -> float:
    return st.slider(label, 0.0, 1.0, usual, 0.01, help=explain, **url_state.bound(f"segmentation.{name}"))


def _show_model(state: PageState, photo: Photo, card: ModelCard, settings: EverythingSettings) -> None:
    from vizcore.segmentation.everything import everything

    embedding = state.embeddings[card.key]

    def start() -> JobHandle:
        return engine().start(everything, card.key, embedding, settings, session=session_id())

    place = st.container()  # the picture stays above the buttons
    key = f"segmentation.everything.{card.key}.{photo.sha256}"
    job = show_job(key, start, stays=False, once_for=photo.sha256 if card.bundled else None)
    snapshot = job.snapshot() if job else None
    if job is None or snapshot is None or snapshot.result is None:
        clicks = number(settings.points_per_side**2, 0)
        alt = _("The photo with its grid of {n} clicks").format(n=clicks)
        grid = encode_jpeg(click_grid(photo.rgb, settings.points_per_side, SIDE))
        place.image(grid, alt=alt, width="stretch")
        place.caption(_("{n} clicks, three masks for each; the best that differ are kept.").format(n=clicks))
        return
    found: Any = snapshot.result
    if job.done():
        remember_run(state, card, found, int(snapshot.values.get("clicks", 0)))
    with place:
        _show_found(state, photo, card, found)


def _show_found(state: PageState, photo: Photo, card: ModelCard, found: MaskSet) -> None:
    from vizcore.segmentation.everything import coverage, label_map

    if not len(found):
        st.info(_("No mask passed: lower the limits, or ask more often."), icon=":material/info:")
        return
    colours = [object_colour(place + 1) for place in range(len(found))]
    labels = state.once(f"labels.{card.key}", found, lambda: label_map(found))
    cover = coverage(found, labels)
    over, flat = state.once(f"everything.{card.key}", found, lambda: _pictures(photo, labels, colours))
    words = _("{n} by {model}").format(n=counted("mask", len(found)), model=visible(card.title))
    st.image(over, alt=words, width="stretch")
    st.markdown(
        _("**{n}** on {share} of the photo; {rest} belong to nothing.").format(
            n=counted("mask", len(found)), share=percent(cover.share, 0), rest=percent(1 - cover.share, 0)
        )
    )
    with st.expander(_("Label map: every pixel belongs to one mask only")):
        st.image(flat, alt=_("Label map of {n}").format(n=counted("mask", len(found))), width="stretch")
        st.markdown(
            _("Where masks overlap, the smaller one lies on top; claimed more than once: {n}.").format(
                n=counted("pixel", cover.claimed_again)
            )
        )
    _show_taking(state, card, found)
    _show_downloads(photo, card, found, label_map_rgb(labels, colours))


def _pictures(photo: Photo, labels: NDArray[np.integer[Any]], colours: list[str]) -> tuple[bytes, bytes]:
    """The masks over the photo as JPEG, and alone as PNG."""
    small = shrunk(photo.rgb, SIDE)
    over = encode_jpeg(painted_labels(small, labels, colours, opacity=0.6))
    return over, encode_png(painted_labels(small * 0, labels, colours, opacity=1.0))


def _show_downloads(photo: Photo, card: ModelCard, found: MaskSet, labels_rgb: NDArray[np.uint8]) -> None:
    with downloads.export():
        downloads.download_json(found, key=f"segmentation.everything.json.{card.key}", label=_("Masks (JSON, RLE)"))
        downloads.download_png(
            labels_rgb,
            name=f"labels-{card.key}-{photo.sha256[:8]}",
            key=f"segmentation.everything.png.{card.key}",
            label=_("Label map (PNG)"),
            about=downloads.caption(found, photo.name, card.title),
        )


def _show_taking(state: PageState, card: ModelCard, found: MaskSet) -> None:
    def take() -> None:
        state.steps = given(state.steps, [(rle, "") for rle in found.rles])

    st.button(
        _("Work on these masks"),
        key=f"segmentation.everything.take.{card.key}",
        icon=":material/ads_click:",
        on_click=take,
        help=_("Adds each mask as an object of its own, to measure, to clean up and to export."),
    )
    show_problems(state.steps.problems)
