"""Under load: what a visitor waits when others ask too, open and closed."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import streamlit as st

from vizcore.figures.costs import load_curve
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.ui import url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.cost import words
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

RUNS = 40


def show(photo: Photo, card: ModelCard) -> None:
    """Service times measured once, then the queue in front of one worker at growing load."""
    from vizcore.runtimes.load import closed_load, open_load, sweep
    from vizcore.runtimes.profiling import Profile, ProfileSettings, profile

    settings = ProfileSettings(("eager",), runs=RUNS, parity_photos=0)
    found = answer(cast(Any, profile), card, photo, settings)
    if not isinstance(found, Profile):
        return
    service = found.runtimes[0].total_ms
    most = 1e3 / float(service.mean())
    points = sweep(service)
    st.markdown(
        _("{model} serves at most **{most} photos a second** with one worker ({mean} ms each, {n} runs).").format(
            model=coloured_title(card), most=number(most, 1), mean=number(float(service.mean()), 1), n=len(service)
        )
    )
    st.plotly_chart(
        load_curve(
            [(p.per_s, float(np.median(p.latency_ms)), float(np.percentile(p.latency_ms, 90))) for p in points],
            (_("half wait less than this"), _("one in ten waits longer")),
            axis=_("Requests a second (open load)"),
            time=_("Milliseconds until the answer"),
        ),
        key="cost.load",
        config={"displayModeBar": False},
        alt=_("Latency over load: flat at first, then without bound"),
    )
    clients = st.slider(_("People at the same time"), 1, 64, 16, **url_state.bound("cost.clients"))
    open_point = open_load(service, clients / 20 * most)
    closed = closed_load(service, clients)
    show_table(
        [
            {
                _("Load"): name,
                _("Requests a second"): number(point.per_s, 1),
                _("Worker busy"): percent(min(point.utilisation, 1.0), 0),
                _("Half wait less than"): words.milliseconds(float(np.median(point.latency_ms))),
                _("One in ten waits longer than"): words.milliseconds(float(np.percentile(point.latency_ms, 90))),
            }
            for name, point in (
                (_("open: each asks every {s} s").format(s=number(20 / most, 2)), open_point),
                (_("closed: each asks again at once"), closed),
            )
        ]
    )
    st.caption(
        _(
            "The service times are measured; the queue before them is computed from these times (1,000 requests, "
            "arrivals "
            "drawn from a Poisson process). A closed test can never show more waiting than there are clients, so it "
            "looks "
            "calm where an open one does not."
        )
    )
