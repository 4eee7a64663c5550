"""The page In production as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_adversarial_page import APP, new_visitor, words  # noqa: F401  (a fixture)
from vizcore.monitoring.events import EventLog
from vizcore.photo import Photo
from vizcore.samples import load_sample
from vizcore.ui import downloads
from vizcore.ui.panels.production import groups, privacy, sets
from vizcore.ui.session import visit
from vizcore.zoo.catalogue import CARDS


@pytest.fixture(autouse=True)
def fresh_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has a log of its own: what others' tests noted in this process would raise alarms here."""
    log = EventLog("", 1)
    for place in ("engine.worker", "ui.panels.production.watching", "ui.panels.production.alarm_table"):
        monkeypatch.setattr(f"vizcore.{place}.shared_log", lambda: log)


def open_page(language: str = "en", **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/production.py")
    for name, value in settings.items():
        app.query_params[name] = value
    page = app.run()
    assert not page.exception
    return page


@pytest.mark.parametrize(
    ("language", "title", "verdict", "control"),
    [("en", "In production", "drifted", "do not drift"), ("fr", "En production", "dérivé", "ne dérivent pas")],
)
def test_opens_on_a_drift_and_a_quiet_control(language: str, title: str, verdict: str, control: str) -> None:
    page = open_page(language)
    assert [each.value for each in page.title] == [title]
    assert not page.error
    assert verdict in words(page)
    assert control in words(page)


def test_ten_photos_are_refused_in_one_sentence() -> None:
    page = open_page(**{"production.drift.count": "10"})
    assert any("20" in each.value for each in page.error)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("outliers", "AUROC"),
        ("groups", "differ"),
        ("spec", "a person looks"),
        ("privacy", "not a promise"),
        ("watching", "noted"),
        ("checklist", "of 5"),
    ],
)
def test_each_section(section: str, expected: str) -> None:
    page = open_page(**{"production.section": section})
    assert not page.error
    assert expected in words(page) + "".join(each.value for each in page.subheader)


def labelled(*folders: tuple[str, int]) -> tuple[tuple[Photo, ...], tuple[str, ...]]:
    """A set of photos by folder, as the panels choose it."""
    labels = tuple(name for name, count in folders for _each in range(count))
    return tuple(Photo(np.full((8, 8, 3), place % 250, np.uint8), f"p{place}") for place in range(len(labels))), labels


def test_two_small_groups_have_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "choose_labelled", lambda label, *, key: labelled(("day", 2), ("night", 3)))
    page = open_page(**{"production.section": "groups"})
    assert not page.error
    assert "differ" in words(page)


def test_one_photo_has_no_groups_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "choose_labelled", lambda label, *, key: labelled(("day", 1)))
    assert len(open_page(**{"production.section": "groups"}).error) == 1


@pytest.mark.parametrize(("language", "built_in"), [("en", "whole photo"), ("fr", "photo entière")])
def test_photos_of_ones_own_are_grouped_by_their_folder_whatever_their_names(
    monkeypatch: pytest.MonkeyPatch, language: str, built_in: str
) -> None:
    names = ["drawn-by-me.png", "left-closer", "right-mirrored", "coffee"]
    own = [Photo(np.full((8, 8, 3), 9 * place, np.uint8), name) for place, name in enumerate(names)]
    photos, folders = (*own, load_sample("cat")), (*["$a$ *day*"] * 4, "cat")

    def uploaded(label: str, *, key: str) -> tuple[tuple[Photo, ...], tuple[str, ...]]:
        visit().own_photos.update(each.sha256 for each in own)
        return photos, folders

    monkeypatch.setattr(groups, "choose_labelled", uploaded)
    page = open_page(language, **{"production.section": "groups"})
    text = words(page)
    rate = "| \\$a\\$ \\*day\\* | 0 \\/ 4 |"
    assert rate in text
    assert built_in in text
    assert "(\\$a\\$ \\*day\\*)" in text  # in the sentence, too, the name is no Markdown


def test_marks_and_rule_are_in_the_address_and_last_when_the_page_is_left() -> None:
    page = open_page(**{"production.section": "checklist", "production.mark.cnn-mini.split": "manual"})
    page.button_group(key="production.mark.cnn-mini.task.widget").set_value("automatic").run()
    page = page.switch_page("pages/about.py").run().switch_page("pages/production.py").run()
    marks = {key: page.query_params[f"production.mark.cnn-mini.{key}"] for key in ("task", "split")}
    assert marks == {"task": "automatic", "split": "manual"}
    page = page.button_group(key="production.section.widget").set_value("spec").run()
    page = page.slider(key="production.rule.y").set_value((10, 50)).run()
    page = page.slider(key="production.rule.count").set_value((1, 3)).run()
    page = page.switch_page("pages/about.py").run().switch_page("pages/production.py").run()
    assert page.slider(key="production.rule.y").value == (10, 50)
    assert page.slider(key="production.rule.count").value == (1, 3)
    assert page.query_params["production.rule.y"] == ["10", "50"]


