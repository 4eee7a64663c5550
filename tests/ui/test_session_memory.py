"""Is what a visit held free again when it ends? `make slow` measures the same with real sessions (tests/load)."""

from __future__ import annotations

import gc
import weakref

import numpy as np

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
