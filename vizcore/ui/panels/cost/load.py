"""Under load: what a visitor waits when others ask too, open and closed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.figures.costs import load_curve
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.results import FloatArray
from vizcore.runtimes.load import utilisation
from vizcore.runtimes.percentiles import median, nine_tenths
from vizcore.ui import downloads, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.job_panel import show_job
from vizcore.ui.panels.cost import words
from vizcore.ui.panels.cost.measured_photo import key_of_photo
from vizcore.ui.session import engine, session_id
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.runtimes.real_load import RealLoad

RUNS = 40


def show(photo: Photo, card: ModelCard) -> None:
    """Service times measured once, the queue in front of one worker computed from them, and the same load for real."""
    from vizcore.runtimes.load import most_per_s, sweep
    from vizcore.runtimes.profiling import Profile, ProfileSettings, profile

    settings = ProfileSettings(("eager",), runs=RUNS, parity_photos=0)
    found = answer(cast(Any, profile), card, photo, settings)
    if not isinstance(found, Profile):
        return
    service = found.runtimes[0].total_ms
    most = most_per_s(service)
    points = sweep(service)
    st.markdown(
        _("{model} serves at most **{most} photos a second** with one worker ({mean} ms each, {n} runs).").format(
            model=coloured_title(card), most=number(most, 1), mean=number(float(service.mean()), 1), n=len(service)
        )
    )
    place = st.container()
    measured = _measure(photo, card)
    open_rows = [each for each in measured.rows if each.name == "open"] if measured else []
    with place:
        show_chart(
            load_curve(
                [(p.per_s, median(p.latency_ms), nine_tenths(p.latency_ms)) for p in points],
                (_("half wait less than this"), _("one in ten waits longer")),
                axis=_("Requests a second (open load)"),
                time=_("Milliseconds until the answer"),
                measured=[(r.per_s, median(r.ms), nine_tenths(r.ms)) for r in open_rows],
                measured_name=_("measured"),
            ),
            key="cost.load",
            alt=_("Latency over load: flat at first, then without bound"),
        )
    _show_people(service, most)
    if measured:
        _show_measured(measured)


def _measure(photo: Photo, card: ModelCard) -> RealLoad | None:
    """Start and Stop of the load for real; what is known so far."""
    from vizcore.runtimes.real_load import RealLoad, RealLoadSettings, real_load

    def start() -> JobHandle:
        settings = RealLoadSettings(series=int(time.time()))
        return engine().start(real_load, card.key, photo, settings, session=session_id())

    with st.expander(_("Put the server under this load for real"), icon=":material/speed:"):
        st.caption(_("Requests by the clock, answered by this server beside everybody else's; a few seconds."))
        job = show_job(key_of_photo("cost.real_load", card, photo), start)
    snapshot = job.snapshot() if job else None
    return snapshot.result if snapshot is not None and isinstance(snapshot.result, RealLoad) else None


def _show_people(service: FloatArray, most: float) -> None:
    from vizcore.runtimes.load import closed_load, open_load

    clients = st.slider(_("People at the same time"), 1, 64, 16, **url_state.bound("cost.clients"))
    open_point = open_load(service, clients / 20 * most)
    closed = closed_load(service, clients)
    show_table(
        [
            _row(name, point.per_s, percent(min(point.utilisation, 1.0), 0), point.latency_ms)
            for name, point in (
                (_("open: each asks every {s} s").format(s=number(20 / most, 2)), open_point),
                (_("closed: each asks again at once"), closed),
            )
        ]
    )
    st.caption(
        _(
            "The service times are measured; the queue before them is computed from these times (1,000 requests, "
            "arrivals drawn from a Poisson process). A closed test can never show more waiting than there are clients, "
            "so it looks calm where an open one does not."
        )
    )


def _show_measured(found: RealLoad) -> None:
    st.markdown(_("**Measured**, one request after the other as they came"))
    rows = []
    for each in found.rows:
        words_ = (
            _("open (Poisson)")
            if each.name == "open"
            else ngettext("closed, {n} client", "closed, {n} clients", each.clients).format(n=each.clients)
        )
        busy = min(1.0, utilisation(found.service_ms, each.per_s))
        rows.append(_row(f"{words_}, n = {len(each.ms)}", each.per_s, percent(busy, 0), each.ms))
    show_table(rows)
    downloads.show_exports("cost.load", [found])


def _row(name: str, per_s: float, busy: str, ms: FloatArray) -> dict[str, str]:
    return {
        _("Load applied"): name,
        _("Requests a second"): number(per_s, 1),
        _("Worker busy"): busy,
        _("Half wait less than"): words.milliseconds(median(ms)),
        _("One in ten waits longer than"): words.milliseconds(nine_tenths(ms)),
    }
