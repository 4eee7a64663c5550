"""The sections of the Features page: alone, in both languages, with bad input, no model for a display slider."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_adversarial_page import LAST_START, ended, press
from tests.ui.test_features_page import APP, open_page
from vizcore.engine import shared_engine
from vizcore.figures.bars import short_label
from vizcore.i18n import speaking
from vizcore.photo import Note
from vizcore.pictures import encode_png
from vizcore.results import Classification, Provenance
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.features import shared_classes
from vizcore.ui.panels.features.decision import TABLE, text_rows
from vizcore.ui.panels.features.methods import ALONE, NAMES, TOGETHER
from vizcore.ui.panels.features.preprocessing_view import effect_text, explained

SECTIONS = {
    "seen": ("In the frame", "Dans le cadre"),
    "maps": ("Which places are alike", "Quelles places se ressemblent"),
    "evidence": ("The model's first answers", "Premières réponses du modèle"),
    "attention": ("what [CLS] looks at", "ce que regarde [CLS]"),
    "cost": ("very good", "très bien"),
}


def open_section(section: str, *samples: str, language: str = "en", **address: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    pair = ["cnn-mini", "vit-mini"]  # what the page opens on has a third
    values = {"lang": language, "features.section": section, "features.models": pair, **address}
    for name, value in values.items():
        app.query_params[name] = value
    app.query_params["sample"] = list(samples)
    app.run()
    page = app.switch_page("pages/features.py")
    for name, value in values.items():
        page.query_params[name] = value
    return page.run()


def words(page: AppTest) -> str:
    return "\n".join(each.value for each in [*page.header, *page.markdown, *page.caption, *page.info])


def calls() -> int:
    return shared_engine().status().calls


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(("language", "place"), [("en", 0), ("fr", 1)])
def test_each_section_in_both_languages(section: str, language: str, place: int) -> None:
    page = open_section(section, "cat", "coffee", language=language)
    assert not page.exception
    assert not page.error
    assert SECTIONS[section][place].replace("'", "’" if place else "'") in words(page)
    assert not page.dataframe  # the first section's table: only one section does its work


def test_an_unknown_section_is_the_first_one() -> None:
    page = open_section("nowhere", "cat")
    assert not page.exception
    assert page.dataframe


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("evidence", "features.strength", 0.2),
        ("attention", "features.strength", 0.2),
        ("attention", "features.layer.vit-mini", 2),
        ("maps", "features.colours", 0.3),
    ],
)
def test_a_display_slider_runs_no_model(section: str, key: str, value: float) -> None:
    page = open_section(section, "cat")
    before = calls()
    page.slider(key=key).set_value(value).run()
    assert not page.exception
    assert calls() == before


def test_choosing_among_the_quick_methods_runs_no_model() -> None:
    page = open_section("evidence", "cat")
    before = calls()
    page.multiselect(key="features.methods.widget").set_value(list(TOGETHER)).run()
    assert not page.exception
    assert "**Grad-CAM++**" in words(page)
    assert calls() == before


def test_the_quick_methods_are_those_that_share_their_passes() -> None:
    from vizcore.features.class_maps import FORMULAS, METHODS

    assert tuple(FORMULAS) == TOGETHER
    assert set(TOGETHER) | set(ALONE) == set(METHODS) == set(NAMES) - {"random"}


@pytest.mark.parametrize(("wanted", "errors"), [("no such thing", 2), ("99999", 2), ("0", 0), ("", 0)])
def test_a_class_in_words_or_by_number(wanted: str, errors: int) -> None:
    page = open_section("evidence", "cat")
    if wanted:
        page.query_params["features.class"] = wanted
        page.run()
    assert not page.exception
    assert len(page.error) == errors
    assert words(page).count("The model's first answers") == 2 - errors


def test_the_models_first_answers_are_chips_and_one_list_holds_every_class() -> None:
    page = open_section("evidence", "cat")
    options = page.selectbox(key="features.class.widget").options
    chips = [each for each in page.button if (each.key or "").startswith("features.class.chip.")]
    assert 2 <= len(chips) <= 5
    assert len(options) > 100
    chips[1].click().run()
    assert not page.exception
    assert page.query_params["features.class"] in (
        chips[1].key.removeprefix("features.class.chip."),
        [chips[1].key.removeprefix("features.class.chip.")],
    )


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("label", ["maillot", "cardigan", "Cardigan"])
def test_a_class_of_the_list_is_that_class(language: str, label: str) -> None:
    address = {"features.models": "efficientnet-lite0", "features.class": label}
    page = open_section("evidence", "cat", language=language, **address)
    assert not page.error
    with speaking(language):
        assert f"**{escaped(short_label(label))}**" in words(page)


def test_no_method_is_one_sentence() -> None:
    page = open_section("evidence", "cat")
    page.multiselect(key="features.methods.widget").set_value([]).run()
    assert not page.exception
    assert "Choose at least one method" in words(page)


def test_faithfulness_is_measured_when_asked_for_and_only_once() -> None:
    page = open_section("evidence", "cat", **{"features.methods": "grad-cam"})
    assert "Random map" not in words(page)
    before = calls()
    page.button(key="features.faithfulness").click().run()
    assert not page.exception
    assert words(page).count("Random map") == 2
    assert "deletion" in words(page)
    assert calls() == before + 2  # one for each model
    page.slider(key="features.strength").set_value(0.5).run()
    assert words(page).count("Random map") == 2
    assert calls() == before + 2


def test_a_study_of_other_maps_is_said_to_be_of_the_last_start() -> None:
    page = open_section("evidence", "cat", "coffee", **{"features.methods": "grad-cam", "features.models": "cnn-mini"})
    page = ended(press(page, "features.study.start"), "features.study")
    assert "95 % interval, by Student's t" in words(page)
    assert LAST_START not in words(page)
    page.multiselect(key="features.methods.widget").set_value(["hirescam"]).run()
    assert not page.exception
    assert words(page).count(LAST_START) == 1
    assert "Average drop" in words(page)


@pytest.mark.parametrize(
    ("language", "shown"), [("en", ["4,096", "16.8 M", "262,144", "64 : 1"]), ("fr", ["16,8\N{NO-BREAK SPACE}M"])]
)
def test_cost_needs_no_picture_and_no_model(language: str, shown: list[str]) -> None:
    open_section("cost", language=language)  # by way of Home, which asks its models once
    before = calls()
    page = open_section("cost", language=language)
    assert not page.exception
    values = [each.value for each in page.metric]
    assert all(value in values for value in shown)
    assert calls() == before
    page.slider(key="features.H").set_value(2048).run()
    assert any(each.value.startswith(("67.1", "67,1")) for each in page.metric)  # twice the tokens: four times as many


@pytest.mark.parametrize("section", ["seen", "maps", "evidence", "attention"])
def test_a_picture_of_one_pixel(section: str) -> None:
    page = open_section(section)
    page.file_uploader[0].upload("dot.png", encode_png(np.zeros((1, 1, 3), np.uint8)), "image/png")
    page.run()
    assert not page.exception
    assert not page.error


def test_two_photos_are_looked_into_one_after_the_other() -> None:
    page = open_section("seen", "cat", "coffee", **{"features.photo": "second"})
    assert "600 x 400" in words(page)
    assert "451 x 300" not in words(page)


@pytest.mark.parametrize(
    ("effect", "text"),
    [
        (Note("cropped_away", {"share": 0.333}), "**33%**"),
        (Note("shrunk", {"factor": 0.25}), "finer than 4 px"),
        (Note("stretched", {"ratio": 1.5}), "**1.5** times as wide"),
        (Note("normalised", {"low": -2.0, "high": 1.456}), "**−2** to **1.46**"),
    ],
)
def test_effects_in_words(effect: Note, text: str) -> None:
    assert text in effect_text(effect)


def test_the_decision_table_is_complete() -> None:
    rows = text_rows()
    assert len(rows) == len(TABLE) == 7
    assert rows[1]["Swin"] == "++ very good"
    assert all(len(row) == 4 and all(row.values()) for row in rows)


def test_the_section_is_kept_from_one_visit_to_the_next() -> None:
    page = open_page("en", "cat")
    page.query_params["features.section"] = "attention"
    page.run()
    assert "what [CLS] looks at" in words(page)


def test_a_patch_in_the_address_is_read_and_a_wrong_one_is_said() -> None:
    page = open_section("attention", "cat", **{"features.patch.vit-mini": "36"})
    assert "what patch 36 looks at" in words(page)
    assert page.query_params["features.patch.vit-mini"] == "36"
    page = open_section("attention", "cat", **{"features.patch.vit-mini": "100"})
    assert not page.exception
    assert "what [CLS] looks at" in words(page)
    assert "but it takes 0 to 99" in words(page)
    assert "features.patch.vit-mini" not in page.query_params


def _stages() -> None:
    import streamlit as st

    from vizcore.ui.panels.features.choices import choose_stage, stage_now
    from vizcore.zoo.catalogue import CARDS

    card = CARDS["cnn-mini"]
    before = stage_now(card, "evidence")
    st.text(f"{before} {choose_stage(card, 'evidence')} {stage_now(card, 'evidence')}")


@pytest.mark.parametrize("asked", ["layer2", "nonsense", None])
def test_what_is_measured_is_the_stage_that_the_slider_stands_at(asked: str | None) -> None:
    page = AppTest.from_function(_stages)
    if asked:
        page.query_params["features.evidence.cnn-mini"] = asked
    page.run()
    first = page.select_slider[0].value
    assert page.text[0].value == f"{first} {first} {first}"
    assert first == asked or asked != "layer2"
    page.select_slider[0].set_value("layer3").run()
    assert page.text[0].value == "layer3 layer3 layer3"


def _typed_words() -> None:
    import streamlit as st

    from vizcore.ui.panels.features import words

    if st.radio("Section", ["words", "glance"], key="section") == "words":
        words._choose()


def test_typed_labels_stay_after_a_look_at_another_section() -> None:
    page = AppTest.from_function(_typed_words).run()
    page.text_area(key="features.words.labels").set_value("mug, spoon")
    page.toggle(key="features.words.sentence").set_value(False).run()
    page.radio(key="section").set_value("glance").run()
    page.radio(key="section").set_value("words").run()
    assert not page.exception
    assert page.text_area(key="features.words.labels").value == "mug, spoon"
    assert page.toggle(key="features.words.sentence").value is False


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "on average 90.0% for a class of cats (classes: 1), 10.00% for one of dogs (classes: 1)."),
        (
            "fr",
            "en moyenne 90,0 % pour une classe de chats (classes : 1), "
            "10,00 % pour une classe de chiens (classes : 1).",
        ),
    ],
)
def test_one_cat_and_one_dog_are_no_plural(language: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("vizcore.ui.panels.features.shared_classes.st.caption", said.append)
    logits = np.log(np.array([0.9, 0.1]))
    with speaking(language):
        shared_classes.say_cat_or_dog(Classification(Provenance(), ("cat", "dog"), np.array([0.9, 0.1]), logits))
    assert " ".join(said[0].split()).endswith(expected)


def test_a_photo_that_is_enlarged_loses_no_texture() -> None:
    assert "averaged away" in explained("resize_shorter_side", 0.5)
    assert "averaged away" not in explained("resize_shorter_side", 1.1)
    page = open_section("seen", "cat", "cat", language="fr", **{"features.models": ["efficientnet-lite0", "cnn-mini"]})
    assert words(page).count("Les textures fines se fondent") == 2, "300 pixels become 256, and 160"
