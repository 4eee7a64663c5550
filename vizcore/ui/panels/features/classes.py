"""Side by side: where each model finds its evidence, and which five classes it sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import short_label, top_bars
from vizcore.figures.overlay import overlay_heatmap
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Heatmap
from vizcore.ui.charts import show_chart
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.overview import Overview


def show(looked: Overviews, *, strength: float) -> None:
    """One row of columns for each photo; the same picture at the same scale in every column."""
    for photo in looked.photos:
        if len(looked.photos) > 1:
            st.markdown(f"**{escaped(photo.name)}**")
        answers = looked.of_photo(photo)
        for column, (card, found) in zip(st.columns(len(looked.cards)), answers, strict=False):
            with column:
                model_heading(card)
                _show_evidence(photo, found.evidence, strength)
                _show_classes(photo, card, found)


def show_verdicts(looked: Overviews) -> None:
    """What the models say about each photo, one line a photo."""
    lines = {photo.name: verdict(looked.of_photo(photo)) for photo in looked.photos}
    named = len(lines) > 1
    st.markdown("  \n".join(f"{escaped(name)}: {line}" if named else line for name, line in lines.items()))


def verdict(answers: list[tuple[ModelCard, Overview]]) -> str:
    """The difference between the models in one sentence of Markdown."""
    firsts = [(card, found.classification.top(1)[0]) for card, found in answers if found.classification]
    if not firsts:
        return ""
    if len(firsts) > 1 and len({label for _card, (_index, label, _p) in firsts}) == 1:
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
    st.image(picture, width="stretch", alt=_("Evidence map over the photo {name}").format(name=visible(photo.name)))
    st.caption(
        _evidence_caption(evidence).format(rows=rows, columns=columns, label=escaped(short_label(evidence.target)))
    )


def _evidence_caption(evidence: Heatmap) -> str:
    if evidence.method == "attention-rollout":
        return _("Attention rollout, {rows} x {columns} tokens: where [CLS] draws from, whatever the class.")
    return _("Grad-CAM, {rows} x {columns} cells: where the evidence for **{label}** lies.")


def _show_classes(photo: Photo, card: ModelCard, found: Overview) -> None:
    if found.classification is None:
        st.caption(_("This model has no classes: it was trained for features only."))
        return
    figure = top_bars(found.classification, card.family, dark=dark_now())
    best = ", ".join(f"{short_label(label)} {percent(p, 0)}" for _i, label, p in found.classification.top(5))
    show_chart(
        figure,
        key=f"features.bars.{card.key}.{photo.sha256}",
        alt=_("Best five classes: {classes}").format(classes=best),
    )
