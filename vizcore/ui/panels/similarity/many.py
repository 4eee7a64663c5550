"""Section: many photos, how alike each is to each, and which are most alike to one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from vizcore.figures.matrix import similarity_heatmap
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.results import FloatArray
from vizcore.similarity import similarity_matrix
from vizcore.similarity.directions import pair_extremes
from vizcore.ui import downloads
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.headings import model_heading
from vizcore.ui.panels.similarity import search
from vizcore.ui.panels.similarity.embedded import Embedded, embed_all
from vizcore.ui.panels.similarity.sources import choose_pictures
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard


def show(cards: Sequence[ModelCard], bar: Toolbar) -> None:
    """Gallery, matrices, ranking, and the record."""
    pictures, layer = choose_pictures(bar)
    found = embed_all(pictures, cards, layer) if pictures else []
    if found:
        search.show(found)
        _show_matrices(found)
        _show_record(found)


def _show_matrices(found: Sequence[Embedded]) -> None:
    st.header(_("Every picture with every other"), anchor=False)
    st.markdown(_("Light squares along the diagonal are groups of pictures that the model finds alike."))
    matrices = [similarity_matrix(each.vectors) for each in found]
    lowest = min(float(matrix.min()) for matrix in matrices)
    for column, each, matrix in zip(aligned_columns(len(found), "similarity.matrices"), found, matrices, strict=True):
        with column:
            model_heading(each.card)
            show_chart(
                similarity_heatmap(matrix, each.pictures.names, lowest=lowest, labels=each.pictures.gallery.labels),
                key=f"similarity.matrix.{each.card.key}",
                alt=_("Cosine of every pair of {n} pictures").format(n=len(matrix)),
            )
            _show_extremes(each, matrix)
    st.caption(_("The same colours mean the same cosine in all columns."))


def _show_extremes(each: Embedded, matrix: FloatArray) -> None:
    with derivation():
        latex(r"S = \hat V \hat V^\top, \quad \hat v_i = v_i / \lVert v_i \rVert")
        pairs = pair_extremes(matrix)
        for words, pair in (
            (_("Most alike: {first} and {second}, {cosine}"), pairs.most),
            (_("Least alike: {first} and {second}, {cosine}"), pairs.least),
        ):
            first, second = (each.pictures.names[end] for end in (pair.first, pair.second))
            st.text(words.format(first=first, second=second, cosine=number(pair.cosine, 4)))
        st.text(_("Mean of all {n} pairs: {mean}").format(n=number(pairs.count), mean=number(pairs.mean, 4)))


def _show_record(found: Sequence[Embedded]) -> None:
    st.header(_("Take it away"), anchor=False)
    with downloads.export():
        downloads.download_json(
            [each.result for each in found], key="similarity.many.json", label=_("Vectors with provenance (JSON)")
        )
        downloads.download_parquet(
            lambda: vector_columns(found), name="vectors", key="similarity.vectors", label=_("Vectors (Parquet)")
        )
        for each in found:
            downloads.download_csv(
                partial(matrix_rows, each),
                name=f"matrix-{each.card.key}",
                key=f"similarity.matrix.csv.{each.card.key}",
                label=_("Matrix of {model} (CSV)").format(model=each.card.title),
            )


def vector_columns(found: Sequence[Embedded]) -> dict[str, Any]:
    """One row for each model and picture."""
    return {
        "path": [path for each in found for path in each.pictures.gallery.paths],
        "class": [label for each in found for label in each.pictures.gallery.labels],
        "sha256": [photo.sha256 for each in found for photo in each.pictures.photos],
        "model": [each.card.key for each in found for _photo in each.pictures.photos],
        "weights_sha256": [each.result.provenance.weights_sha256 for each in found for _photo in each.pictures.photos],
        "layer": [each.result.layer for each in found for _photo in each.pictures.photos],
        "vector": [vector for each in found for vector in each.vectors],
    }


def matrix_rows(each: Embedded) -> list[dict[str, str | float]]:
    """One row and one column for each picture."""
    names = each.pictures.names
    return [
        {"picture": name, **dict(zip(names, map(float, row), strict=True))}
        for name, row in zip(names, similarity_matrix(each.vectors), strict=True)
    ]
