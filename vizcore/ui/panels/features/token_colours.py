"""Which places of a photo are alike to each model? Their first three principal components as colours, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.token_colours import painted_patches
from vizcore.i18n import _, ngettext
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import downloads, url_state
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.photo_names import photo_name
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.token_colours import TokenColours


def show(photos: Sequence[Photo], cards: Sequence[ModelCard], stages: Mapping[str, str]) -> None:
    """Each model's column: every photo painted with one scale of colours. stages: by the card's key."""
    from vizcore.features.token_colours import TokenColours, TokenColourSettings, token_colours

    st.header(_("Which places are alike?"), anchor=False)
    words = _(
        "Each patch or cell is a vector of all channels. The three directions in which these vectors differ most "
        "become red, green and blue: **places of the same colour are alike to the model**."
    )
    st.markdown(words + (" " + _("The colours are the same in both photos.") if len(photos) > 1 else ""))
    tuning, clipping = st.columns(2, vertical_alignment="bottom")
    opacity = tuning.slider(_("Opacity of the colours"), 0.0, 1.0, 0.85, 0.05, **url_state.bound("features.colours"))
    clip = clipping.toggle(
        _("Colours without extremes (2nd to 98th percentile)"),
        **url_state.bound("features.clip"),
        help=_("Where a few places differ far more than all others, they take the whole range of colours."),
    )
    found = []
    with zoomed_together("features.tokens." + ".".join(photo.sha256[:12] for photo in photos)):
        columns = aligned_columns(len(cards), "features.tokens")
    for column, card in zip(columns, cards, strict=True):
        with column:
            model_heading(card)
            colours = answer(token_colours, card, tuple(photos), TokenColourSettings(stages[card.key], clip))
            if isinstance(colours, TokenColours):
                found.append(colours)
                _show_colours(photos, card, colours, opacity)
    if found:
        downloads.show_exports("features.colours", found)


def _show_colours(photos: Sequence[Photo], card: ModelCard, found: TokenColours, opacity: float) -> None:
    for photo, colours, grid in zip(photos, found.colours, found.grids, strict=True):
        words = {"name": visible(photo_name(photo)), "model": visible(card.title)}
        painted = painted_patches(photo, colours, grid.region_xyxy, strength=opacity)
        st.image(
            encode_jpeg(painted, quality=92),
            width="stretch",
            alt=_("Patches of {name} in the colours of {model}").format(**words),
        )
    rows, columns = found.grids[0].shape_hw
    st.caption(
        _("{stage}, {rows} x {columns} places. The three colours hold {share} of all differences.").format(
            stage=escaped(found.stage), rows=rows, columns=columns, share=percent(float(found.shares.sum()), 0)
        )
    )
    if card.facts.get("layout") == "tokens":
        _say_outliers(found)
    with derivation():
        latex(r"t_i - \bar t = \sum_k p_{ik} \, u_k \qquad \text{rgb}_i = (p_{i1}, p_{i2}, p_{i3})")
        shares = " + ".join(f"{share:.3f}" for share in found.shares)
        latex(rf"\frac{{\lambda_1 + \lambda_2 + \lambda_3}}{{\sum_k \lambda_k}} = {shares} = {found.shares.sum():.3f}")
        st.caption(
            _("{count}, centred; a component has no sign of its own, so which end is bright is chance.").format(
                count=counted("vector", sum(grid.count for grid in found.grids))
            )
        )


def _say_outliers(found: TokenColours) -> None:
    """How many patches have far longer vectors than the others: what a ViT's registers are for."""
    from vizcore.features.outlier_tokens import TIMES_MEDIAN, outlier_tokens

    tokens = outlier_tokens(found.norms)
    if math.isnan(tokens.largest):
        return  # most vectors are zero, and there is no median to measure by
    longest = number(tokens.largest, 1)
    if tokens.count:
        words = ngettext(
            "**{n} outlier token** of {total}: its norm is over {times} times the median (the longest: {longest}"
            " times). It can take the whole range of colours; the switch above leaves extremes out.",
            "**{n} outlier tokens** of {total}: their norms are over {times} times the median (the longest: {longest}"
            " times). They can take the whole range of colours; the switch above leaves extremes out.",
            tokens.count,
        )
    else:
        words = _(
            "No outlier token: the longest of {total} norms is {longest} times the median (an outlier: over {times})."
        )
    st.caption(
        words.format(
            n=number(tokens.count, 0), total=number(tokens.total, 0), times=number(TIMES_MEDIAN, 0), longest=longest
        )
    )
