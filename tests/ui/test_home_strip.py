"""Does Home answer about a picture in which nothing is found?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from vizcore.i18n import speaking
from vizcore.photo import Photo
from vizcore.results import Candidates, Provenance
from vizcore.ui import home_strip
from vizcore.ui.session import Visit
from vizcore.zoo.catalogue import card

GREY = Photo(np.full((40, 60, 3), 127, np.uint8), "grey")
NONE = np.zeros(0, dtype=int)
NOTHING = Candidates(
    Provenance(operation="propose"), np.zeros((0, 4)), np.zeros(0), NONE, NONE, ("cat", "dog"), (60, 40), 0.01, True
)


def found() -> Any:
    return home_strip._detections(card("yolo-mini"), GREY)


@pytest.mark.parametrize(("language", "words"), [("en", "nothing found"), ("fr", "rien trouvé")])
def test_no_box(language: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home_strip, "_ask", lambda *_given: NOTHING)
    with speaking(language):
        answer: Any = home_strip._boxes(card("yolo-mini"), GREY, found)
        assert words in answer.words
        assert answer.words.count(words) == 1


@pytest.mark.parametrize("boxed", [True, False])
def test_the_segmenter_gets_the_largest_box_or_else_a_click(boxed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes, scores = np.array([[5.0, 6, 25, 26], [1.0, 2, 30, 31]]), np.array([0.9, 0.5])
    two = Candidates(
        NOTHING.provenance, boxes, scores, np.array([0, 1]), np.arange(2), ("cat", "dog"), (60, 40), 0.01, True
    )
    monkeypatch.setattr(home_strip, "_ask", lambda *_given: two if boxed else NOTHING)
    asked = home_strip._pointed_at(GREY, found)
    assert asked.box_xyxy == ((1, 2, 30, 31) if boxed else None)
    assert asked.points_xy == (() if boxed else ((30, 20),))


def test_the_detector_is_asked_once_for_its_picture_and_for_the_segmenter(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def noted(operation: Any, *_given: Any) -> Any:
        asked.append(operation.__name__)
        return NOTHING if operation.__name__ == "propose" else None

    monkeypatch.setattr(home_strip, "_ask", noted)
    monkeypatch.setattr(home_strip, "_mask", lambda _card, photo, find: home_strip._pointed_at(photo, find) and None)
    with speaking("en"):
        assert len(list(home_strip._answers(GREY))) == 1
    assert asked == ["overview", "overview", "propose"]


@pytest.mark.parametrize(("language", "alt"), [("en", "cat"), ("fr", "Un chat")])
def test_the_sample_is_named_in_the_visitors_language(language: str, alt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[home_strip.Answer] = []
    monkeypatch.setattr(home_strip, "_show", shown.extend)
    monkeypatch.setattr(home_strip, "_answers", lambda photo: iter(()))
    monkeypatch.setattr("vizcore.ui.tray.photos", list)
    monkeypatch.setattr("vizcore.ui.photo_names.visit", lambda: Visit("a visitor"))
    with speaking(language):
        home_strip._draw(warm=True)
    assert [each.alt for each in shown] == [alt]
