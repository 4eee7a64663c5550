"""Labels that are typed, and one size of network learnt in different ways: without the weights, and with small ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tiny_clip import KEY, theirs, written
from tests.ui.test_features_sections import open_section
from tests.ui.test_similarity_page import open_page, small_gallery
from vizcore import settings
from vizcore.zoo.catalogue import CARDS

ABSENT = {
    "en": ("know no words", "nothing to compare yet"),
    "fr": ("ne connaissent pas les mots", "encore rien à comparer"),
}


def said(page: Any) -> str:
    return "\n".join(each.value for each in [*page.markdown, *page.caption, *page.info, *page.code])


@pytest.fixture
def clip_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CARDS, KEY, written(tmp_path, theirs()))
    mine = replace(settings.current(), weights=str(tmp_path))
    monkeypatch.setattr("vizcore.settings.current", lambda: mine)
    monkeypatch.setattr("vizcore.similarity.builtin.builtin_gallery", small_gallery)


@pytest.mark.parametrize("language", ABSENT)
def test_without_the_weights_each_place_names_the_download(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.similarity.builtin.builtin_gallery", small_gallery)
    page = open_section("words", "cat", language=language)
    assert not page.exception
    assert not page.error
    assert ABSENT[language][0] in said(page)
    assert len(page.get("plotly_chart")) == 2, "what the two classifiers answer from their own lists"
    assert f"python -m vizcore fetch {KEY}" in said(page)
    page = open_page(language, part="pretraining")
    assert not page.exception
    assert not page.error
    assert ABSENT[language][1] in said(page)
    assert said(page).count("Recall@1 **") == 2, "the models that ship stand in, with a word of how far that goes"
    assert f"fetch vit-b-16 dinov2-base {KEY}" in said(page)


@pytest.mark.usefixtures("clip_here")
def test_labels_are_compared_and_a_bad_list_loses_nothing() -> None:
    page = open_section("words", "cat", **{"features.models": KEY})
    assert not page.exception
    assert not page.error
    assert "rocket" in said(page)
    assert "Compared sentence: a photo of a" in said(page)
    page.text_area(key="features.words.labels").set_value("dog").run()
    assert "at least 2 labels" in page.error[0].value
    page.text_area(key="features.words.labels").set_value("dog\nred bus").run()
    assert not page.error
    assert "red bus" in said(page)
    assert "rocket" not in said(page)
    page.toggle(key="features.words.sentence").set_value(False).run()
    assert "Compared sentence: a photo" not in said(page)


@pytest.mark.usefixtures("clip_here")
@pytest.mark.parametrize("section", ["glance", "attention"])
def test_the_other_sections_take_it_too(section: str) -> None:
    page = open_section(section, "cat", **{"features.models": KEY})
    assert not page.exception
    assert not page.error


@pytest.mark.usefixtures("clip_here")
def test_two_kinds_are_judged_on_one_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("en", part="pretraining")
    assert not page.exception
    assert ABSENT["en"][1] in said(page)
    assert said(page).count("Recall@1 **") == 1
    other = CARDS["vit-mini"]
    facts: Any = other.facts | {"backbone": "ViT-Base", "pretraining": "supervised", "patch": 16}
    monkeypatch.setitem(CARDS, "vit-mini", replace(other, facts=facts))
    page = open_page("en", part="pretraining")
    assert not page.exception
    assert not page.error
    assert ABSENT["en"][1] not in said(page)
    assert said(page).count("Recall@1 **") == 2
