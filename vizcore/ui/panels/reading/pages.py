"""Section: many pages. One number for all of them, and what is confused with what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.metrics.text.error_rates import Aligned, confusions, corpus_rates
from vizcore.reading.documents.drawn import DocumentSettings
from vizcore.reading.documents.kinds import KINDS
from vizcore.ui import downloads
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.reading.inputs import drawn
from vizcore.ui.panels.reading.page_state import KEY, EngineReading, Source, choose_steps, compared, rate, visible_text
from vizcore.ui.tables import show_table

HELD = f"{KEY}.pages"
MOST_PAGES, MOST_CONFUSIONS = 40, 15
SET = [
    DocumentSettings(kind, language, seed=11, rotation=1.0, noise=35.0, jpeg=50, scale=0.75)
    for kind in KINDS
    for language in ("en", "fr")
]


@dataclass(frozen=True)
class Page:
    """One page that was read in this visit: its true text and what an engine made of it."""

    title: str
    engine: str
    truth: str
    text: str


def remember(source: Source, readings: Sequence[EngineReading]) -> None:
    """Keeps what was read, as long as the visit lasts; the same page is kept once, the newest of it."""
    if source.truth is None or source.photo is None:
        return
    held: dict[tuple[str, str], Page] = st.session_state.setdefault(HELD, {})
    for reading in readings:
        held.pop((source.photo.sha256, reading.name), None)
        held[source.photo.sha256, reading.name] = Page(source.title, reading.name, source.truth, reading.text)
    for key in list(held)[: max(0, len(held) - MOST_PAGES)]:
        del held[key]


def show() -> None:
    """The pages of this visit; a button reads a set of six."""
    held: dict[tuple[str, str], Page] = st.session_state.setdefault(HELD, {})
    steps = choose_steps()
    words = _("Read a set of six drawn documents with every engine (about half a minute)")
    if st.button(words, key=f"{KEY}.pages.read", icon=":material/play_arrow:"):
        _read_set()
    if not held:
        st.info(_("No page has been read in this visit yet."), icon=":material/info:")
        return
    for engine in dict.fromkeys(page.engine for page in held.values()):
        _show_engine(engine, [page for page in held.values() if page.engine == engine], steps)
    if st.button(_("Forget these pages"), key=f"{KEY}.pages.forget", icon=":material/delete:"):
        held.clear()
        st.rerun()


def _read_set() -> None:
    from vizcore.ui.panels.reading.engines import read_quietly

    bar = st.progress(0.0, _("Reading …"))
    for place, settings in enumerate(SET):
        document = drawn(settings)
        source = Source(document.photo, document.text, document.photo.name)
        remember(source, read_quietly(document.photo))
        bar.progress((place + 1) / len(SET), _("Reading …"))
    bar.empty()


def _show_engine(engine: str, pages: Sequence[Page], steps: tuple[str, ...]) -> None:
    st.subheader(engine, anchor=False)
    found = [compared(page.truth, page.text, steps) for page in pages]
    edits = [each.characters.edits for each in found]
    total = corpus_rates(edits)
    count = ngettext("{n} page", "{n} pages", len(pages)).format(n=number(len(pages), 0))
    show_metrics(
        [
            Cell("CER", rate(total.total), _("All edits over all characters: the usual number."), count),
            Cell(_("Mean of the pages"), rate(total.mean), _("A short bad page counts as much as a long good one.")),
        ],
        width=170,
    )
    with derivation(f"CER, {engine}"):
        terms = [f"{each.total}" for each in edits], [f"{each.reference_length}" for each in edits]
        latex(rf"\frac{{{' + '.join(terms[0])}}}{{{' + '.join(terms[1])}}} = {_plain(total.total)}")
        counted = [each for each in edits if each.reference_length]
        parts = " + ".join(rf"\frac{{{each.total}}}{{{each.reference_length}}}" for each in counted)
        if counted:
            latex(rf"\frac{{1}}{{{len(counted)}}}\left({parts}\right) = {_plain(total.mean)}")
        if total.undefined:
            st.markdown(
                ngettext(
                    "{n} page has no character left to compare with: it has no rate of its own.",
                    "{n} pages have no character left to compare with: they have no rates of their own.",
                    total.undefined,
                ).format(n=number(total.undefined, 0))
            )
    _show_confusions([each.characters for each in found], engine)


def _plain(value: float | None) -> str:
    return r"\text{–}" if value is None else f"{value:.4f}"


def _show_confusions(pages: Sequence[Aligned], engine: str) -> None:
    counted: Counter[tuple[str, str]] = Counter()
    for page in pages:
        counted += confusions(page)
    if not counted:
        st.markdown(_("Not a single difference."))
        return
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    show_table(
        [
            {_("Stands there"): visible_text(wanted), _("Was read"): visible_text(got), _("Times"): str(times)}
            for (wanted, got), times in ordered[:MOST_CONFUSIONS]
        ]
    )
    if len(ordered) > MOST_CONFUSIONS:
        left = len(ordered) - MOST_CONFUSIONS
        words = ngettext("{n} rarer confusion is in the file.", "{n} rarer confusions are in the file.", left)
        st.caption(words.format(n=number(left, 0)))
    downloads.download_csv(
        [{"reference": wanted, "reading": got, "count": times} for (wanted, got), times in ordered],
        name="confusions", key=f"{KEY}.confusions.{engine}", label=_("Confusions (CSV)"),
    )  # fmt: skip
