"""Do links bring settings back, in any language, and does a visitor's later choice win over the link?"""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest


def chosen_page() -> None:
    import streamlit as st

    from vizcore.ui import url_state

    url_state.arrive(st.session_state.get("test.page", "a"))
    words = {"en": {"one": "One", "two": "Two"}, "fr": {"one": "Un", "two": "Deux"}}
    texts = words[st.session_state.get("test.language", "en")]
    st.text(url_state.choose_one("Pick", texts, key="pick", default="one"))
    st.text(",".join(url_state.choose_some("Some", texts, key="some", default=["one"], most=2)))


def opened(**query: list[str] | str) -> AppTest:
    app = AppTest.from_function(chosen_page, default_timeout=20)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def shown(app: AppTest) -> list[str]:
    assert not app.exception
    return [each.value for each in app.text]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["one", "one"]),
        ({"pick": "two"}, ["two", "one"]),
        ({"pick": "Two"}, ["one", "one"]),
        ({"pick": "<script>"}, ["one", "one"]),
        ({"pick": ""}, ["one", "one"]),
        ({"some": ["two", "one", "two"]}, ["one", "two,one"]),
        ({"some": ["nonsense", "two"]}, ["one", "two"]),
        ({"some": ""}, ["one", ""]),
    ],
)
def test_link_sets_the_choice(query: dict[str, list[str] | str], expected: list[str]) -> None:
    assert shown(opened(**query)) == expected


def test_click_wins_over_link_and_is_in_the_address() -> None:
    app = opened(pick="two")
    app.segmented_control[0].set_value("one").run()
    assert shown(app)[0] == "one"
    assert "pick" not in app.query_params
    app.segmented_control[0].set_value("two").run()
    assert shown(app)[0] == "two"
    assert app.query_params["pick"] == "two"


def test_late_request_with_the_old_address_changes_nothing() -> None:
    app = opened(pick="two")
    app.segmented_control[0].set_value("one").run()
    app.query_params["pick"] = "two"
    assert shown(app.run())[0] == "one"


def test_link_on_another_page_counts_again() -> None:
    app = opened(pick="two")
    app.segmented_control[0].set_value("one").run()
    app.session_state["test.page"] = "b"
    app.query_params["pick"] = "two"
    assert shown(app.run())[0] == "two"


def test_choice_survives_a_change_of_language() -> None:
    app = opened(pick="two", some=["two"])
    app.session_state["test.language"] = "fr"
    assert shown(app.run()) == ["two", "two"]
    app.multiselect[0].set_value(["two", "one"]).run()
    assert shown(app) == ["two", "two,one"]


def test_emptied_list_stays_empty() -> None:
    app = opened()
    app.multiselect[0].set_value([]).run()
    assert shown(app.run())[1] == ""
    assert app.query_params["some"] == ""
