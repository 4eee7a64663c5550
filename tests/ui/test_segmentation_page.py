"""The Segmentation page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from vizcore.ui.canvas.events import CanvasEvent
from vizcore.ui.panels.segmentation.prompts import after_event
from vizcore.zoo import catalogue
from vizcore.zoo import load as loading
from vizcore.zoo.cards import Licences, ModelCard

APP = str(Path(__file__).parents[2] / "app.py")
FREE = Licences("AGPL-3.0", "AGPL-3.0", "random numbers", permissive=True)


def random_sam(card: ModelCard, device: str) -> Any:
    """The bundled network before its training: its masks mean nothing, its way through the page is the same."""
    import torch

    from vizcore.zoo.bundled.mini_sam import sam_mini
    from vizcore.zoo.sam_models import SamSegmenter

    torch.manual_seed(0)
    return SamSegmenter(card, sam_mini(), "seed", device)


@pytest.fixture(autouse=True)
def segmenters(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bundled network with random weights, and GrabCut."""
    sam = ModelCard("sam-mini", "SAM mini", "sam", "promptable", "bundled", "", (), "", "", 3.9, FREE, "")
    known = {key: card for key, card in catalogue.CARDS.items() if key != "sam-mini"}
    monkeypatch.setattr(catalogue, "CARDS", {"sam-mini": sam, **known})
    load: Callable[..., Any] = loading.load_model
    monkeypatch.setattr(
        loading,
        "load_model",
        lambda card, device: random_sam(card, device) if card.key == "sam-mini" else load(card, device),
    )


def open_page(language: str = "en", *samples: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    for name, value in query.items():
        app.query_params[f"segmentation.{name}"] = value
    return app.switch_page("pages/segmentation.py").run()


def held(page: AppTest) -> Any:
    return next(iter(page.session_state["segmentation.held"].by_sha256.values()))


def click(page: AppTest, *places: tuple[float, float], positive: bool = True) -> AppTest:
    """What the canvas does with a click, then the run that follows it."""
    for x, y in places:
        held(page).steps = after_event(held(page).steps, CanvasEvent("point", x, y, positive))
    return page.run()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_first_moment(language: str) -> None:
    page = open_page(language)
    assert not page.exception
    assert not page.error
    assert held(page).embeddings.keys() == {"sam-mini", "grabcut"}
    assert len(page.get("bidi_component")) == 2, [each.type for each in page.main]
    assert page.expander, "the lesson stays"


def test_a_click_runs_the_decoder_alone() -> None:
    from vizcore.engine import shared_engine

    page = open_page()
    calls = shared_engine().status().calls
    page = click(page, (220, 150))
    assert not page.exception
    assert shared_engine().status().calls == calls + 2, "one decoder for each of the two segmenters"
    page = click(page, (150, 100))
    assert shared_engine().status().calls == calls + 4
    page.run()
    assert shared_engine().status().calls == calls + 4, "what is known is not asked again"
