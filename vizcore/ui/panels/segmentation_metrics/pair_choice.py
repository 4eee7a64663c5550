"""Which two masks: a prepared pair, two boxes, two outlines drawn by hand, or two files?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from vizcore.errors import VizError
from vizcore.figures.mask_pairs import paper
from vizcore.figures.masks import compared_png
from vizcore.i18n import N_, _
from vizcore.i18n.sentences import sentence_for_note
from vizcore.metrics.masks import mask_of_file
from vizcore.metrics.masks.hand_drawn import (
    Drawn,
    DrawnHistory,
    Side,
    Stroke,
    box_stroke,
    clear,
    mask_of_strokes,
    put,
)
from vizcore.metrics.masks.overlap import Mask, same_size
from vizcore.metrics.masks.presets import MOST_OF, MOST_PIXELS, PRESETS, preset_pair
from vizcore.pictures import encode_jpeg, encode_png
from vizcore.settings import current
from vizcore.ui import choices, url_state
from vizcore.ui.canvas import CanvasEvent, click_canvas
from vizcore.ui.error_panel import plain, show_error
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.segmentation_metrics.presets import PRESET_TEXTS
from vizcore.ui.small_picture import show_small
from vizcore.ui.theme_now import dark_now
from vizcore.ui.tray.intake import forget_upload

KEY = "segmentation_metrics"
SOURCES = {
    "preset": N_("A prepared pair"),
    "boxes": N_("Drag two boxes"),
    "draw": N_("Draw two masks"),
    "files": N_("Two mask files"),
}
SIDES: dict[Side, str] = {"truth": N_("the truth"), "prediction": N_("the prediction")}
PREVIEW_SIDE = 160
WIDTH, HEIGHT = 400, 300  # of the sheet to draw on, in pixels
FIRST_BOXES = Drawn((box_stroke((80, 70, 240, 230)),), (box_stroke((120, 100, 290, 240)),))
COMMANDS: dict[str, Callable[[DrawnHistory], DrawnHistory]] = {
    "undo": DrawnHistory.undone,
    "redo": DrawnHistory.redone,
    "clear": clear,
}


def choose_pair() -> tuple[Mask, Mask] | None:
    """(truth, prediction) of the visitor's choice; None after saying what is missing."""
    texts = {key: _(title) for key, title in SOURCES.items()}
    left, *others = st.columns(3)
    with left:
        source = choices.choose_from(_("Masks from"), texts, key=f"{KEY}.source", default="preset")
    if source == "preset":
        return _choose_preset(*others)
    return _choose_files() if source == "files" else _draw(source)


def _choose_preset(middle: Any, right: Any) -> tuple[Mask, Mask]:
    texts = {key: _(PRESET_TEXTS[key][0]) for key in PRESETS}
    with middle:
        chosen = choices.choose_from(_("Prepared pair"), texts, key=f"{KEY}.preset", default="shift")
    _name, amount_title, said = PRESET_TEXTS[chosen]
    amount = None
    if amount_title:
        most = MOST_OF.get(chosen, MOST_PIXELS)
        amount = right.slider(
            _(amount_title), 0, most, value=PRESETS[chosen][1], **url_state.bound(f"{KEY}.amount.{chosen}")
        )
    st.markdown(_(said))
    return preset_pair(chosen, amount)


def _choose_files() -> tuple[Mask, Mask] | None:
    titles = {"truth": _("The true mask"), "prediction": _("The predicted mask")}
    masks = []
    for column, (side, title) in zip(st.columns(2), titles.items(), strict=True):
        with column:
            mask = _opened(side, title)
            if mask is not None:
                masks.append(mask)
    st.caption(_("Inside is what is brighter than half of the file's brightest pixel."))
    if len(masks) < 2:
        st.info(_("Choose two mask files of the same size."), icon=":material/info:")
        return None
    try:
        return same_size(masks[0], masks[1])
    except VizError as error:
        show_error(error)
        return None


