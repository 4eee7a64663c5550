"""Section: two photos, how alike they are to each model before and after its head, and which parts match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.vectors import cosine_shares, shares_span
from vizcore.i18n import _
from vizcore.i18n.numbers import decimal
from vizcore.i18n.pieces import named
from vizcore.photo import Photo
from vizcore.results import Embedding, Result
from vizcore.similarity.cosine import CosineWorking, cosine
from vizcore.ui import downloads
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.panels.similarity import patches
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

SAMPLES = ("motorcycle", "motorcycle-right", "cat", "coffee", "astronaut", "officer")
START = ("motorcycle", "motorcycle-right")

if TYPE_CHECKING:
    from vizcore.similarity.many import Embeddings


def show(chosen: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """Both photos' cosines, the parts that match, and the record."""
    if len(chosen) < 2:
        st.info(_("Add a second picture to compare the two."), icon=":material/info:")
        return
    photos = (chosen[0], chosen[1])
    vectors = _show_cosines(cards, photos)
    results: list[Result] = [each for pair in vectors for each in pair if each is not None]
    results += patches.show(cards, photos)
    _show_workings(cards, vectors)
    with downloads.export():
        if results:
            downloads.download_json(results, key="similarity.two.json", label=_("Results with provenance (JSON)"))


Pair = tuple["Embeddings | None", "Embeddings | None"]


def _show_cosines(cards: Sequence[ModelCard], photos: tuple[Photo, Photo]) -> list[Pair]:
    """One line of numbers a model; returns both photos' vectors before and after the head."""
    found: list[Pair] = []
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        with column:
            before = _vectors(card, photos, logits=False)
            after = _vectors(card, photos, logits=True) if card.task == "classify" else None
            values = [(_("before the head"), before), (_("after the head"), after)]
            words = " · ".join(f"{title} **{_cosine(each)}**" for title, each in values if each is not None)
            st.markdown(f"{coloured_title(card)}  \n{named(_('Cosine'), words)}")
            found.append((before, after))
    return found


def _cosine(vectors: Embeddings) -> str:
    return decimal(cosine(vectors.one(0), vectors.one(1)).cosine, 3)


def _show_workings(cards: Sequence[ModelCard], vectors: Sequence[Pair]) -> None:
    st.caption(
        _(
            "Before the head: what the photos look like to the model. After it: which classes it would give them. "
            "Compare the order of photos, not the numbers, between models: each has its own geometry."
        )
    )
    before_span, after_span = (
        _span([each for each in side if each is not None]) for side in zip(*vectors, strict=True)
    )
    columns = aligned_columns(len(cards), "similarity.workings")
    for column, card, (before, after) in zip(columns, cards, vectors, strict=True):
        with column:
            model_heading(card)
            _show_working_of(card, before, _("Before the head"), before_span)
            _show_working_of(card, after, _("After the head"), after_span)
            if card.task != "classify":
                st.caption(_("This model has no head: it was trained for features only."))


def _vectors(card: ModelCard, photos: tuple[Photo, Photo], *, logits: bool) -> Embeddings | None:
    from vizcore.similarity.many import ManySettings, embed_photos

    return answer(embed_photos, card, photos, ManySettings(layer="logits" if logits else "embedding"))


def _span(vectors: Sequence[Embeddings]) -> tuple[float, float]:
    """The ends of one axis for the shares of all models."""
    return shares_span([cosine(each.one(0), each.one(1)) for each in vectors])


def _show_working_of(card: ModelCard, vectors: Embeddings | None, title: str, span: tuple[float, float]) -> None:
    if vectors is None:
        return
    a, b = vectors.one(0), vectors.one(1)
    with derivation(title):
        _show_working(card, a, b, cosine(a, b), span)


def _show_working(card: ModelCard, a: Embedding, b: Embedding, found: CosineWorking, span: tuple[float, float]) -> None:
    latex(r"\cos(a, b) = \frac{a \cdot b}{\lVert a \rVert \, \lVert b \rVert}")
    first = ", ".join(f"{value:.2f}" for value in a.vector[:3])
    second = ", ".join(f"{value:.2f}" for value in b.vector[:3])
    latex(rf"a = ({first}, \dots) \quad b = ({second}, \dots) \in \mathbb{{R}}^{{{a.dimension}}}")
    latex(rf"= \frac{{{found.dot:.4f}}}{{{found.norm_a:.4f} \times {found.norm_b:.4f}}} = {found.cosine:.4f}")
    show_chart(
        cosine_shares(found, card.family, span=span, dark=dark_now()),
        key=f"similarity.shares.{card.key}.{a.layer}",
        alt=_("The dimensions that add most to the cosine"),
    )
    st.caption(
        _("The twelve dimensions that add or take most; all {count} add up to the cosine.").format(
            count=len(found.products)
        )
    )
