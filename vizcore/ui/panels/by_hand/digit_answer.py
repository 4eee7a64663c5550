"""What does the trained network say to a digit drawn by hand, and how did every number of that come about?"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from vizcore.by_hand.digit_network import LAYERS, answered
from vizcore.by_hand.digits import BRIGHTEST
from vizcore.by_hand.drawing import bitmap_of, blocks, centred
from vizcore.by_hand.trace import trace
from vizcore.figures.by_hand import digit_bars
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.pictures import encode_png
from vizcore.results import FloatArray
from vizcore.ui.charts import show_chart
from vizcore.ui.panels.by_hand.inputs import drawing_code, show_pad
from vizcore.ui.step_cursor import step_cursor
from vizcore.ui.theme_now import dark_now

SHOWN = 18  # screen pixels of one of the 8 x 8 cells


def show(parameters: Mapping[str, FloatArray], *, trained: bool) -> None:
    """The sheet, what the network is given, its answer, and the cursor over every activation."""
    st.subheader(_("Draw a digit"), anchor=False)
    code = drawing_code("digit")
    left, middle, right = st.columns([2, 1, 3], gap="medium")
    with left:
        show_pad("digit", code)
    bitmap = bitmap_of(code)
    if bitmap is None or not bitmap.any():
        middle.info(_("Draw something on the black sheet."))
        return
    picture = blocks(centred(bitmap))[None] / BRIGHTEST
    chosen = dict(parameters)
    shares = answered(chosen, picture)
    best = int(np.argmax(shares))
    with middle:
        grey = (255 * picture[0]).astype(np.uint8).repeat(SHOWN, 0).repeat(SHOWN, 1)
        st.image(encode_png(np.stack([grey] * 3, -1)), alt=_("Your digit as 8 × 8 cells"))
        st.caption(_("What it is given: centred by mass, counted in 8 × 8 blocks, as the digits it learned from."))
    with right:
        said = _("It says **{digit}** ({share}).") if trained else _("Untrained, it says **{digit}** ({share}).")
        st.markdown(said.format(digit=best, share=percent(float(shares[best]), 1)))
        figure = digit_bars(shares.tolist(), axis=_("digit"), dark=dark_now())
        title = _("Probability of each digit")
        show_chart(figure, key="by_hand.digit", alt=title)
    st.markdown(
        _("Every activation of that answer, and every gradient if **{digit}** were the truth:").format(digit=best)
    )
    step_cursor("by_hand.digit.cursor", trace(LAYERS, chosen, picture, best), start="conv1")
