"""Speed of search: what an approximate index gains, and which neighbours it misses, on this gallery's vectors."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.errors import LibraryMissing
from vizcore.figures.retrieval import recall_against_time
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.i18n.pieces import named
from vizcore.results import FloatArray
from vizcore.similarity.approximate import QUERIES, TOP, SearchPoint, fastest_index, multiplied, search_points
from vizcore.ui import choices, downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.error_panel import show_error
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.similarity.embedded import embed_all
from vizcore.ui.panels.similarity.sources import choose_pictures
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import Toolbar
from vizcore.zoo.cards import ModelCard

TITLES = {"exact": N_("exact"), "ivf": N_("cells (IVF)"), "hnsw": N_("graph (HNSW)")}
SETTINGS = {"exact": N_("vectors looked at"), "ivf": N_("cells looked into"), "hnsw": N_("length of the list")}
COUNTS = ("2000", "5000", "20000")


def show(cards: Sequence[ModelCard], bar: Toolbar) -> None:
    """The first model's vectors, multiplied; recall against time, the table, and what an index costs."""
    pictures, layer = choose_pictures(bar)
    with bar.settings(_("Number of vectors"), name="search"):
        texts = {each: number(int(each), 0) for each in COUNTS}
        count = int(choices.choose_one(_("Vectors"), texts, key="similarity.count", default="5000"))
    found = embed_all(pictures, cards[:1], layer) if pictures else []
    if not found or len(found[0].vectors) < 2:
        return
    points, missing = _points(found[0].key, count, _vectors=found[0].vectors)
    if missing:
        show_error(LibraryMissing(library="faiss-cpu", model="IVF, HNSW"))
    _show(points, count, cards[0])


@st.cache_data(max_entries=8, show_spinner=False, scope="session")
def _points(key: tuple[str, ...], count: int, _vectors: FloatArray) -> tuple[list[SearchPoint], bool]:
    many = multiplied(_vectors, count)
    try:
        return search_points(many, ("exact", "ivf", "hnsw")), False
    except LibraryMissing:
        return search_points(many, ("exact",)), True


def _show(points: Sequence[SearchPoint], count: int, card: ModelCard) -> None:
    exact = next(each for each in points if each.method == "exact")
    _say_best(points, exact, count, card)
    show_chart(
        recall_against_time(
            {
                _(TITLES[name]): [(each.query_us, each.recall) for each in points if each.method == name]
                for name in TITLES
            },
            axis=_("Microseconds for one query"),
            value=_("Recall@{k} against exact search").format(k=TOP),
        ),
        key="similarity.approximate",
        alt=_("Recall against time of each index"),
    )
    show_table([_row(each, exact) for each in points])
    st.caption(
        _(
            "{queries} queries at once, one thread, the best of five rounds; the gallery's vectors and noisy copies "
            "of them, as far apart as they are. An index has to be built, kept and brought up to date: with a few "
            "thousand vectors exact search is fast enough and misses nothing."
        ).format(queries=QUERIES)
    )
    table: list[dict[str, downloads.Cell]] = [
        {"method": each.method, "setting": each.setting, "recall": each.recall, "query_us": each.query_us,
         "build_ms": each.build_ms}
        for each in points
    ]  # fmt: skip
    downloads.download_csv(table, name="search", key="similarity.search.csv", label=_("Points (CSV)"))


def _say_best(points: Sequence[SearchPoint], exact: SearchPoint, count: int, card: ModelCard) -> None:
    best = fastest_index(points)
    if best is None:
        return
    st.markdown(
        _(
            "{model}, vectors: {count}. **{method}** finds {recall} of the true {top} neighbours in {ratio} of the "
            "time of exact search."
        ).format(
            model=coloured_title(card),
            count=number(count, 0),
            method=_(TITLES[best.method]),
            recall=percent(best.recall, 0),
            top=TOP,
            ratio=percent(best.query_us / exact.query_us, 0),
        )
    )


def _row(each: SearchPoint, exact: SearchPoint) -> dict[str, str]:
    return {
        _("Index"): _(TITLES[each.method]),
        _("Setting"): named(_(SETTINGS[each.method]), number(each.setting, 0)),
        _("Recall"): percent(each.recall, 1),
        _("One query"): _("{n} µs").format(n=number(each.query_us, 1)),
        _("Against exact"): f"{number(each.query_us / exact.query_us, 2)} ×",
        _("Built in"): _("{n} ms").format(n=number(each.build_ms, 0)),
    }
