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
from vizcore.ui.panels.features import shared_classes
from vizcore.ui.panels.features.overviews import Overviews
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.overview import Overview
    from vizcore.ui.panels.features.shared_classes import Shared


def show(looked: Overviews, *, strength: float) -> None:
    """One row of columns for each photo; the same picture at the same scale in every column.

    Where the models know different classes, the bars stand for those that all of them know.
    """
    pictures, below = st.container(), st.container()
    with below:
        shared = shared_classes.shared_by(looked)
        if shared is not None:
            shared_classes.show_rule(looked, shared)
    with pictures:
        for photo in looked.photos:
            if len(looked.photos) > 1:
                st.markdown(f"**{escaped(photo.name)}**")
            answers = looked.of_photo(photo)
            for column, (card, found) in zip(st.columns(len(looked.cards)), answers, strict=False):
                with column:
                    model_heading(card)
                    _show_evidence(photo, found.evidence, strength)
                    _show_classes(photo, card, found, shared)


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
    st.image(picture, width="stretch", alt=_("Evidence map over the photo {name}").format(name=visible(photo.name)))
    st.caption(
        _evidence_caption(evidence).format(rows=rows, columns=columns, label=escaped(short_label(evidence.target)))
    )


def _evidence_caption(evidence: Heatmap) -> str:
    if evidence.method == "attention-rollout":
        return _("Attention rollout, {rows} x {columns} tokens: where [CLS] draws from, whatever the class.")
    return _("Grad-CAM, {rows} x {columns} cells: where the evidence for **{label}** lies.")


def _show_classes(photo: Photo, card: ModelCard, found: Overview, shared: Shared | None) -> None:
    answer = found.classification
    if answer is None:
        st.caption(_("This model has no classes: it was trained for features only."))
        return
    mine = None if shared is None else shared.restricted(card, answer)
    shown = answer if mine is None else mine
    best = ", ".join(f"{short_label(label)} {percent(p, 0)}" for _i, label, p in shown.top(5))
    show_chart(
        top_bars(shown, card.family, dark=dark_now()),
        key=f"features.bars.{card.key}.{photo.sha256}",
        alt=_("Best five classes: {classes}").format(classes=best),
    )
    if mine is not None:
        shared_classes.say_left_out(mine)
    shared_classes.say_cat_or_dog(answer)