def test_the_checklists_file_has_the_pages_points(monkeypatch: pytest.MonkeyPatch) -> None:
    files: list[str] = []
    monkeypatch.setattr(downloads, "download_made", lambda make, **_more: files.append(make().decode()))
    open_page("fr", **{"production.section": "checklist", "production.mark.cnn-mini.split": "manual"})
    [text] = files
    assert "\n## Données\N{NO-BREAK SPACE}: 0,5\n" in text


def test_nothing_is_marked_as_right_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[list[dict[str, object]]] = []
    plain = st.data_editor
    monkeypatch.setattr(st, "data_editor", lambda rows, **more: (shown.append(rows), plain(rows, **more))[1])
    open_page(**{"production.section": "groups"})
    [rows] = shown
    assert any(row["sure"] for row in rows)
    assert not any(row["right"] for row in rows)


def test_another_set_of_as_many_photos_has_a_table_of_its_own() -> None:
    photos, _labels = labelled(("a", 3))
    cnn, vit = CARDS["cnn-mini"], CARDS["vit-mini"]
    keys = {groups.table_key(card, chosen) for card in (cnn, vit) for chosen in (photos[:2], photos[1:])}
    assert len(keys) == 4
    assert groups.table_key(cnn, list(photos)) == groups.table_key(cnn, photos)


def test_of_too_many_photos_some_of_each_folder_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    many = labelled(("a", 150), ("b", 50))
    monkeypatch.setattr(groups, "choose_labelled", lambda label, *, key: many)
    page = open_page("fr", **{"production.section": "groups"})
    assert "120 photos sur 200 sont utilisées" in words(page)


def test_of_sets_too_large_each_folder_keeps_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = labelled(("a", 300))[0]
    monkeypatch.setattr(sets, "choose_set", lambda label, *, key, default: photos)
    page = open_page(**{"production.drift.sets": "two"})
    assert words(page).count("200 of 300 photos are used") == 2


def test_a_rule_of_a_classifier_and_the_price_of_labels() -> None:
    page = open_page(**{"production.section": "spec", "production.spec.model": "cnn-mini"})
    text = words(page)
    assert "the drawings being the anomalies" in text
    assert "385 labels" in text
    page = page.number_input(key="production.half").set_value(6).run()
    assert "97 labels" in words(page)


def test_the_working_of_a_rule_has_french_decimals() -> None:
    page = open_page("fr", **{"production.section": "spec", "production.spec.model": "cnn-mini"})
    assert any("-0{,}5" in each.value for each in page.latex)


def test_a_picture_leaves_only_after_somebody_has_looked() -> None:
    page = open_page("fr", **{"production.section": "privacy", "production.photos": "officer"})
    assert "pas une promesse" in words(page)
    assert not page.get("download_button")
    page = next(each for each in page.checkbox if "production.looked" in str(each.key)).check().run()
    assert not page.exception
    assert len(page.get("download_button")) == 2


def regions(monkeypatch: pytest.MonkeyPatch, *rows: tuple[int, int, int, int]) -> list[dict[str, Any]]:
    """What the table of regions holds after a visitor's edits; returns how its columns are set up."""
    edited = [{"hide": True, "kind": "own", **dict(zip(privacy.EDGES, row, strict=True))} for row in rows]
    columns: list[dict[str, Any]] = []
    monkeypatch.setattr(
        st, "data_editor", lambda rows, *, column_config, **more: columns.append(column_config) or edited
    )
    return columns


def test_only_regions_in_the_picture_count_as_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    regions(monkeypatch, (90, 80, 10, 20), (9000, 9000, 9100, 9100), (5, 5, 5, 9))
    page = open_page(**{"production.section": "privacy", "production.photos": "officer"})
    assert "**1 region**" in words(page)
    assert ["2 regions have no area" in each.value for each in page.warning] == [True]


def test_kinds_of_regions_in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = regions(monkeypatch)
    open_page("fr", **{"production.section": "privacy", "production.photos": "officer"})
    options = columns[0]["kind"]["type_config"]["options"]
    assert [each["label"] for each in options][:2] == ["visage", "tête"]


@pytest.mark.parametrize("section", ["spec", "watching"])
def test_classes_in_french(section: str) -> None:
    page = open_page("fr", **{"production.section": section, f"production.{section}.model": "cnn-mini"})
    tables = [each.value for each in page.markdown if each.value.startswith("| ")]
    golden = next(text for text in tables if "Réponse" in text or "Première réponse" in text)
    assert "| expresso |" in golden
    assert "espresso" not in golden


def test_what_nobody_looked_for_is_not_counted() -> None:
    page = open_page(**{"production.drift.model": "yolo-mini", "production.drift.count": "20"})
    [row] = [line for each in page.markdown for line in each.value.splitlines() if line.startswith("| Near dup")]
    assert row.endswith("| – |")


def test_alarms_are_listed_with_their_limits() -> None:
    page = open_page("fr", **{"production.section": "watching"})
    assert "Part d’erreurs" in words(page)
    assert any("Aucune limite" in each.value for each in page.success)


def test_golden_answers_are_recorded_and_pass() -> None:
    page = open_page(**{"production.section": "watching"})
    page = page.button(key="production.record").click().run()
    assert not page.exception
    assert page.success
