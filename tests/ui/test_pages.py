"""Does every page of the shell open in both languages, whichever file Streamlit happens to run first?"""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.engine import Engine
from vizcore.i18n import LANGUAGES, speaking
from vizcore.lessons import lesson, lesson_names, parse
from vizcore.ui import shell
from vizcore.ui.pages import FOLDER, PAGES, built_pages
from vizcore.ui.turns import Turns

ROOT = Path(__file__).parents[2]
TITLES = {"home": ("Vis-à-vis", "Vis-à-vis"), "about": ("About", "À propos")}


def opened(page: str, language: str, script: str = "app.py") -> AppTest:
    app = AppTest.from_file(str(ROOT / script), default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    if page != "home" and script == "app.py":
        app.switch_page(f"pages/{page}.py").run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", list(TITLES))
@pytest.mark.parametrize(("language", "place"), [("en", 0), ("fr", 1)])
def test_page_opens_with_its_frame(engine: Engine, page: str, language: str, place: int) -> None:
    app = opened(page, language)
    assert [each.value for each in app.title] == [TITLES[page][place]]
    assert app.sidebar.file_uploader
    assert app.sidebar.segmented_control


@pytest.mark.parametrize("page", list(TITLES))
def test_page_run_by_itself_still_has_the_frame(engine: Engine, page: str) -> None:
    """What Streamlit does with the first request of a fresh server when there is a folder `pages/`."""
    app = opened(page, "en", script=f"pages/{page}.py")
    assert app.sidebar.file_uploader


def test_every_run_keeps_the_frame_and_its_cost_is_the_page_s(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    turns, drawn = Turns(), []
    monkeypatch.setattr(shell, "TURNS", turns)
    monkeypatch.setattr(turns, "_note", lambda page, _used_s: drawn.append(page))
    app = opened("about", "en")
    for _ in range(3):
        app.run()
        assert app.title[0].value == "About"
        assert app.sidebar.segmented_control
    assert drawn == ["home", *["about"] * 4]


def test_language_by_browser_and_by_click(engine: Engine) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE_S)
    app.context = {"locale": "fr-BE"}
    app.run()
    assert app.sidebar.segmented_control[0].value == "fr"
    app.sidebar.segmented_control[0].set_value("en").run()
    app.switch_page("pages/about.py").run()
    assert app.title[0].value == "About"
    assert app.query_params["lang"] == "en"


def test_only_built_pages_are_listed() -> None:
    built = built_pages()
    assert {page.key for page in built} == {path.stem for path in FOLDER.glob("*.py")}
    assert built[0].key == "home"
    assert len({page.key for page in PAGES}) == len(PAGES)


def test_about_names_every_model_and_its_terms(engine: Engine) -> None:
    from vizcore.ui.markdown_escape import escaped
    from vizcore.zoo.catalogue import visible_cards

    text = " ".join(each.value for each in opened("about", "en").markdown)
    for card in visible_cards():
        assert escaped(card.title, longest=600) in text
        assert escaped(card.licences.training_data, longest=2000) in text
    assert "GNU Affero" in text


@pytest.mark.parametrize("page", ["home", "about"])
def test_lessons_have_the_same_build_in_all_languages(page: str) -> None:
    counts = {code: len(lesson(page, code).sections) for code in LANGUAGES}
    assert len(set(counts.values())) == 1, counts
    assert all(lesson(page, code).opening for code in LANGUAGES)


def test_lessons_are_complete() -> None:
    assert {tuple(lesson_names(code)) for code in LANGUAGES} == {tuple(lesson_names("en"))}


def test_lesson_is_cut_at_its_headings() -> None:
    text = parse("Opening\n\nmore.\n\n## One\nbody\n### deeper\n\n## Two\n")
    assert text.opening == "Opening\n\nmore."
    assert text.sections == (("One", "body\n### deeper"), ("Two", ""))
    assert parse("## Only\nx").opening == ""
    assert parse("").sections == ()


def test_unknown_lesson_is_our_mistake() -> None:
    with pytest.raises(ValueError, match="expected a lesson"):
        lesson("no-such-page", "en")


def test_sections_are_translated() -> None:
    from vizcore.i18n import _

    with speaking("fr"):
        assert _(PAGES[0].section) == "Pour commencer"
