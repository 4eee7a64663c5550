"""Section: how well each model finds pictures of the same class, with the working of one query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from vizcore.figures.retrieval import class_bars, class_means, recall_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.results import FloatArray
from vizcore.similarity import RetrievalScores, evaluate_retrieval
from vizcore.similarity.records import RetrievalRecord, hit_places, of_operation
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.similarity.embedded import Embedded, embed_all
from vizcore.ui.panels.similarity.sources import choose_pictures
from vizcore.ui.small_picture import show_small
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.state import square_jpeg
from vizcore.zoo.cards import ModelCard

RECALLS = (1, 5, 10)
HARDEST = 6
THUMBNAIL = 84
MOST_TERMS = 6


@dataclass(frozen=True)
class Judged:
    """One model's vectors and how well they find classes."""

    each: Embedded
    scores: RetrievalScores

    @property
    def card(self) -> ModelCard:
        return self.each.card


def show(cards: Sequence[ModelCard], bar: Toolbar) -> None:
    """Gallery, the numbers of each model with their working, curves, classes, hardest queries, and the record."""
    pictures, layer = choose_pictures(bar)
    found = embed_all(pictures, cards, layer) if pictures else []
    if not found:
        return
    if not found[0].pictures.classes:
        st.info(
            _(
                "These pictures have no classes, so nobody can say which answers are right. A zip or a folder whose "
                "folders are the classes has them (*Upload a zip or a folder*), and so has the built-in gallery."
            ),
            icon=":material/info:",
        )
        return
    with errors_shown():
        labels = found[0].pictures.gallery.labels
        judged = [Judged(each, _scores(each.key, labels, _vectors=each.vectors)) for each in found]
        _show_numbers(judged)
        _show_figures(judged)
        _show_details(judged)
        _show_record(judged)


@st.cache_data(max_entries=16, show_spinner=False, scope="session")
def _scores(key: tuple[str, ...], labels: tuple[str, ...], _vectors: FloatArray) -> RetrievalScores:
    return evaluate_retrieval(_vectors, labels)


def _show_numbers(judged: Sequence[Judged]) -> None:
    words = _("Each of {n} pictures asks in turn, all others answer; right answers lie in the same folder.").format(
        n=number(len(judged[0].scores.queries))
    )
    if judged[0].each.pictures.source == "built-in":
        words += " " + _("An easy test: a folder holds one photo whole, closer and mirrored.")
    st.markdown(words)
    if judged[0].scores.without_match:
        st.caption(
            _("Pictures that cannot ask, because they are alone in their class or have none: {n}.").format(
                n=judged[0].scores.without_match
            )
        )
    for column, each in zip(st.columns(len(judged)), judged, strict=True):
        with column:
            values = {
                "Recall@1": each.scores.recall_at(1),
                "mAP": each.scores.mean_average_precision,
                "mAP@R": each.scores.mean_average_precision_at_r,
            }
            st.markdown(
                f"{coloured_title(each.card)}  \n"
                + " · ".join(f"{name} **{percent(value)}**" for name, value in values.items())
            )


def _show_details(judged: Sequence[Judged]) -> None:
    for column, each in zip(st.columns(len(judged)), judged, strict=True):
        with column:
            model_heading(each.card)
            _show_working(each)
            _show_hardest(each)


def _show_working(judged: Judged) -> None:
    scores = judged.scores
    with derivation():
        count, hit, queries = len(scores.queries), _("first hit"), _("queries")
        for k in RECALLS:
            hits = int((scores.first_hits <= k).sum())
            latex(
                rf"\text{{Recall@}}{k} = \frac{{\text{{{hit}}} \le {k}}}{{\text{{{queries}}}}}"
                rf" = \frac{{{hits}}}{{{count}}} = {hits / count:.4f}"
            )
        hardest = int(scores.average_precisions.argmin())
        st.markdown(
            _("The hardest query: {name}").format(
                name=escaped(judged.each.pictures.gallery.paths[int(scores.queries[hardest])])
            )
        )
        places = hit_places(judged.each.vectors, judged.each.pictures.gallery.labels, int(scores.queries[hardest]))
        latex(ap_formula(places, float(scores.average_precisions[hardest])))
        latex(ap_at_r_formula(places, float(scores.at_r[hardest])))
        latex(rf"\text{{mAP}} = \frac{{1}}{{{count}}} \sum_q \text{{AP}}_q = {scores.mean_average_precision:.4f}")


