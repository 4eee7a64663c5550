"""The page "Teach it your classes" as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import LONG_PATIENCE_S, PATIENCE_S, wait_until
from tests.tiny_models import noise_photo
from vizcore.errors import PhotoInTwoClasses
from vizcore.learning.bins import Bins, Example
from vizcore.learning.split import TEST
from vizcore.learning.unknown import every_other
from vizcore.photo import Photo
from vizcore.similarity.builtin import builtin_gallery
from vizcore.ui import session
from vizcore.ui.panels.teach import network, vectors
from vizcore.ui.panels.teach.sections import SECTIONS

NUMBERS = count()
APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True)
def new_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test is a visitor of its own, who finds nothing of the last one's."""
    visitor = f"teach {next(NUMBERS)}"
    for module in (session, network, vectors):
        monkeypatch.setattr(module, "session_id", lambda: visitor)


def open_page(language: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/teach.py")
    for name, value in settings.items():
        app.query_params[f"teach.{name}"] = value
    page = app.run()
    assert not page.exception, page.exception
    return page


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info, page.error, page.success)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def own_bins(counts: dict[str, int]) -> Bins:
    """Noise, each class of another brightness."""
    bins = Bins().with_classes(list(counts))
    for place, (label, many) in enumerate(counts.items()):
        for number in range(many):
            rgb = noise_photo(60, 60, seed=100 * place + number).rgb // 3 + np.uint8(60 * place)
            photo = Photo(rgb.astype(np.uint8), f"{label} {number}")
            bins, _problems = bins.with_examples([Example(photo.sha256, photo.name, label, "", photo)])
    return bins


def with_own(page: AppTest, bins: Bins) -> AppTest:
    page.session_state["teach"].change("own", bins)
    return page.run()


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", list(SECTIONS))
def test_every_section_opens_with_something_on_it(language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert page.title[0].value == {"en": "Teach it your classes", "fr": "Lui apprendre vos classes"}[language]
    assert not page.error
    assert not page.warning
    assert len(words(page)) > 250


def test_it_opens_on_a_computed_comparison() -> None:
    page = open_page("en")
    assert "79 of 80 right, so between 93% and 100%" in words(page)
    assert "240 learn · 80 choose · 80 judge" in words(page)
    assert page.selectbox(key="teach.cell.widget").options[0] == "All mistakes (1)"


def test_a_photo_is_relabelled_and_everything_is_learnt_again() -> None:
    page = open_page("en")
    [mistake] = [each for each in page.button if each.label == "It is cat"]
    mistake.click()
    page.run()
    assert not page.exception
    assert "80 of 80 right" in words(page)
    assert page.selectbox(key="teach.cell.widget").options[0] == "All mistakes (0)"
    assert "240 learn · 80 choose · 80 judge" in words(page)  # the test photos stayed where they were


def test_own_photos_are_learnt_by_a_small_model() -> None:
    page = open_page("en", start="own", models="cnn-mini")
    assert "Give each class photos of its own" in words(page)
    page = with_own(page, own_bins({"dark": 6, "bright": 6}))
    assert not page.exception
    assert "8 learn · 2 choose · 2 judge" in words(page)
    assert "of 2 right" in words(page)
    chart = page.get("plotly_chart")
    assert len(chart) >= 3


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"dark": 4}, "at least 2 classes, and there are 1"),
        ({"dark": 4, "bright": 0}, "The class “bright” has no photo"),
        ({"dark": 4, "bright": 1}, "“bright” fall into too few groups that differ"),
    ],
)
def test_one_sentence_for_what_cannot_be_learnt(counts: dict[str, int], said: str) -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini"), own_bins(counts))
    [error] = page.error
    assert said in error.value
    assert sum(counts.values()) == len(page.session_state["teach"].bins("own"))  # the bins are kept


@pytest.mark.parametrize(
    ("name", "said"), [("<b>mug</b>", "letters, digits"), ("dark", "is a class “dark” already"), (" ", "needs a name")]
)
def test_a_class_name_that_is_none(name: str, said: str) -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini"), own_bins({"dark": 3, "bright": 3}))
    page.text_input(key="teach.new").set_value(name)
    page.button(key="teach.add").click().run()
    [error] = page.error
    assert said in error.value
    assert page.session_state["teach"].bins("own").labels == ("dark", "bright")


def test_a_refused_photo_is_named() -> None:
    page = open_page("fr", start="own", models="cnn-mini")
    error = PhotoInTwoClasses(photo="a.png", first="dark", second="bright")
    page.session_state["teach"].change("own", own_bins({"dark": 3, "bright": 3}))
    page.session_state["teach"].refusals.append(("a.png", error))
    page.run()
    assert "déjà dans la classe" in page.error[0].value


