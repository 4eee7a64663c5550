"""Is what a visit held free again when it ends? `make slow` measures the same with real sessions (tests/load)."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

from vizcore.photo import Photo
from vizcore.ui import session
from vizcore.ui.session import Visit

SESSIONS = 30


def begun(number: int) -> Visit:
    """A visit with a picture in its belongings and something to do when it ends that knows the visit itself."""
    visit = Visit(f"memory-{number}")
    session._open[visit.session] = visit
    photo = Photo(np.full((64, 64, 3), number, np.uint8), f"{number}.png")
    visit.own_photos.add(photo.sha256)
    visit.belongings["tray"] = photo
    visit.at_leave.append(lambda: visit.belongings.pop("tray"))
    return visit


def test_thirty_visits_leave_nothing_behind() -> None:
    before = session.open_visits()
    visits = [begun(number) for number in range(SESSIONS)]
    held = [weakref.ref(each) for each in (*visits, *(visit.belongings["tray"] for visit in visits))]
    assert session.open_visits() == before + SESSIONS
    for visit in visits:
        visit.leave()
    del visit, visits
    gc.collect()
    assert session.open_visits() == before
    assert not [each for each in held if each() is not None]


def test_an_open_visit_is_held() -> None:
    visit = begun(SESSIONS)
    held = weakref.ref(visit)
    del visit
    gc.collect()
    still = held()
    assert still is not None
    still.leave()


def test_a_step_of_the_end_that_fails_keeps_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Streamlit tells of an end once: work that is not cancelled then goes on for nobody."""
    visit, done = begun(SESSIONS + 1), list[object]()

    class Download:
        def leave(self) -> None:
            raise OSError("SECRET")

    def fail() -> None:
        raise RuntimeError("can't start new thread")

    visit.at_leave.insert(0, fail)
    visit.at_leave.append(lambda: done.append("page"))
    visit.downloads["model"] = Download()  # type: ignore[assignment]
    monkeypatch.setattr(session, "drop_media", lambda _session: fail())
    monkeypatch.setattr(session.engine(), "close_session", done.append)
    monkeypatch.setattr(session.engine(), "forget", lambda photos: done.append(len(photos)))
    visit.leave()
    assert done == ["page", visit.session, 1]
    assert "RuntimeError at" in caplog.text
    assert "SECRET" not in caplog.text
