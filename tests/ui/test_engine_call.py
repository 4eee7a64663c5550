"""Does a page get its answer, one sentence instead of a crash, and is a newer click never stuck behind an older one?"""

from __future__ import annotations

import threading
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.engine import fakes
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import Engine
from vizcore.errors import DeadlinePassed
from vizcore.ui import engine_call, session


def asking_page(operation: str, name: str) -> None:
    import streamlit as st

    from tests.engine import fakes
    from vizcore.ui.engine_call import answer

    asked = getattr(fakes, operation)
    found = answer(asked, fakes.card("tiny *model*"), fakes.photo(7), fakes.Named(name))
    st.text("nothing" if found is None else str(fakes.value_of(found)))
    st.text("the rest of the page")


def asked(operation: str, name: str = "n") -> AppTest:
    return AppTest.from_function(asking_page, args=(operation, name), default_timeout=PATIENCE_S)


def test_answer_comes(engine: Engine) -> None:
    page = asked("brightness").run()
    assert not page.exception
    assert [each.value for each in page.text] == ["7.0", "the rest of the page"]
    assert not page.info


@pytest.mark.parametrize("operation", ["broken", "gives_nothing"])
def test_mistake_of_ours_is_one_sentence_without_its_words(engine: Engine, operation: str) -> None:
    page = asked(operation).run()
    assert not page.exception
    assert [each.value for each in page.text] == ["nothing", "the rest of the page"]
    assert len(page.error) == 1
    assert "tiny \\*model\\*" in page.error[0].value
    assert "canary" not in page.error[0].value


def test_waiting_is_shown_and_cleared(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    words: list[str] = []
    show = engine_call._show_waiting
    monkeypatch.setattr(engine_call, "_show_waiting", lambda place, text: (words.append(text), show(place, text)))
    begun, go_on = fakes.gate("slow")
    threading.Thread(target=lambda: (begun.wait(PATIENCE_S), wait_until(lambda: words), go_on.set())).start()
    page = asked("gated", "slow").run()
    assert begun.is_set()
    assert page.text[0].value == "1.0"
    assert words
    assert "tiny \\*model\\* is working" in words[0]
    assert not page.info


def test_older_requests_of_the_session_are_waited_for(engine: Engine) -> None:
    """Two others fill the session's places; the page's own is taken on when one of them ends."""
    session_name = "test session id"
    gates = [fakes.gate(name) for name in ("first", "second")]
    for name in ("first", "second"):
        engine.submit(fakes.gated, "other", fakes.photo(), fakes.Named(name), session=session_name)
    threading.Timer(0.5, lambda: [go_on.set() for _begun, go_on in gates]).start()
    page = asked("brightness").run()
    assert page.text[0].value == "7.0"
    assert not page.error


def test_closing_the_tab_takes_requests_back(engine: Engine) -> None:
    fakes.gate("long")
    handle = engine.submit(fakes.gated, "model", fakes.photo(), fakes.Named("long"), session="s")
    fakes.BEGUN["long"].wait(PATIENCE_S)
    session.Visit("s").leave()
    wait_until(handle.done)
    assert handle.state == "cancelled"
    fakes.GO_ON["long"].set()


def test_no_waiting_sign_stays_beside_an_error(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(handle: object, place: Any, card: object) -> None:
        place.info("is working")
        raise DeadlinePassed(deadline_s=60)

    monkeypatch.setattr(engine_call, "_wait", refused)
    page = asked("brightness").run()
    assert len(page.error) == 1
    assert not page.info
