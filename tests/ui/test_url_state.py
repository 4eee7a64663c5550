"""Do links bring settings back, in any language, and does a visitor's later choice win over the link?"""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore import ui


def chosen_page() -> None:
    import streamlit as st

    from vizcore.ui import choices, url_state

    url_state.arrive(st.session_state.get("test.page", "a"))
    words = {"en": {"one": "One", "two": "Two"}, "fr": {"one": "Un", "two": "Deux"}}
    texts = words[st.session_state.get("test.language", "en")]
    st.text(choices.choose_one("Pick", texts, key="pick", default="one"))
    st.text(",".join(choices.choose_some("Some", texts, key="some", default=["one"], most=2)))


def opened(**query: list[str] | str) -> AppTest:
    app = AppTest.from_function(chosen_page, default_timeout=PATIENCE_S)
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


def place_page() -> None:
    import streamlit as st

    from vizcore.ui import choices, url_refusals, url_state

    url_state.arrive("a")
    url_state.belongs_to("a.patch", st.session_state.get("test.photo", "cat"))
    st.text(str(url_state.remembered_place("a.patch", 4)))
    url_refusals.say("a.patch", url_state.places(4))
    st.text(str(choices.choose_place("Box", ["first", "second"], key="a.box")))
    st.button("keep 3", on_click=lambda: url_state.remember_place("a.patch", 3))


def opened_place(**query: str) -> AppTest:
    app = AppTest.from_function(place_page, default_timeout=PATIENCE_S)
    for name, value in query.items():
        app.query_params[f"a.{name}"] = value
    return app.run()


@pytest.mark.parametrize(
    ("query", "expected", "asked"),
    [
        ({}, ["None", "0"], ""),
        ({"patch": "0", "box": "2"}, ["0", "1"], ""),
        ({"patch": "", "box": ""}, ["None", "0"], ""),
        ({"patch": "4"}, ["None", "0"], "4"),
        ({"patch": "-1"}, ["None", "0"], "-1"),
        ({"patch": "1e0"}, ["None", "0"], "1e0"),
        ({"patch": "٣"}, ["None", "0"], "٣"),
        ({"box": "3"}, ["None", "0"], "3"),
        ({"box": "*x*<b>"}, ["None", "0"], "*x*<b>"),
    ],
)
def test_a_place_that_is_not_there_is_said_in_one_sentence(
    query: dict[str, str], expected: list[str], asked: str
) -> None:
    app = opened_place(**query)
    assert shown(app) == expected
    said = [each.value.replace("\\", "") for each in app.caption]
    assert len(said) == bool(asked)
    assert not asked or f"“{asked}”" in said[0]
    assert not asked or ("0 to 3" in said[0]) == ("patch" in query)
    assert len(app.run().caption) == len(said), "it stays until something is chosen"


def test_a_choice_takes_the_sentence_away_and_another_photo_the_choice() -> None:
    app = opened_place(patch="9")
    app.button[0].click().run()
    assert shown(app)[0] == "3"
    assert not app.caption
    assert app.query_params["a.patch"] == "3"
    app.session_state["test.photo"] = "dog"
    assert shown(app.run())[0] == "None"
    assert "a.patch" not in app.query_params


def page_of_a_widget_that_is_gone() -> None:
    import streamlit as st

    from vizcore.ui import url_state

    url_state.arrive("a")
    url_state.keeping("pick", "gone.widget", default=["one"])()
    st.text(url_state.remembered_one("pick", allowed=("one", "two"), default="one"))
    st.session_state["here.widget"] = "one"
    url_state.keeping("pick", "here.widget", default=["one"])()
    st.text(url_state.remembered_one("pick", allowed=("one", "two"), default="one"))


def test_a_widget_that_went_with_its_page_chooses_nothing() -> None:
    app = AppTest.from_function(page_of_a_widget_that_is_gone, default_timeout=PATIENCE_S)
    app.query_params["pick"] = "two"
    assert shown(app.run()) == ["two", "one"]


def test_what_streamlit_binds_is_known_to_reports_and_records() -> None:
    files = [path for path in Path(ui.__file__).parent.rglob("*.py") if path.name != "url_state.py"]
    assert [path.name for path in files if "query-params" in path.read_text(encoding="utf-8")] == []
