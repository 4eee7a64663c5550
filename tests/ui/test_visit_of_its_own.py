"""Does a test of a page begin as a new visitor? AppTest names every session alike, and visits are kept by that name."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.ui import session


def visit_page() -> None:
    import streamlit as st

    from vizcore.errors import Busy
    from vizcore.ui.session import visit

    st.text(", ".join(visit().refusals))
    visit().refusals["left behind"] = Busy(retry_s=1)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nothing_is_left_by_the_test_before(turn: str) -> None:
    before = session.open_visits()
    app = AppTest.from_function(visit_page, default_timeout=PATIENCE_S).run()
    assert not app.exception
    assert not app.text[0].value
    assert app.run().text[0].value == "left behind"  # the same visitor all the same, for as long as the test lasts
    assert session.open_visits() == before + 1
