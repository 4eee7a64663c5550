"""Side by side: where each model finds its evidence, and which five classes it sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import compared_bars, compared_rows, short_label
from vizcore.figures.overlay import overlay_heatmap
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.i18n.pieces import named
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Classification, Heatmap
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.features import shared_classes
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.ui.photo_names import photo_name
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.features.common_classes import Restricted
    from vizcore.features.overview import Overview
    from vizcore.ui.panels.features.shared_classes import Shared


def show(looked: Overviews, *, strength: float) -> None:
    """One row of columns for each photo; the same picture at the same scale in every column.

    Where the models know different classes, the bars stand for those that all of them know. Models with the same
    classes have the same rows of bars.
    """
    pictures, below = st.container(), st.container()
    with below:
        shared = shared_classes.shared_by(looked)
        if shared is not None:
            shared_classes.show_rule(looked, shared)
    with pictures:
        for photo in looked.photos:
            if len(looked.photos) > 1:
                st.markdown(f"**{escaped(photo_name(photo))}**")
            answers = looked.of_photo(photo)
            bars = _bars(answers, shared)
            with zoomed_together(f"features.glance.{photo.sha256}"):
                columns = aligned_columns(len(looked.cards), f"features.glance.{photo.sha256}")
            for column, (card, found) in zip(columns, answers, strict=False):
                with column:
                    model_heading(card)
                    _show_evidence(photo, found.evidence, strength)
                    _show_classes(photo, card, found, bars.get(card.key))
            if len(bars) > 1 and len({tuple(label for label, _p in each.rows) for each in bars.values()}) == 1:
                st.caption(_("Every column has the same classes in the same order, that of their mean."))


def show_verdicts(looked: Overviews) -> None:
    """What the models say about each photo, one line a photo."""
    lines = [(photo_name(photo), verdict(looked.of_photo(photo))) for photo in looked.photos]
    several = len(lines) > 1
    st.markdown("  \n".join(named(escaped(name), line) if several else line for name, line in lines))


def verdict(answers: list[tuple[ModelCard, Overview]]) -> str:
    """The difference between the models in one sentence of Markdown."""
    firsts = [(card, found.classification.top(1)[0]) for card, found in answers if found.classification]
    if not firsts:
        return ""
    if len(firsts) > 1 and len({short_label(label) for _card, (_index, label, _p) in firsts}) == 1:
        label = escaped(short_label(firsts[0][1][1]))
        return _("All models agree: **{label}**.").format(label=label)
    said = [
        _("{model} says **{label}** ({percent})").format(
            model=escaped(card.title), label=escaped(short_label(label)), percent=percent(probability, 0)
        )
        for card, (_index, label, probability) in firsts
    ]
    return ", ".join(said) + "."


def _show_evidence(photo: Photo, evidence: Heatmap | None, strength: float) -> None:
    if evidence is None:
        st.info(_("This model has neither classes nor global attention, so there is no map to draw."))
        return
    picture = encode_jpeg(overlay_heatmap(photo, evidence, strength=strength))
    rows, columns = evidence.grid.shape
    st.image(
        picture, width="stretch", alt=_("Evidence map over the photo {name}").format(name=visible(photo_name(photo)))
    )
    st.caption(
        _evidence_caption(evidence).format(rows=rows, columns=columns, label=escaped(short_label(evidence.target)))
    )


def _evidence_caption(evidence: Heatmap) -> str:
    if evidence.method == "attention-rollout":
        return _("Attention rollout, {rows} x {columns} tokens: where [CLS] draws from, whatever the class.")
    if evidence.method == "occlusion":
        return _("Occlusion, {rows} x {columns} cells: what **{label}** loses where the photo is hidden.")
    return _("Grad-CAM, {rows} x {columns} cells: where the evidence for **{label}** lies.")


@dataclass(frozen=True)
class Bars:
    """What stands in one column: the answer over the classes that are compared, its rows and their figure.

    shown: the model's own answer, or its part that lies on the classes that all know.
    """

    shown: Classification | Restricted
    rows: list[tuple[str, float]]
    figure: go.Figure


def _bars(answers: list[tuple[ModelCard, Overview]], shared: Shared | None) -> dict[str, Bars]:
    """By the card's key, for the models that have classes."""
    known = [(card, found.classification) for card, found in answers if found.classification is not None]
    shown = [answer if shared is None else shared.restricted(card, answer) for card, answer in known]
    rows = compared_rows(shown)
    figures = compared_bars(rows, [card.family for card, _answer in known], dark=dark_now())
    return {card.key: Bars(*each) for (card, _answer), *each in zip(known, shown, rows, figures, strict=True)}


def _show_classes(photo: Photo, card: ModelCard, found: Overview, bars: Bars | None) -> None:
    if found.classification is None or bars is None:
        st.caption(_("This model has no classes: it was trained for features only."))
        return
    shown = ", ".join(f"{short_label(label)} {percent(probability, 0)}" for label, probability in bars.rows)
    show_chart(
        bars.figure,
        key=f"features.bars.{card.key}.{photo.sha256}",
        alt=_("Probability of each class: {classes}").format(classes=shown),
    )
    with st.container(gap="small"):
        if not isinstance(bars.shown, Classification):
            shared_classes.say_left_out(bars.shown)
        shared_classes.say_cat_or_dog(found.classification)
