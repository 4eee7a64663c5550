"""What stands on the page Lecture after a rehearsal and after a lecture."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from vizcore.presenting.plan import Plan, Step
from vizcore.ui.lecture.rehearsal import KEY, Look, Rehearsal
from vizcore.ui.panels.lecture import outcome

PLAN = Plan("short", "Short", "en", "", (Step("features"), Step("detection")))
GOOD = Look(1, "features", 1.5, 4.0, 1.0)


def shown(*looks: Look) -> AppTest:
    def script() -> None:
        from vizcore.ui.panels.lecture import outcome

        outcome.show()

    page = AppTest.from_function(script)
    if looks:
        page.session_state[KEY] = Rehearsal(PLAN, {each.step: each for each in looks}, size=(1280, 720), over=True)
    page.run()
    assert not page.exception, page.exception
    return page


def test_nothing_before_the_first() -> None:
    page = shown()
    assert not page.markdown
    assert not page.table


def test_a_rehearsal_without_a_fault() -> None:
    page = shown(GOOD)
    assert "Every step came within 3 s" in page.success[0].value
    assert "Short" in page.markdown[0].value
    assert "1280 × 720 px" in page.markdown[0].value
    [row] = page.table[0].value.to_dict("records")
    assert row["Seconds"] == "1.5 (4.0)"
    assert row["To mend"] == "–"


@pytest.mark.parametrize(
    ("look", "fault"),
    [
        (Look(2, "detection", 5.0, 5.0, 1.0), "slow"),
        (Look(2, "detection", 1.0, 1.0, 1.0, missing=("YOLO",)), "missing: YOLO"),
        (Look(2, "detection", 1.0, 1.0, 1.0, errors=("offline",)), "says that something went wrong (offline)"),
        (Look(2, "nowhere", 1.0, 1.0, None), "no figure"),
        (Look(2, "detection", 1.0, 1.0, 0.5), "of its figure in view"),
    ],
)
def test_each_fault_is_named(look: Look, fault: str) -> None:
    page = shown(look, GOOD)
    assert page.warning[0].value == "1 step needs a look"
    rows = page.table[0].value.to_dict("records")
    assert fault in rows[1]["To mend"]
    assert [row["Page"][0] for row in rows] == ["1", "2"]


def test_a_lecture_leaves_its_hand_out(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    lecture = SimpleNamespace(plan=PLAN, shown=[1, 2])
    monkeypatch.setattr(outcome.drafts, "draft", lambda: SimpleNamespace(lecture=lecture))  # type: ignore[attr-defined]
    monkeypatch.setattr(outcome.buttons, "show_after_lecture", lambda: asked.append(True))  # type: ignore[attr-defined]
    page = shown()
    assert page.markdown[0].value == "**Short** · 2 steps were shown"
    assert asked == [True]
