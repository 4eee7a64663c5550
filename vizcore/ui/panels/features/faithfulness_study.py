"""Which kind of map is faithful on several photos? Average drop, increase in confidence, ROAD, when asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import decimal
from vizcore.metrics.proportion import mean_interval
from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import downloads
from vizcore.ui.counted_shares import mean_share, say_intervals, with_interval
from vizcore.ui.headings import coloured_title
from vizcore.ui.job_series import result_of, show_series
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.panels.features.choices import stage_now
from vizcore.ui.panels.features.methods import method_name
from vizcore.ui.session import engine, session_id
from vizcore.ui.tables import show_table
from vizcore.ui.toolbar import GENERAL_SAMPLES
from vizcore.ui.tray import photos as tray_photos
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.features.faithfulness_study import FaithfulnessStudy

FEWEST = 2  # of the tray's pictures; with fewer the page's own samples are measured


def show(cards: Sequence[ModelCard], methods: Sequence[str], stage_key: str) -> None:
    """A fold with Start; then one table a model, its random map last, at the stage that was chosen under that key."""
    from vizcore.features.class_maps import ClassMapsSettings
    from vizcore.features.faithfulness_study import FaithfulnessStudy, StudySettings, faithfulness_study

    measured = [card for card in cards if card.labels]
    photos = _photos()
    if not measured:
        return
    settings = {
        card.key: StudySettings(ClassMapsSettings(methods=tuple(methods), stage=stage_now(card, stage_key)))
        for card in measured
    }

    def start(key: str) -> JobHandle:
        return engine().start(faithfulness_study, key, photos, settings[key], session=session_id())

    with st.expander(_("Over several photos: average drop, increase in confidence, ROAD"), icon=":material/rule:"):
        st.markdown(_words(len(photos)))
        titles = [card.title for card in measured]
        jobs = show_series("features.study", [card.key for card in measured], start, titles=titles, as_each_ends=True)
        found = [
            (card, study) for card in measured if isinstance(study := result_of(jobs.get(card.key)), FaithfulnessStudy)
        ]
        say_last_start(
            unless=all(asked_as_now(jobs[card.key], card.key, photos, settings[card.key]) for card, _study in found)
        )
        for card, study in found:
            st.markdown(coloured_title(card))
            show_table(rows(study))
        if found:
            say_intervals()
            downloads.show_exports("features.study", [study for _card, study in found])


def rows(study: FaithfulnessStudy) -> list[dict[str, str]]:
    """One row for each kind of map: means and a share over the photos, with their 95 % intervals in brackets."""
    return [
        {
            _("Map"): method_name(method),
            _("Average drop (low is good)"): mean_share(study.drops[place].tolist()),
            _("Increase in confidence (high is good)"): with_interval(int(study.increased[place].sum()), study.photos),
            _("ROAD (high is good, 0 is chance)"): _mean(study.road[place].tolist()),
        }
        for place, method in enumerate(study.methods)
    ]


def _photos() -> tuple[Photo, ...]:
    own = tuple(tray_photos())
    return own if len(own) >= FEWEST else tuple(load_sample(key) for key in GENERAL_SAMPLES if key in SAMPLES)


def _words(n: int) -> str:
    measured = ngettext(
        "Measured on {n} photo: your tray's, or this page's samples while it holds fewer than two.",
        "Measured on {n} photos: your tray's, or this page's samples while it holds fewer than two.",
        n,
    ).format(n=n)
    meaning = _(
        "Each map is for the model's own first answer. ROAD paints removed places over from their neighbours, so that"
        " the shape of what is missing tells nothing; it is the mean over 20, 40, 60 and 80 percent removed."
    )
    return f"{measured} {meaning}"


def _mean(values: Sequence[float]) -> str:
    found = mean_interval(values)
    if len(values) < 2:
        return decimal(found.mean, 3)
    return f"{decimal(found.mean, 3)} ({decimal(found.mean - found.half, 3)} – {decimal(found.mean + found.half, 3)})"
