"""Does one Start run the same work on several models, one after the other, and does Stop end it all?"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.engine import fakes
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import Engine
from vizcore.ui import job_series
from vizcore.ui.job_sequence import JobSequence


def series_page(steps: int, pause_s: float) -> None:
    import streamlit as st

    from tests.engine import fakes
    from vizcore.ui.job_series import result_of, show_series
    from vizcore.ui.session import engine, session_id

    def start(name: str):  # type: ignore[no-untyped-def]
        wanted = fakes.Named(f"climb {name}", steps, pause_s)
        return engine().start(fakes.counted, "model", fakes.photo(), wanted, session=session_id())

    jobs = show_series("page.series", ["first", "second"], start)
    for name, job in jobs.items():
        st.text(f"{name} {job.state} {result_of(job) is not None}")


def opened(steps: int = 3, pause_s: float = 0.0) -> AppTest:
    return AppTest.from_function(
        series_page, kwargs={"steps": steps, "pause_s": pause_s}, default_timeout=PATIENCE_S
    ).run()


def states(app: AppTest) -> list[str]:
    assert not app.exception
    return [str(each.value) for each in app.text]


def run_until(app: AppTest, wanted: list[str]) -> None:
    wait_until(lambda: states(app) == wanted, meanwhile=app.run, pause_s=0.05, said=lambda: states(app))


def test_nothing_before_the_first_start(engine: Engine) -> None:
    app = opened()
    assert states(app) == []
    assert app.button(key="page.series.stop").disabled


def test_one_start_runs_all_in_their_order(engine: Engine) -> None:
    app = opened()
    app.button(key="page.series.start").click().run()
    run_until(app, ["first done True", "second done True"])
    app.run()
    assert not app.button(key="page.series.start").disabled


def test_a_second_start_knows_the_answers_and_shows_them(engine: Engine) -> None:
    app = opened()
    app.button(key="page.series.start").click().run()
    run_until(app, ["first done True", "second done True"])
    calls = engine.status().calls
    app.run()
    app.button(key="page.series.start").click().run()
    run_until(app, ["first done True", "second done True"])
    assert engine.status().calls == calls


def test_stop_ends_the_running_one_and_begins_no_other(engine: Engine) -> None:
    app = opened(steps=10_000, pause_s=0.01)
    app.button(key="page.series.start").click().run()
    wait_until(lambda: len(fakes.TRACE) >= 3)
    app.button(key="page.series.stop").click().run()
    run_until(app, ["first cancelled True"])
    assert not app.button(key="page.series.start").disabled


@pytest.mark.parametrize(("ended", "again"), [(None, 0), (0, 1), (1, 0)], ids=["did not ask", "knew of none", "knew"])
def test_the_page_runs_again_when_one_has_ended_if_it_asked(
    ended: int | None, again: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = {"first": SimpleNamespace(state="done", done=lambda: True)}
    running = SimpleNamespace(state="running", done=lambda: False)
    series = JobSequence(lambda name: running, ["second"], jobs=jobs)  # type: ignore[arg-type, return-value]
    runs: list[None] = []
    page = SimpleNamespace(session_state={"series": series}, rerun=lambda: runs.append(None))
    monkeypatch.setattr(job_series, "st", page)
    job_series._advance("series", series, under_way=True, ended=ended)
    assert list(series.jobs) == ["first", "second"]
    assert len(runs) == again
