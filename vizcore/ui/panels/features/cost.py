"""Cost: what a picture's size costs a ViT, a Swin and a modern CNN, with the visitor's own numbers."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.cost import LINKS, MACS, cost_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui import downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.features import decision
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    from vizcore.features.cost import AttentionCost

PATCHES = (4, 8, 14, 16, 32)
WINDOWS = (4, 7, 8, 12, 16)
SMALLEST, LARGEST, STEP, FIRST = 32, 4096, 32, 1024
SIDES = (128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096)
CHANNELS = 768  # of ViT-Base: the curves of work compare blocks of this width
NAMES = {"vit": "ViT", "swin": "Swin", "cnn": "ConvNeXt"}


@dataclass(frozen=True)
class Sizes:
    """The visitor's numbers: height and width of the picture, side of a patch, side of a window in tokens."""

    height: int
    width: int
    patch: int
    window: int


def show() -> None:
    """Sliders, the three numbers with their working, two plots, and the table of decisions. No model is asked."""
    from vizcore.features.cost import global_attention, tokens, window_attention

    sizes = choose_sizes()
    count = tokens(sizes.height, sizes.width, sizes.patch)
    everywhere = global_attention(count, CHANNELS)
    windowed = window_attention(count, CHANNELS, sizes.window)
    _show_numbers(everywhere, windowed)
    _show_plots(sizes)
    _show_working(sizes, everywhere, windowed)
    decision.show()


def choose_sizes() -> Sizes:
    """Four sliders, all in the address."""
    first, second, third, fourth = st.columns(4)
    with first:
        height = st.slider(_("Height H (px)"), SMALLEST, LARGEST, FIRST, STEP, **url_state.bound("features.H"))
    with second:
        width = st.slider(_("Width W (px)"), SMALLEST, LARGEST, FIRST, STEP, **url_state.bound("features.W"))
    with third:
        patch = st.select_slider(_("Patch P (px)"), PATCHES, value=16, **url_state.bound("features.P"))
    with fourth:
        window = st.select_slider(_("Window M (tokens)"), WINDOWS, value=8, **url_state.bound("features.M"))
    return Sizes(int(height), int(width), int(patch), int(window))


def millions(count: float) -> str:
    """16777216 -> "16.8 M", 4096 -> "4,096"."""
    if count >= 1e9:
        return _("{n} billion").format(n=number(count / 1e9, 2))
    return _("{n} M").format(n=number(count / 1e6, 1)) if count >= 1e6 else number(count, 0)


def _show_numbers(everywhere: AttentionCost, windowed: AttentionCost) -> None:
    places = st.columns(4)
    places[0].metric(_("Tokens N"), number(everywhere.tokens, 0))
    places[1].metric(_("ViT: numbers per head"), millions(everywhere.links))
    places[2].metric(_("Swin: numbers per head"), millions(windowed.links))
    places[3].metric(_("ViT to Swin"), f"{number(everywhere.links / windowed.links, 1)} : 1")


def _show_working(sizes: Sizes, everywhere: AttentionCost, windowed: AttentionCost) -> None:
    high, wide, count = sizes.height // sizes.patch, sizes.width // sizes.patch, everywhere.tokens
    with derivation():
        latex(
            r"N = \Big\lfloor\frac{H}{P}\Big\rfloor \Big\lfloor\frac{W}{P}\Big\rfloor"
            rf" = \Big\lfloor\frac{{{sizes.height}}}{{{sizes.patch}}}\Big\rfloor"
            rf" \Big\lfloor\frac{{{sizes.width}}}{{{sizes.patch}}}\Big\rfloor = {high} \times {wide} = {count}"
        )
        latex(rf"\text{{ViT}}: N^2 = {count}^2 = {everywhere.links} \approx {everywhere.links / 1e6:.1f}\,\text{{M}}")
        latex(rf"\text{{Swin}}: N \cdot \min(M^2, N) = {count} \times {windowed.links // count} = {windowed.links}")
        latex(rf"\text{{float32}}: 4 N^2 = {everywhere.megabytes:.1f}\,\text{{MB}}")
        st.markdown(
            _(
                "[CLS] is left out. Every layer has such a matrix for every head; with the work of queries, keys and "
                "values one layer of width C = {channels} costs"
            ).format(channels=CHANNELS)
        )
        latex(
            rf"4 N C^2 + 2 N^2 C = 4 \cdot {count} \cdot {CHANNELS}^2 + 2 \cdot {count}^2 \cdot {CHANNELS}"
            rf" = {everywhere.macs / 1e9:.2f}\,\text{{GMAC}}"
        )


def _show_plots(sizes: Sizes) -> None:
    from vizcore.features.cost import cost_table

    rows = cost_table(tuple(side for side in SIDES if side >= sizes.patch), sizes.patch, CHANNELS, sizes.window)
    now, side = sqrt(sizes.height * sizes.width), _("side of a square picture (px)")
    plots = {
        "links": (LINKS, _("Attention: numbers per head"), _("numbers")),
        "macs": (MACS, _("Work of one block of width {channels}").format(channels=CHANNELS), _("multiply-adds")),
    }
    for column, (key, (lines, title, unit)) in zip(st.columns(2), plots.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            figure = cost_curves(rows, lines, NAMES, now=now, axes=(side, unit), dark=dark_now())
            show_chart(figure, key=f"features.cost.{key}", alt=title)
    st.caption(
        _(
            "All three blocks on the same grid of patches and with the same width, both axes logarithmic; the dotted "
            "line is your picture. When the side doubles, ViT's numbers grow 16 times and Swin's 4 times, as many as "
            "there are more pixels."
        )
    )
    with downloads.export():
        table = [{name: getattr(row, name) for name in row.__dataclass_fields__} for row in rows]
        downloads.download_csv(table, name="cost", key="features.cost.csv")
