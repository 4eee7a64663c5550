"""The page "Kinds of segmentation" as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.engine import Engine
from vizcore.results import Provenance
from vizcore.segmentation.kinds import SegmentMap
from vizcore.settings import current
from vizcore.ui import session
from vizcore.zoo import catalogue
from vizcore.zoo.catalogue.segmenter_cards import SEGMENTER_CARDS
from vizcore.zoo.weights.folders import download_folder

APP = str(Path(__file__).parents[2] / "app.py")
SECTIONS = ("scene", "scored", "photo")


def open_page(language: str, *samples: str, **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    app.switch_page("pages/segmentation_kinds.py")
    for name, value in settings.items():
        app.query_params[f"segmentation_kinds.{name}"] = value
    page = app.run()
    assert not page.exception, page.exception
    weightless = "models" in settings and "models_here" not in settings
    assert bool(page.error) == weightless, "only the models' weights are missing here"
    return page


def numbers(page: AppTest) -> dict[str, str]:
    return {each.label: each.value for each in page.metric}


def words(page: AppTest) -> str:
    kinds = (page.markdown, page.caption, page.info)
    return "\n".join(str(each.value) for kind in kinds for each in kind)


def slid(page: AppTest, **values: int) -> AppTest:
    for name, value in values.items():
        page.slider(key=f"segmentation_kinds.{name}").set_value(value)
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_on_an_empty_tray(language: str, section: str) -> None:
    page = open_page(language, section=section)
    assert page.slider
    assert not page.warning


def test_the_three_answers_count_differently() -> None:
    page = open_page("en")
    said = words(page)
    assert "nobody can say how many objects" in said
    assert "Objects: 7; nothing is said about the ground" in said
    assert "Segments: 8, which are the objects (7) and the ground" in said


@pytest.mark.parametrize("section", ["scene", "scored"])
def test_an_empty_scene(section: str) -> None:
    page = slid(open_page("en", section=section), objects=0)
    if section == "scored":
        assert numbers(page)["PQ"] == "1"
    else:
        assert "An empty scene" in words(page)


def test_a_perfect_prediction_and_a_merged_one() -> None:
    page = slid(open_page("en", section="scored"), shift_px=0, missed=0, merged=0)
    assert set(numbers(page).values()) == {"1"}
    slid(page, merged=2)
    assert numbers(page)["mIoU"] == "1"
    assert float(numbers(page)["PQ"]) < 0.95
    assert "PQ counts objects" in words(page)
    formulas = "\n".join(each.value for each in page.latex)
    assert r"\mathrm{RQ}" in formulas
    assert r"\mathrm{mIoU}" in formulas


def test_what_was_merged_is_said_only_where_something_was() -> None:
    page = slid(open_page("en", section="scored", seed="1"), objects=2, missed=0, shift_px=25)
    shown = numbers(page)
    assert float(shown["mIoU"]) - float(shown["PQ"]) > 0.1
    assert "PQ counts objects" not in words(page), "there is no pair of one class"


def test_a_class_that_only_the_prediction_has_is_in_the_legend() -> None:
    page = slid(open_page("en", section="scored", seed="3"), objects=2, renamed=1)
    legend = next(each.value for each in page.markdown if each.value.startswith("Classes:"))
    rows = next(each.value for each in page.markdown if each.value.startswith("| Class"))
    assert "dog" in rows
    assert "dog" in legend


def test_the_bundled_pair_cuts_a_photo_in_three_kinds() -> None:
    page = open_page("en", section="photo")
    said = words(page)
    assert "By two bundled models" in said
    assert all(f"**{kind}**" in said for kind in ("Semantic", "Instance", "Panoptic"))
    assert "unlabelled" in said
    french = words(open_page("fr", section="photo"))
    assert "sans étiquette" in french
    assert "unlabelled" not in french


def test_an_official_model_that_is_not_here_is_one_sentence() -> None:
    page = open_page("en", "cat", section="photo", models=SEGMENTER_CARDS[0].key)
    assert "are not on this machine" in page.error[0].value or "Downloads are switched off" in page.error[0].value


def test_an_official_model_on_a_photo(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way: the card's file found and verified, loaded by the engine, answered, shown and exported. The
    weights are random."""
    torch.manual_seed(0)
    module = torchvision.models.get_model(
        "deeplabv3_mobilenet_v3_large", weights=None, weights_backbone=None, aux_loss=True
    )
    official = SEGMENTER_CARDS[0]
    folder = download_folder(official, current())
    folder.mkdir(parents=True)
    path = folder / official.files[0].name
    engine = Engine(current())  # of its own: the shared one must not hold random weights under an official name
    monkeypatch.setattr("vizcore.engine.shared_engine", lambda: engine)
    session.engine.clear()
    try:
        torch.save(module.state_dict(), path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        file = replace(official.files[0], sha256=sha256, size_bytes=path.stat().st_size)
        monkeypatch.setitem(catalogue.CARDS, official.key, replace(official, files=(file,)))
        page = open_page("en", "cat", section="photo", models=official.key, models_here="yes")
        assert "DeepLabV3" in words(page)
        assert "Semantic" in words(page)
        assert "Nobody has said what is in your photo" in words(page)
        assert [each.label for each in page.get("download_button")] == ["JSON", "CSV"] * 2
    finally:
        session.engine.clear()
        engine.close()
        shutil.rmtree(folder)


@pytest.mark.parametrize("kind", ["semantic", "instance", "panoptic"])
@pytest.mark.parametrize("count", [0, 2])
def test_an_answer_about_a_photo(kind: str, count: int) -> None:
    page = AppTest.from_function(_shown_map, args=(kind, count)).run()
    assert not page.exception
    assert len(page.info) == (count == 0)


def _shown_map(kind: str, count: int) -> None:
    import numpy as np

    from vizcore.photo import Photo
    from vizcore.results import Provenance
    from vizcore.segmentation.kinds import SegmentMap
    from vizcore.ui.panels.segmentation_kinds.on_photo import show_map

    numbers = np.zeros((40, 60), np.uint16)
    numbers[:, :20], numbers[:, 20:40] = min(1, count), min(2, count)
    found = SegmentMap(
        Provenance(), numbers, np.arange(count), np.full(count, 0.5), ("cat", "tree"), (True, False), kind, 3
    )
    show_map(Photo(np.full((40, 60, 3), 90, np.uint8), "grey"), found)


def test_a_map_is_checked() -> None:
    with pytest.raises(ValueError, match="expected numbers up to 0"):
        SegmentMap(Provenance(), np.ones((2, 2), int), np.zeros(0, int), np.zeros(0), (), (), "panoptic")
    with pytest.raises(ValueError, match="expected a kind"):
        SegmentMap(Provenance(), np.zeros((2, 2), int), np.zeros(0, int), np.zeros(0), (), (), "other")
