"""Can long work be started, watched and stopped, and is what it reached kept?"""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.engine import fakes
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import Engine
from vizcore.errors import Busy
from vizcore.i18n import speaking
from vizcore.ui.job_panel import value_words


def job_page(steps: int, pause_s: float) -> None:
    import streamlit as st

    from tests.engine import fakes
    from vizcore.ui.job_panel import show_job
    from vizcore.ui.session import engine, session_id

    def start():  # type: ignore[no-untyped-def]
        wanted = fakes.Named("climb", steps, pause_s)
        return engine().start(fakes.counted, "model", fakes.photo(), wanted, session=session_id())

    job = show_job("page.climb", start)
    st.text("none" if job is None else f"{job.state} {job.done()}")


def opened(steps: int = 3, pause_s: float = 0.0) -> AppTest:
    return AppTest.from_function(
        job_page, kwargs={"steps": steps, "pause_s": pause_s}, default_timeout=PATIENCE_S
    ).run()


def state(app: AppTest) -> str:
    assert not app.exception
    return str(app.text[-1].value)


def run_until(app: AppTest, wanted: str) -> None:
    wait_until(lambda: state(app) == wanted, meanwhile=app.run, pause_s=0.05, said=lambda: state(app))


def test_nothing_before_the_first_start(engine: Engine) -> None:
    app = opened()
    assert state(app) == "none"
    assert not app.button(key="page.climb.start").disabled
    assert app.button(key="page.climb.stop").disabled


def test_runs_to_its_end_with_values(engine: Engine) -> None:
    app = opened()
    app.button(key="page.climb.start").click().run()
    run_until(app, "done True")
    app.run()
    assert not app.button(key="page.climb.start").disabled
    assert any("loss" in each.value and "0.3333" in each.value for each in app.markdown)
    assert any("done" in each.value for each in app.caption)


def watching_page(ends_at: int) -> None:
    from types import SimpleNamespace

    import streamlit as st

    from vizcore.ui.job_panel import watch
    from vizcore.ui.session import visit

    asked, touched = st.session_state.setdefault("asked", []), st.session_state.setdefault("touched", [])
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1

    def done() -> bool:
        asked.append(None)
        return len(asked) >= ends_at

    visit().jobs["page.climb"] = SimpleNamespace(done=done, touch=lambda: touched.append(None))  # type: ignore[assignment]
    watch("page.climb")


@pytest.mark.parametrize(("ends_at", "touched", "runs"), [(1, 0, 1), (2, 0, 2), (3, 1, 1)])
def test_a_job_that_is_not_shown_is_asked_about_until_it_is_over(ends_at: int, touched: int, runs: int) -> None:
    app = AppTest.from_function(watching_page, kwargs={"ends_at": ends_at}, default_timeout=PATIENCE_S).run()
    assert not app.exception
    assert (len(app.session_state["touched"]), app.session_state["runs"]) == (touched, runs)


def test_numbers_of_a_step_have_words_and_units() -> None:
    shown = [value_words(*each) for each in (("total", 502.85), ("source", 0.5), ("masks", 3.0), ("own_name", 0.25))]
    assert shown == ["last run **502.8 ms**", "true class **50.0%**", "masks **3**", "own\\_name **0.25**"]
    with speaking("fr"):
        assert value_words("rival", 0.125) == "autre classe la plus forte **12,5\u00a0%**"


def test_stop_keeps_the_best_so_far(engine: Engine) -> None:
    app = opened(steps=10_000, pause_s=0.01)
    app.button(key="page.climb.start").click().run()
    assert app.button(key="page.climb.start").disabled
    wait_until(lambda: len(fakes.TRACE) >= 3)
    app.button(key="page.climb.stop").click().run()
    run_until(app, "cancelled True")
    done = len(fakes.TRACE)
    assert done < 10_000, "stopped long before its end"
    wait_until(lambda: engine.status().running == 0)
    assert len(fakes.TRACE) <= done + 1
    assert any("best so far" in each.value for each in app.caption)


def test_refused_start_is_one_sentence(engine: Engine, monkeypatch: object) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise Busy(retry_s=3)

    monkeypatch.setattr(engine, "start", refuse)  # type: ignore[attr-defined]
    app = opened()
    app.button(key="page.climb.start").click().run()
    assert state(app) == "none"
    assert len(app.error) == 1
    monkeypatch.undo()  # type: ignore[attr-defined]
    app.button(key="page.climb.start").click().run()
    assert not app.error
