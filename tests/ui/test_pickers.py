"""Does the model picker say what each model is and where it lies, and does a download show, end, fail and stop well?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S, wait_until
from vizcore import settings
from vizcore.engine import Engine
from vizcore.errors import Cancelled, DownloadFailed
from vizcore.settings import Settings
from vizcore.ui import access, model_download, pickers
from vizcore.ui.session import Visit
from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile
from vizcore.zoo.weights import DownloadHandle, single_flight
from vizcore.zoo.weights.single_flight import join

Fetch = Callable[..., object]
FREE = Licences("MIT", "MIT", "own drawings", permissive=True)


def card(key: str, **changes: object) -> ModelCard:
    file = WeightFile("weights.bin", "https://weights.example/weights.bin", "0" * 64, 2_000_000)
    made = ModelCard(key, f"Title {key}", "cnn", "classify", "torchvision", "", (file,), "none", "", 1.5, FREE, "")
    return replace(made, **changes)  # type: ignore[arg-type]


CARDS = {each.key: each for each in (card("ready"), card("absent", family="vit"), card("barred"))}


class Shelf:
    """Stands in for weights on disk and their download."""

    def __init__(self) -> None:
        self.states = {"ready": "bundled", "absent": "download", "barred": "blocked"}
        self.begun = self.steps = 0
        self.go_on = threading.Event()
        self.error: Exception | None = None

    def availability(self, its_card: ModelCard) -> str:
        return self.states[its_card.key]

    def under_way(self) -> bool:
        return Path("absent") in single_flight._under_way

    def begin_fetch(self, its_card: ModelCard, _settings: object) -> DownloadHandle:
        return join(Path(its_card.key), lambda progress, cancelled: self.fetch(its_card, progress, cancelled))

    def fetch(self, its_card: ModelCard, progress: Fetch, cancelled: Callable[[], bool]) -> Path:
        self.begun += 1
        while not self.go_on.wait(0.02):
            self.steps += 1
            progress(500_000, 2_000_000)
            if cancelled():
                raise Cancelled
        if self.error:
            raise self.error
        self.states[its_card.key] = "here"
        return Path(its_card.key)


@pytest.fixture
def shelf(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    made = Shelf()
    monkeypatch.setattr(pickers, "cards_for", lambda task: list(CARDS.values()) if task == "classify" else [])
    for module in (pickers, model_download):
        monkeypatch.setattr(module, "availability", made.availability)
    monkeypatch.setattr(model_download, "begin_fetch", made.begin_fetch)
    return made


def picking_page() -> None:
    import streamlit as st

    from vizcore.ui.pickers import choose_models

    cards = choose_models("page.models", "classify", least=1, most=2, default=["ready"])
    st.text(",".join(each.key for each in cards))


def opened(*keys: str) -> AppTest:
    app = AppTest.from_function(picking_page, default_timeout=PATIENCE_S)
    if keys:
        app.query_params["page.models"] = list(keys)
    return app.run()


def ready(app: AppTest) -> str:
    assert not app.exception
    return str(app.text[-1].value)


def run_until(app: AppTest, condition: Callable[[AppTest], bool]) -> None:
    wait_until(lambda: condition(app), meanwhile=app.run, pause_s=0.05)


def test_default_and_facts(shelf: Shelf) -> None:
    app = opened()
    assert ready(app) == "ready"
    facts = app.markdown[0].value
    for piece in ("Title ready", "CNN", "1.5 million parameters", "2 MB", "MIT", "bundled"):
        assert piece in facts


def test_the_fold_says_what_a_model_knows_and_how_well(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    quality = Measured("top-1, ten photos", 49.5, "%", "a script")
    between = Measured("mean IoU, ten photos", 71.5, "%", "a script", interval=(69.0, 73.9))
    told = card("ready", limits="No zebra among its classes.", measured=(quality, between))
    monkeypatch.setattr(pickers, "cards_for", lambda task: [told])
    text = opened().expander[0].markdown[0].value.replace("\\", "")
    numbers = ("top-1, ten photos: 49.5 % (a script)", "mean IoU, ten photos: 71.5 % (95%: 69 to 73.9) (a script)")
    for piece in ("Title ready", "No zebra", *numbers, "own drawings", "MIT"):
        assert piece in text


def test_link_chooses_by_key(shelf: Shelf) -> None:
    app = opened("absent", "ready", "barred", "nonsense")
    assert ready(app) == "ready"
    assert app.multiselect[0].value == ["absent", "ready"]


def test_absent_default_is_replaced(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickers, "cards_for", lambda task: [CARDS["barred"]])
    app = opened()
    assert app.multiselect[0].value == ["barred"]
    assert ready(app) == ""


def test_no_card_at_all(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickers, "cards_for", lambda task: [])
    assert ready(opened()) == ""


def test_barred_model_says_which_file_to_put_where(shelf: Shelf) -> None:
    app = opened("barred")
    assert ready(app) == ""
    assert len(app.error) == 1
    assert "weights\\.bin" in app.error[0].value
    assert not [each for each in app.button if (each.key or "").startswith("download")]


@pytest.mark.parametrize(("hosted", "here"), [(True, True), (False, False)], ids=["hosted", "from the network"])
def test_only_an_administrator_fetches(hosted: bool, here: bool, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Settings(hosted=hosted)
    monkeypatch.setattr(settings, "current", lambda: limits)
    monkeypatch.setattr(access, "current", lambda: limits)
    monkeypatch.setattr(access, "sits_here", lambda *_asked: here)
    app = opened("absent")
    assert not [each for each in app.button if (each.key or "").startswith("download")]
    assert any("administrator" in each.value for each in app.caption)


def test_download_runs_to_its_end(shelf: Shelf) -> None:
    app = opened("absent", "ready")
    app.button(key="download.start.page.models.absent").click().run()
    run_until(app, lambda page: bool(shelf.steps) and bool(page.button(key="download.stop.page.models.absent")))
    assert ready(app) == "ready"
    shelf.go_on.set()
    run_until(app, lambda page: ready(page) == "absent,ready")


def test_failed_download_is_one_sentence_and_can_be_tried_again(shelf: Shelf) -> None:
    shelf.error = DownloadFailed(
        model="absent", file="w", host="weights.example", reason="unreachable", status=0, folder="folder"
    )
    shelf.go_on.set()
    app = opened("absent")
    app.button(key="download.start.page.models.absent").click().run()
    run_until(app, lambda page: len(page.error) == 1)
    shelf.error = None
    app.button(key="download.start.page.models.absent").click().run()
    run_until(app, lambda page: ready(page) == "absent")


def test_cancel_stops_it_for_the_last_who_wants_it(shelf: Shelf) -> None:
    app = opened("absent")
    app.button(key="download.start.page.models.absent").click().run()
    other = shelf.begin_fetch(CARDS["absent"], None)
    app.button(key="download.stop.page.models.absent").click().run()
    assert app.button(key="download.start.page.models.absent")
    assert other.running
    other.leave()
    run_until(app, lambda _page: not shelf.under_way())
    assert shelf.begun == 1
    assert app.button(key="download.start.page.models.absent")
    assert not app.error


def test_a_visitor_who_leaves_the_app_leaves_the_download(shelf: Shelf) -> None:
    gone, stays = Visit("gone"), Visit("stays")
    for each in (gone, stays):
        each.downloads["absent"] = shelf.begin_fetch(CARDS["absent"], None)
    gone.leave()
    assert stays.downloads["absent"].running
    stays.leave()
    wait_until(lambda: not shelf.under_way())
    assert shelf.begun == 1


def test_a_mistake_of_ours_in_a_download_is_one_sentence_too(shelf: Shelf) -> None:
    shelf.error = ZeroDivisionError()
    shelf.go_on.set()
    app = opened("absent")
    app.button(key="download.start.page.models.absent").click().run()
    run_until(app, lambda page: len(page.error) == 1)
    assert app.button(key="download.start.page.models.absent")
