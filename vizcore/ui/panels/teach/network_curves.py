"""Loss and accuracy of a network that learns, or that learnt once, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import streamlit as st

from vizcore.figures.by_hand import training_curves
from vizcore.i18n import _
from vizcore.ui.charts import show_chart
from vizcore.ui.panels.teach.page_state import KEY
from vizcore.ui.theme_now import dark_now

JOB = f"{KEY}.train"


def show_curves(history: Sequence[tuple[int, Mapping[str, float]]], classes: int, axis: str = "") -> None:
    """history: (step, values) of each step; the dotted line of the loss is guessing among the classes."""
    axis = axis or _("step")
    left, right = st.columns(2, gap="medium")
    with left:
        names = {"train_loss": _("training"), "validation_loss": _("validation")}
        title = _("Loss")
        st.markdown(f"**{title}**")
        figure = training_curves(history, names, step=axis, axis="", reference=math.log(classes), dark=dark_now())
        show_chart(figure, key=f"{JOB}.loss", alt=title)
    with right:
        names = {"accuracy": _("training"), "validation_accuracy": _("validation")}
        title = _("Accuracy")
        st.markdown(f"**{title}**")
        figure = training_curves(history, names, step=axis, axis="", percent=True, dark=dark_now())
        show_chart(figure, key=f"{JOB}.accuracy", alt=title)
