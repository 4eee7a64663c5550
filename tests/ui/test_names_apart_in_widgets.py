"""Can each of two things that are called alike be chosen? Streamlit knows a choice by its text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S


def page_of_lists() -> None:
    import streamlit as st

    from vizcore.ui import choices, url_state

    url_state.arrive("page")
    texts = {"a": "alike", "b": "alike", "c": "other"}
    st.text(choices.choose_one("Row", texts, key="page.row", default="a"))
    st.text(choices.choose_from("List", texts, key="page.list", default="a"))
    st.text("".join(choices.choose_some("Some", texts, key="page.some", default=["a"], most=2)))


def page_of_pictures() -> None:
    import numpy as np
    import streamlit as st

    from vizcore.photo import Photo
    from vizcore.ui import url_state
    from vizcore.ui.tray import state, strip

    url_state.arrive("page")

    for grey in (60, 180):
        state.add(Photo(np.full((20, 20, 3), grey, np.uint8), "IMG_0001.jpg"))
    [photo] = strip.choose_photos("page", most=1, samples=(), start=())
    st.text(str(int(photo.rgb[0, 0, 0])))


CHOICES: list[tuple[Callable[[], None], str, str, Any, list[str]]] = [
    (page_of_lists, "button_group", "page.row.widget", "b", ["b", "a", "a"]),
    (page_of_lists, "selectbox", "page.list.widget", "b", ["a", "b", "a"]),
    (page_of_lists, "multiselect", "page.some.widget", ["a", "b"], ["a", "a", "ab"]),
]


@pytest.mark.parametrize(("page", "kind", "key", "value", "shown"), CHOICES)
def test_the_second_of_two_alike_can_be_chosen(
    page: Callable[[], None], kind: str, key: str, value: Any, shown: list[str]
) -> None:
    app = AppTest.from_function(page, default_timeout=PATIENCE_S).run()
    next(each for each in app.get(kind) if each.key == key).set_value(value).run()
    assert not app.exception
    assert [each.value for each in app.text] == shown


def test_each_of_two_pictures_of_one_name_can_be_picked() -> None:
    app = AppTest.from_function(page_of_pictures, default_timeout=PATIENCE_S).run()
    tiles = next(each for each in app.get("button_group") if each.key == "page.strip")
    assert tiles.options == ["IMG\\_0001\\.jpg", "IMG\\_0001\\.jpg (2)"]
    for identity, grey in zip(app.session_state["tray"].entries, ("60", "180"), strict=True):
        next(each for each in app.get("button_group") if each.key == "page.strip").set_value(identity).run()
        assert not app.exception
        assert [each.value for each in app.text] == [grey]
