"""Does the answer hold when the picture moves by a pixel or turns by a degree?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.figures.confidence import share_lines
from vizcore.figures.share_table import share_table
from vizcore.i18n import _
from vizcore.i18n.numbers import decimal, percent
from vizcore.photo import Photo
from vizcore.ui import downloads
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.robustness.stability import Stability


def show(photos: tuple[Photo, ...], cards: Sequence[ModelCard]) -> None:
    """Shifts and turns of the one photo for each model, side by side."""
    from vizcore.robustness.stability import StabilitySettings, stability

    found = []
    for column, card in zip(aligned_columns(len(cards), "robustness.steady"), cards, strict=True):
        with column:
            model_heading(card)
            each = answer(stability, card, photos[0], StabilitySettings())
            if each:
                found.append(each)
                _show_one(card, each)
    if found:
        st.caption(
            _(
                "A convolution with stride, and the cut into patches, both see another picture after one pixel; "
                "neither is exactly blind to shifts (Azulay and Weiss 2019)."
            )
        )
        downloads.show_exports("robustness.stability", found)


def _show_one(card: ModelCard, each: Stability) -> None:
    steps = [str(step) for step in range(-each.reach, each.reach + 1)]
    figure = share_table(each.shift_confidence, steps, steps, row_title=_("down"), column_title=_("right"))
    alt = _("Confidence after each shift; the middle is the photo as it is")
    show_chart(figure, key=f"robustness.shifts.{card.key}", alt=alt)
    st.markdown(
        _(
            "**{label}**, {confidence}: kept in {kept} of the eight shifts by one pixel, at most {swing} points apart."
        ).format(
            label=escaped(short_label(each.label)),
            confidence=percent(each.confidence, 1),
            kept=percent(each.one_pixel_kept, 0),
            swing=decimal(100 * each.one_pixel_swing, 1),
        )
    )
    half = sum(angle < 0 for angle in each.degrees)
    angles = [*each.degrees[:half], 0.0, *each.degrees[half:]]
    shares = np.insert(each.turn_confidence, half, each.confidence)
    lines = share_lines(
        angles, {short_label(each.label): shares}, card.family, axis=_("Turned, in degrees"), dark=dark_now()
    )
    alt = _("Confidence against the angle")
    show_chart(lines, key=f"robustness.turns.{card.key}", alt=alt)
