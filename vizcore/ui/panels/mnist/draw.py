"""Section: draw a digit, and every contestant whose weights are here says what it is."""

from __future__ import annotations

import numpy as np
import streamlit as st

from vizcore.by_hand.drawing import bitmap_of
from vizcore.figures.contest import answer_grid
from vizcore.i18n import _
from vizcore.i18n.numbers import alternatives, percent
from vizcore.learning.contest.asking import Answers, Question, as_mnist, ask
from vizcore.learning.contest.contestants import CLASSIFIERS, CONTESTANTS
from vizcore.pictures import encode_png
from vizcore.ui import url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.drawing_pad import drawing_pad
from vizcore.ui.engine_call import quiet_answer
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.by_hand.inputs import FIRST_DRAWING
from vizcore.ui.panels.mnist.runs import own_weights
from vizcore.ui.toolbar import Toolbar

KEY = "mnist.drawn"
SHOWN = 5  # screen pixels of one of the 28 x 28


def show(bar: Toolbar) -> None:
    """The sheet, the digit as MNIST would have it, and a row of probabilities for each contestant."""
    code = url_state.remembered_text(KEY, FIRST_DRAWING, lambda each: bitmap_of(each) is not None)

    def keep(drawn: str) -> None:
        if bitmap_of(drawn) is not None:
            url_state.remember(KEY, [drawn], default=[FIRST_DRAWING])

    left, middle, right = st.columns([3, 2, 5], gap="medium")
    with left:
        drawing_pad(f"{KEY}.pad", code, alt=_("A sheet of 32 × 32 dots to draw on"), on_draw=keep)
    bitmap = bitmap_of(code)
    if bitmap is None or not bitmap.any():
        middle.info(_("Draw something on the black sheet."))
        return
    picture = as_mnist(bitmap)
    with middle:
        grey = picture.repeat(SHOWN, 0).repeat(SHOWN, 1)
        st.image(encode_png(np.stack([grey] * 3, -1)), alt=_("Your digit as 28 × 28 pixels"))
        st.caption(_("What they are given: 20 pixels long, its mass in the middle of 28 × 28, as MNIST's own digits."))
    with right:
        _show_answers(picture)


def _show_answers(picture: np.ndarray) -> None:
    from vizcore.engine import NO_MODEL

    weights = own_weights()
    with errors_shown(about=_("MNIST contest"), where="ask"):
        question = Question(picture[None], CLASSIFIERS, weights)
        found = quiet_answer(ask, NO_MODEL, None, question)
        if isinstance(found, Answers):
            _show_grid(found, set(weights))


def _show_grid(found: Answers, here: set[str]) -> None:
    shares = found.probabilities[:, 0]
    lines = []
    for key, each in zip(found.contestants, shares, strict=True):
        words = _("{name} (run here): **{digit}**, {share}") if key in here else _("{name}: **{digit}**, {share}")
        best = int(each.argmax())
        lines.append(words.format(name=_(CONTESTANTS[key].title), digit=best, share=percent(float(each[best]), 1)))
    st.markdown(" · ".join(lines))
    names = [_(CONTESTANTS[key].title) for key in found.contestants]
    title = _("Probability of each digit, in per cent")
    figure = answer_grid(shares, names, axis=title)
    show_chart(figure, key="mnist.answers", alt=title)
    if missing := [_(CONTESTANTS[key].title) for key in CLASSIFIERS if key not in found.contestants]:
        st.caption(
            _(
                "The weights of the large ones do not ship (14 to 537 MB). EfficientNet-Lite0 answers here once it has"
                " run on this page; AlexNet and VGG16 are too large to keep. Missing now: {names}."
            ).format(names=alternatives(missing))
        )
