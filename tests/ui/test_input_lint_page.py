"""The page Input lint as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from tests.ui.test_adversarial_page import APP, LAST_START, ended, new_visitor, press, words  # noqa: F401  (a fixture)
from vizcore.preprocessing.recipes import RECIPES
from vizcore.preprocessing.variants.feeding import feed
from vizcore.preprocessing.variants.table import VARIANTS
from vizcore.samples import load_sample


def open_page(language: str = "en", **settings: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.run()
    app.switch_page("pages/input_lint.py")
    for name, value in settings.items():
        app.query_params[name] = value
    page = app.run()
    assert not page.exception
    return page


@pytest.mark.parametrize(
    ("language", "title", "fault"),
    [("en", "Input lint", "BGR for RGB"), ("fr", "Contrôle des entrées", "BGR au lieu de RGB")],
)
def test_opens_on_a_result(language: str, title: str, fault: str) -> None:
    page = open_page(language)
    assert [each.value for each in page.title] == [title]
    assert not page.error
    assert fault in words(page)
    assert "Lite0" in words(page)
    assert "ImageOps" in words(page)


def test_a_detector_and_a_segmenter() -> None:
    page = open_page(**{"input_lint.model": "yolo-mini"})
    assert "lost" in words(page)
    page = open_page(**{"input_lint.model": "sam-mini", "input_lint.fault": "grey"})
    assert "prepares its pictures itself" in words(page)


def test_many_photos() -> None:
    page = open_page(**{"input_lint.section": "folder", "input_lint.set": "tray", "sample": "cat"})
    ended(press(page, "input_lint.folder.start"), "input_lint.folder")
    assert not page.error
    assert "1 photo" in words(page)
    assert LAST_START not in words(page)


def test_a_table_of_another_model_or_of_other_photos_is_said_to_be_of_the_last_start() -> None:
    page = open_page(**{"input_lint.section": "folder", "input_lint.set": "tray", "sample": "cat"})
    page = ended(press(page, "input_lint.folder.start"), "input_lint.folder")
    page.query_params["input_lint.model"] = "cnn-mini"
    page.run()
    assert not page.exception
    assert words(page).count(LAST_START) == 1
    assert "#### " in words(page), "the table names its own model"
    assert "Lite0" in words(page)
    page.query_params["input_lint.model"] = "efficientnet-lite0"
    page.run()
    assert LAST_START not in words(page)
    page.query_params["input_lint.set"] = "built-in"
    page.run()
    assert words(page).count(LAST_START) == 1


def test_the_detective_reads_numbers_and_refuses_words() -> None:
    page = open_page(**{"input_lint.section": "detective"})
    assert any("255" in each.value for each in page.error)
    area = page.text_area[0]
    page = area.set_value("min 0 0 0\nmax 1 1 1\nmean .4 .4 .3\nstd .2 .2 .2").run()
    assert any("mean and deviation were not applied" in each.value for each in page.warning)
    page = page.text_area[0].set_value("nothing to see here").run()
    assert not page.exception
    assert any("four lines" in each.value for each in page.error)


def test_the_detective_finds_the_fault_of_a_tensor() -> None:
    tensor = feed(RECIPES["half-256-224-bicubic"], load_sample("cat"), VARIANTS["bgr"]).network.transpose(2, 0, 1)
    stream = io.BytesIO()
    np.save(stream, tensor)
    page = open_page(**{"input_lint.section": "detective"})
    page = page.file_uploader(key="input_lint.npy.efficientnet-lite0.0").upload("mine.npy", stream.getvalue()).run()
    for _click in range(2):  # the answer stays at the next click, after the file's bytes are freed
        assert any("BGR" in each.value for each in page.warning)
        assert any("mine" in each.value for each in page.caption)
        page = page.run()
    page = page.file_uploader(key="input_lint.npy.efficientnet-lite0.1").upload("broken.npy", b"no tensor").run()
    for _click in range(2):
        assert not page.exception
        assert not any("BGR" in each.value for each in page.warning)
        assert any("broken" in each.value for each in page.error)
        page = page.run()


@pytest.mark.parametrize(
    ("language", "spoilt", "said"),
    [
        ("en", lambda tensor: tensor[:, :, :1], "has 1 channel,"),
        ("fr", lambda tensor: np.concatenate([tensor, tensor[:, :, :1]], axis=2), "a 4 canaux"),
        ("en", lambda tensor: np.where(tensor == tensor.max(), np.nan, tensor), "not numbers"),
    ],
)
def test_why_a_tensor_cannot_be_compared(language: str, spoilt: Callable[[np.ndarray], np.ndarray], said: str) -> None:
    stream = io.BytesIO()
    np.save(stream, spoilt(feed(RECIPES["half-256-224-bicubic"], load_sample("cat")).network))
    page = open_page(language, **{"input_lint.section": "detective"})
    page = page.file_uploader(key="input_lint.npy.efficientnet-lite0.0").upload("mine.npy", stream.getvalue()).run()
    assert said in words(page)
    assert not any(wrong in words(page) for wrong in ("that size", "cette taille", "No single fault"))


def test_tiles_name_what_they_do() -> None:
    page = open_page(**{"input_lint.section": "tiles"})
    assert not page.error
    assert "9 tiles" in words(page)


def test_page_is_listed() -> None:
    assert Path("pages/input_lint.py").is_file()