def _opened(side: str, title: str) -> Mask | None:
    """The mask of this side, kept in the session in the place of the file, whose bytes are forgotten at once."""
    kept, arrivals = f"{KEY}.file.{side}", f"{KEY}.arrivals.{side}"
    generation = st.session_state.setdefault(arrivals, 0)
    file = st.file_uploader(title, key=f"{kept}.upload.{generation}", max_upload_size=int(current().file_limit_mb))
    if file is not None:
        try:
            st.session_state[kept] = (file.name, mask_of_file(file.getvalue(), file.name))
        except VizError as error:
            st.session_state[kept] = (file.name, error)
        forget_upload(file)
        st.session_state[arrivals] = generation + 1
        st.rerun()
    name, held = st.session_state.get(kept, ("", None))
    if isinstance(held, VizError):
        show_error(held, about=name)
        return None
    if held is not None:
        mask: Mask = held.mask
        show_small(encode_png(shrunk_mask(mask)), width=PREVIEW_SIDE, alt=title)
        st.caption(f"{escaped(name)} · {mask.shape[1]} × {mask.shape[0]}")
        for note in held.notes:
            st.caption(plain(sentence_for_note(note)))
        return mask
    return None


def shrunk_mask(mask: Mask) -> Mask:
    """Every n-th pixel of a large mask: a preview."""
    step = max(1, max(mask.shape) // PREVIEW_SIDE)
    return mask[::step, ::step]


def _draw(source: str) -> tuple[Mask, Mask]:
    """The canvas for boxes or outlines; what is drawn goes to the mask chosen above it."""
    texts = {str(key): _(title) for key, title in SIDES.items()}
    chosen = choices.choose_one(_("Now drawing"), texts, key=f"{KEY}.side", default="prediction")
    side: Side = "truth" if chosen == "truth" else "prediction"
    history = _history(source)
    truth = mask_of_strokes(history.now.truth, WIDTH, HEIGHT)
    prediction = mask_of_strokes(history.now.prediction, WIDTH, HEIGHT)

    def handle(event: CanvasEvent) -> None:
        st.session_state[_history_key(source)] = after(_history(source), event, side)

    click_canvas(
        f"{KEY}.canvas.{source}",
        encode_jpeg(paper(WIDTH, HEIGHT, dark=dark_now())),
        WIDTH,
        HEIGHT,
        alt=_("Squared paper with both masks: green where they agree, orange missed, pink too much"),
        mode="box" if source == "boxes" else "draw",
        overlay_png=compared_png(prediction, truth, (2 * WIDTH, 2 * HEIGHT)),
        rev=history.rev,
        on_event=handle,
    )
    return truth, prediction


def after(history: DrawnHistory, event: CanvasEvent, side: Side) -> DrawnHistory:
    """The history after an event of the canvas: a box replaces the mask, an outline is added or taken away."""
    if event.kind in COMMANDS:
        return COMMANDS[event.kind](history)
    if event.kind == "box" and event.box_xyxy:
        return put(history, side, box_stroke(event.box_xyxy), alone=True)
    if event.kind == "path" and len(event.path) >= 3:
        return put(history, side, Stroke(event.path, event.positive))
    return history


def _history(source: str) -> DrawnHistory:
    first = DrawnHistory(FIRST_BOXES) if source == "boxes" else DrawnHistory(first_outlines())
    history: DrawnHistory = st.session_state.setdefault(_history_key(source), first)
    return history


def _history_key(source: str) -> str:
    return f"{KEY}.history.{source}"


def first_outlines() -> Drawn:
    """Two rough shapes, so that the sheet never begins empty."""
    truth = Stroke(((90, 150), (140, 70), (250, 60), (310, 140), (260, 240), (150, 240)))
    return Drawn((truth,), (Stroke(((110, 160), (170, 90), (260, 90), (330, 170), (250, 230), (170, 220))),))
