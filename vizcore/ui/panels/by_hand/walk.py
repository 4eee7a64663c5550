"""Sections: the forward and the backward pass, under one cursor."""

from __future__ import annotations

import streamlit as st

from vizcore.by_hand.example import example, turned_output
from vizcore.by_hand.geometry import dropped_cells
from vizcore.by_hand.layers import Pool
from vizcore.by_hand.trace import Trace
from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.by_hand import inputs, walk_export
from vizcore.ui.step_cursor import step_cursor

LECTURE_CELL = 1  # the first one that is not shut by the ReLU


def show_forward() -> None:
    """From the picture to the loss, beginning at the convolution."""
    _show("conv", LECTURE_CELL)


def show_backward() -> None:
    """From the loss to every gradient, beginning at the kernel's."""
    _show("d conv.weight", 0)


def _show(start: str, cell: int) -> None:
    asked = inputs.ask()
    if asked.picture is None or not asked.kernels:
        return
    try:
        found = example(asked.picture, asked.kernels, asked.settings)
    except VizError as error:
        show_error(error)
        return
    step_cursor("by_hand.cursor", found, start=start, cell=cell)
    st.caption(" ".join(_said(found, asked)))
    walk_export.show(found, asked.settings.label)


def _said(found: Trace, asked: inputs.Inputs) -> list[str]:
    """What is dropped, what is left out, and how true convolution would differ."""
    geometry, window = asked.settings.geometry, asked.settings.window
    picture, output = found.tensors["picture"].values, found.tensors["conv"].values
    lines = []
    taps = found.tensors["conv.weight"].values.shape[2:]
    unseen = [dropped_cells(i, k, geometry) for i, k in zip(picture.shape[1:], taps, strict=True)]
    if any(unseen):
        lines.append(
            _("The stride does not divide the way: rows that no window reaches: {rows}, columns: {columns}.").format(
                rows=unseen[0], columns=unseen[1]
            )
        )
    if any(isinstance(layer, Pool) for layer in found.layers):
        rows, columns = (dropped_cells(side, window.size, window.geometry) for side in output.shape[1:])
        if rows or columns:
            lines.append(
                _("Pooling floors: of {size} it drops rows: {rows}, columns: {columns}.").format(
                    size=f"{output.shape[1]} × {output.shape[2]}", rows=rows, columns=columns
                )
            )
    else:
        lines.append(_("The map is smaller than a pooling window, so pooling is left out."))
    bias = found.tensors["conv.bias"].values
    turned = turned_output(picture, found.tensors["conv.weight"].values, bias, geometry)
    lines.append(
        _(
            "True convolution turns the kernel by 180° first; its first number here would be {turned} instead of"
            " {ours}."
        ).format(turned=number(float(turned.reshape(-1)[0]), 3), ours=number(float(output.reshape(-1)[0]), 3))
    )
    return lines