@pytest.mark.parametrize("delete", [True, False])
def test_the_only_test_photo_of_a_class_is_moved_or_deleted(delete: bool) -> None:
    bins = own_bins({"dark": 5, "bright": 9})
    page = with_own(open_page("en", start="own", models="cnn-mini"), bins)
    [parts] = page.session_state["teach"].frozen.values()
    [tested] = [each for each in bins.examples if each.label == "dark" and parts[each.sha256] == TEST]
    page = with_own(page, bins.removed(tested.sha256) if delete else bins.moved(tested.sha256, "bright"))
    assert not page.error
    assert "judge" in words(page)


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"dark": 6, "bright": 6}, "on 2 photos for validation and {chosen} photos of other things"),
        ({"dark": 2, "bright": 2}, "There are no validation photos, so no threshold could be chosen"),
    ],
)
def test_on_what_the_threshold_was_chosen(counts: dict[str, int], said: str) -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini", section="unknown"), own_bins(counts))
    assert not page.error
    scenes = np.array([each.label for each in builtin_gallery().pictures])
    chosen = int((~every_other(scenes)).sum())
    assert chosen != len(scenes) - chosen
    assert said.format(chosen=chosen) in words(page)
    assert ("Chosen where" in words(page)) == (counts["dark"] > 2)


def test_a_start_of_numbers_needs_its_own_model() -> None:
    page = open_page("en", models="cnn-mini")
    assert "cannot learn from this start" in page.info[0].value


def test_a_network_learns_and_stands_in_the_comparison() -> None:
    page = open_page("en", start="own", models="cnn-mini", section="network")
    page = with_own(page, own_bins({"dark": 6, "bright": 6}))
    page.number_input(key="teach.epochs").set_value(1).run()
    page.button(key="teach.train.start").click().run()
    page = ended(page)
    assert "CNN mini, fine-tuned" in words(page)
    assert "What it forgot" in words(page)
    page.query_params["teach.section"] = "learn"
    page.session_state["url_state.chosen"]["teach.section"] = ["learn"]
    page.run()
    assert "CNN mini, fine-tuned" in page.selectbox(key="teach.row.widget").options


def test_a_network_that_is_ready_while_another_section_is_open_is_compared() -> None:
    page = open_page("en", start="own", models="cnn-mini", section="network")
    page = with_own(page, own_bins({"dark": 6, "bright": 6}))
    page.number_input(key="teach.epochs").set_value(1).run()
    page.button(key="teach.train.start").click().run()
    page.segmented_control(key="teach.section.widget").set_value("learn").run()
    compared = lambda: "CNN mini, fine-tuned" in page.selectbox(key="teach.row.widget").options  # noqa: E731
    wait_until(compared, meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)


def test_a_network_of_another_split_is_not_compared() -> None:
    page = open_page("en", start="own", models="cnn-mini", section="network", how="scratch")
    bins = own_bins({"dark": 9, "bright": 9})
    page = with_own(page, bins)
    page.number_input(key="teach.epochs").set_value(1).run()
    page.button(key="teach.train.start").click().run()
    page = ended(page)
    here, elsewhere = "The comparison shows it beside the probes", "The comparison leaves it out"
    assert here in words(page)
    networks = page.session_state["teach"].networks
    assert len(networks) == 1
    page.number_input(key="teach.seed").set_value(7).run()
    assert elsewhere in words(page)
    assert here not in words(page)
    page.number_input(key="teach.seed").set_value(0).run()
    assert here in words(page)
    page.segmented_control(key="teach.share.widget").set_value("0.3").run()
    assert elsewhere in words(page)
    page.segmented_control(key="teach.share.widget").set_value("0.2").run()
    moved = next(each for each in bins.examples if each.label == "dark")
    page = with_own(page, bins.moved(moved.sha256, "bright"))
    assert elsewhere in words(page)
    page.session_state["url_state.chosen"]["teach.section"] = ["learn"]
    page.run()
    assert not any("from scratch" in each for each in page.selectbox(key="teach.row.widget").options)
    assert len(networks) == 1
    page = with_own(page, bins)
    assert any("from scratch" in each for each in page.selectbox(key="teach.row.widget").options)


def ended(page: AppTest) -> AppTest:
    """The page once its training is over."""
    wait_until(lambda: page.metric, meanwhile=page.run, pause_s=0.1, patience_s=LONG_PATIENCE_S)
    return page


def test_lora_asks_for_a_vit() -> None:
    page = open_page("en", start="own", models="cnn-mini", section="network", how="lora")
    page = with_own(page, own_bins({"dark": 6, "bright": 6}))
    assert "LoRA is offered for a ViT" in page.info[0].value


def test_the_model_becomes_one_of_this_visit(tmp_path: Any) -> None:
    page = open_page("en", start="own", models="cnn-mini", section="use")
    page = with_own(page, own_bins({"dark": 6, "bright": 6}))
    page.button(key="teach.use").click().run()
    assert not page.error
    assert "Models of this visit" in words(page)
    page.switch_page("pages/features.py")
    page.run()
    names = page.multiselect(key="features.models.widget").options
    assert any(each.startswith("dark, bright (CNN mini)") for each in names)


@pytest.mark.parametrize(
    ("name", "parameter", "said"),
    [
        ("adversarial", "adversarial.model", "anything else"),
        ("ideal_cat", "ideal_cat.models", "dark, bright"),
    ],
)
def test_pages_of_cats_and_dogs_take_other_classes(name: str, parameter: str, said: str) -> None:
    page = with_own(open_page("en", start="own", models="cnn-mini", section="use"), own_bins({"dark": 6, "bright": 6}))
    page.button(key="teach.use").click().run()
    [key] = [each.card.key for each in page.session_state["session_models"].models]
    page.switch_page(f"pages/{name}.py")
    page.query_params[parameter] = key
    page.run()
    assert not page.error
    assert not page.exception
    assert said in words(page)
