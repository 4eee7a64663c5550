"""Section: one object whose identity breaks; the break can be dragged, and only some scores notice."""

from __future__ import annotations

import streamlit as st

from vizcore.figures.tracking_curves import break_curves
from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.metrics.tracking.report import evaluate_tracking
from vizcore.metrics.tracking.tables import TrackingData
from vizcore.metrics.tracking.toys import broken_track, golden_sequence, swapped_tracks
from vizcore.ui import choices, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.panels.tracking import report_view
from vizcore.ui.panels.tracking.page_state import KEY, PageState
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar

LONG, SHORT = 20, 4
TOYS = {
    "break": N_("One object, one break"),
    "swap": N_("Two objects that exchange ids"),
    "golden": N_("Six frames with every mistake"),
}
SCORES = ("mota", "idf1", "hota")


def show(bar: Toolbar) -> None:
    """The toy, its break, the scores, and all that can be opened about them."""
    with bar.row:
        texts = {key: _(words) for key, words in TOYS.items()}
        toy = choices.choose_one(_("Toy"), texts, key=f"{KEY}.toy", default="break", quiet=True)
    if toy == "golden":
        report_view.show(PageState((f"toy.{toy}",), golden_sequence(), settings={"toy": toy}))
        return
    with bar.row:
        lengths = {str(each): counted("frame", each) for each in (LONG, SHORT)}
        words = _("Number of frames")
        frames = int(choices.choose_one(words, lengths, key=f"{KEY}.frames", default=str(LONG), quiet=True))
    with bar.below:
        place = st.slider(
            _("The last frame before the break (drag it)"), 1, frames - 1, frames // 2,
            **url_state.bound(f"{KEY}.break.{frames}"),
        )  # fmt: skip
    data = _toy(toy, frames, place)
    state = PageState((f"toy.{toy}", frames, place), data, settings={"toy": toy, "frames": frames, "break": place})
    report_view.show(state, beside=lambda: _show_curves(toy, frames, place))


def _toy(toy: str, frames: int, place: int) -> TrackingData:
    return broken_track(frames, place) if toy == "break" else swapped_tracks(frames, place)


def _show_curves(toy: str, frames: int, place: int) -> None:
    values = _curves(toy, frames)
    words = _("MOTA, IDF1 and HOTA for every place of the break")
    figure = break_curves(range(1, frames), values, place, axis=_("last frame before the break"), dark=dark_now())
    show_chart(figure, key=f"{KEY}.chart.break", alt=words)
    st.caption(
        _(
            "MOTA counts one switch wherever it happens, so its line is flat. IDF1 gives the object one id for the"
            " whole sequence, HOTA looks at every pair of boxes: both fall the more evenly the break divides the track."
        )
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _curves(toy: str, frames: int) -> dict[str, list[float]]:
    reports = [evaluate_tracking(_toy(toy, frames, place)).scores.numbers() for place in range(1, frames)]
    return {name: [each[name] for each in reports] for name in SCORES}