def ap_formula(places: np.ndarray, value: float) -> str:
    """AP = (1/2 + 2/5 + ...) / 3 for right answers at the places 2, 5, ..."""
    terms = [rf"\frac{{{hit}}}{{{place}}}" for hit, place in enumerate(places.tolist(), start=1)]
    shown = " + ".join(terms[:MOST_TERMS]) + (r" + \cdots" if len(terms) > MOST_TERMS else "")
    return rf"\text{{AP}} = \frac{{1}}{{{len(terms)}}} \left( {shown} \right) = {value:.4f}"


def ap_at_r_formula(places: np.ndarray, value: float) -> str:
    """The same for the first R places only, R = right answers that there are."""
    count = len(places)
    terms = [rf"\frac{{{hit}}}{{{place}}}" for hit, place in enumerate(places.tolist(), start=1) if place <= count]
    shown = " + ".join(terms[:MOST_TERMS]) + (r" + \cdots" if len(terms) > MOST_TERMS else "")
    return rf"\text{{AP@R}} = \frac{{1}}{{{count}}} \left( {shown or '0'} \right) = {value:.4f} \quad (R = {count})"


def _show_hardest(judged: Judged) -> None:
    scores, pictures = judged.scores, judged.each.pictures
    words = _("Hardest queries")
    st.markdown(f"**{words}**")
    with st.container(horizontal=True, gap="small"):
        for place in np.argsort(scores.average_precisions, kind="stable")[:HARDEST]:
            picture = int(scores.queries[place])
            with st.container(width=THUMBNAIL, gap="xsmall"):
                path = pictures.gallery.paths[picture]
                show_small(square_jpeg(pictures.photos[picture], 2 * THUMBNAIL), width=THUMBNAIL, alt=visible(path))
                st.caption(f"AP {percent(float(scores.average_precisions[place]), 0)}")


def _show_figures(judged: Sequence[Judged]) -> None:
    found = [(each.card, each.scores) for each in judged]
    labels = judged[0].each.pictures.gallery.labels
    left, right = st.columns(2)
    with left:
        words = _("Recall@K against the number K of answers looked at")
        show_chart(recall_curves(found), key="similarity.recall", alt=words)
        st.caption(words)
    with right:
        words = _("Mean average precision of each class")
        show_chart(class_bars(found, labels), key="similarity.classes", alt=words)
        st.caption(words)


def _show_record(judged: Sequence[Judged]) -> None:
    st.header(_("Take it away"), anchor=False)
    with downloads.export():
        downloads.download_json(
            [record_of(each) for each in judged], key="similarity.quality.json", label=_("Scores (JSON)")
        )
        downloads.download_csv(
            lambda: [row for each in judged for row in query_rows(each)],
            name="queries",
            key="similarity.queries",
            label=_("Every query (CSV)"),
        )
        rows: list[dict[str, downloads.Cell]] = [
            {"model": each.card.key, "class": name, "mean_average_precision": value}
            for each in judged
            for name, value in class_means(each.scores, each.each.pictures.gallery.labels).items()
        ]
        downloads.download_csv(rows, name="classes", key="similarity.classes.csv", label=_("Classes (CSV)"))


def record_of(judged: Judged) -> RetrievalRecord:
    """The scores with the provenance of their vectors."""
    scores, paths = judged.scores, judged.each.pictures.gallery.paths
    return RetrievalRecord(
        of_operation(judged.each.result.provenance, "evaluate_retrieval"),
        {str(k): scores.recall_at(k) for k in RECALLS},
        scores.mean_average_precision,
        scores.mean_average_precision_at_r,
        tuple(paths[int(query)] for query in scores.queries),
        scores.average_precisions,
        scores.at_r,
        scores.first_hits,
        scores.without_match,
    )


def query_rows(judged: Judged) -> list[dict[str, str | float]]:
    """One row for each query."""
    record = record_of(judged)
    columns = zip(record.paths, record.average_precisions, record.at_r, record.first_hits, strict=True)
    return [
        {"model": judged.card.key, "path": path, "ap": float(ap), "ap_at_r": float(at_r), "first_hit": int(first)}
        for path, ap, at_r, first in columns
    ]
