"""Section: who takes which digit for which, and which digits are hard for everybody?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from functools import lru_cache
from itertools import chain, count

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.figures.confusion import confusion_cells
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import decimal, number, percent
from vizcore.learning.contest.digits import CLASSES, LabelledDigits
from vizcore.learning.contest.recorded import recording
from vizcore.learning.contest.results import ClassifierRun, hardest, wrong_counts
from vizcore.pictures import encode_png
from vizcore.ui import choices
from vizcore.ui.charts import show_chart
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.detection_metrics.threshold import clicked_point
from vizcore.ui.panels.mnist.runs import interval_words, named, own_runs, tested_digits
from vizcore.ui.toolbar import Toolbar

HARDEST = 24
LEARNED = 0.5  # accuracy; who only guesses finds every digit hard
FRAME = 2  # pixels around each digit
ENLARGED = 2  # of the 28 x 28 pixels
SHOWN_PX = 64
SEPARATOR = "."


def show(bar: Toolbar) -> None:
    """The confusion matrix of one run, the digits of a clicked cell, the hardest ones; then the hardest for all."""
    runs = _offered()
    texts = _texts(runs)
    with bar.row, st.container(width=380):
        chosen = choices.choose_from(_("Run"), texts, key="mnist.mistakes", default=next(iter(texts)))
    run = runs[chosen]
    test = tested_digits(run)
    if test is None:
        st.info(_("The digits of this run are not here any more: please upload them again."))
        return
    left, right = st.columns([1, 1], gap="medium")
    with left:
        cell = _show_matrix(run, chosen)
    with right:
        _show_numbers(run)
        _show_cell(run, test, cell)
    _show_hardest_for_all(test, run.source)


def _offered() -> dict[str, ClassifierRun]:
    """Recorded and own classifiers, by keys that fit an address."""
    found: dict[str, ClassifierRun] = {}
    for origin, runs in (("recorded", recording().runs), ("own", own_runs())):
        for run in runs:
            if isinstance(run, ClassifierRun) and len(run.labels):
                pieces = [origin, run.contestant, run.regime, f"{run.budget:g}".replace(".", "_"), str(run.seed)]
                found[_unused(SEPARATOR.join(pieces), found)] = run
    return found


def _texts(runs: Mapping[str, ClassifierRun]) -> dict[str, str]:
    """What each is called; runs of one name are numbered."""
    seen: Counter[str] = Counter()
    texts = {}
    for key, run in runs.items():
        name = named(run)
        seen[name] += 1
        texts[key] = name if seen[name] == 1 else f"{name} ({seen[name]})"
    return texts


def _unused(key: str, used: Container[str]) -> str:
    """The key, or the first of key.2, key.3 ... that is free."""
    numbered = (f"{key}{SEPARATOR}{number}" for number in count(2))
    return next(each for each in chain([key], numbered) if each not in used)


def _show_matrix(run: ClassifierRun, key: str) -> tuple[int, int] | None:
    title = _("Confusion: truth by row, answer by column")
    st.markdown(f"**{title}**")
    event = show_chart(
        confusion_cells(run.confusion, [str(digit) for digit in range(CLASSES)]),
        key=f"mnist.confusion.{key}", on_select="rerun", selection_mode="points",
        alt=title,
    )  # fmt: skip
    clicked = clicked_point(event)
    return (clicked[0], clicked[1]) if len(clicked) >= 2 else None


def _show_numbers(run: ClassifierRun) -> None:
    show_metrics(
        [
            Cell(_("Accuracy"), percent(run.accuracy, 1), interval_words(run)),
            Cell(_("Macro F1"), decimal(run.macro_f1, 3)),
            Cell(_("Loss"), decimal(run.test_loss, 3)),
        ]
    )


def _show_cell(run: ClassifierRun, test: LabelledDigits, cell: tuple[int, int] | None) -> None:
    """The digits of the clicked cell, or the hardest of the run."""
    if cell is None:
        st.markdown("**" + _("The hardest for this one") + "**")
        st.caption(_("Truth, answer, and what probability the truth got. Click a cell to see its digits."))
        show_digits(test, run.hardest(HARDEST), run)
        return
    places = np.flatnonzero((run.labels == cell[0]) & (run.answers == cell[1]))
    words = ngettext(
        "{n} digit: truth {truth}, answer {answer}", "{n} digits: truth {truth}, answer {answer}", len(places)
    )
    st.markdown("**" + words.format(n=number(len(places), 0), truth=cell[0], answer=cell[1]) + "**")
    order = places[np.argsort(run.sureness[places], kind="stable")]
    show_digits(test, order[:HARDEST], run)


def show_digits(test: LabelledDigits, places: NDArray[np.int64], run: ClassifierRun) -> None:
    """Small pictures with truth, answer and the truth's probability; nothing for none."""
    if not len(places):
        return
    captions = [
        f"{test.labels[place]} → {run.answers[place]} ({percent(float(run.sureness[place]), 0)})" for place in places
    ]
    st.image([enlarged(test.pictures[place]) for place in places], caption=captions, width=SHOWN_PX)


def enlarged(picture: NDArray[np.uint8]) -> bytes:
    """A digit (28, 28) as a PNG whose pixels can be seen."""
    return _encoded(picture.tobytes(), picture.shape)


@lru_cache(maxsize=2_000)  # of a kilobyte each: every cell of the matrix is looked at again and again
def _encoded(pixels: bytes, shape: tuple[int, ...]) -> bytes:
    picture = np.frombuffer(pixels, np.uint8).reshape(shape)
    large = picture.repeat(ENLARGED, axis=0).repeat(ENLARGED, axis=1)
    return encode_png(np.stack([np.pad(large, FRAME, constant_values=128)] * 3, axis=-1))


def _show_hardest_for_all(test: LabelledDigits, source: str) -> None:
    """Of these test digits, if they are of the source that the recorded runs were tested on."""
    classifiers = [run for run in recording().runs if isinstance(run, ClassifierRun) and run.source == source]
    runs = [run for run in classifiers if (run.regime, run.seed) == ("time", 0) and run.accuracy > LEARNED]
    if not runs:
        return
    wrong = wrong_counts(runs)
    places = hardest(wrong, HARDEST)
    st.markdown("**" + _("Hard for everybody") + "**")
    st.caption(
        ngettext(
            "Truth, and how many of {n} recorded classifier that learned something are wrong (same time, seed 0).",
            "Truth, and how many of {n} recorded classifiers that learned something are wrong (same time, seed 0).",
            len(runs),
        ).format(n=len(runs))
    )
    captions = [f"{test.labels[place]} · {wrong[place]} / {len(runs)}" for place in places]
    st.image([enlarged(test.pictures[place]) for place in places], caption=captions, width=SHOWN_PX)
