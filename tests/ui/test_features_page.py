"""The Features page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S
from vizcore.errors import InvalidOutput
from vizcore.features.overview import Overview, OverviewSettings, overview
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.ui.panels.features import classes
from vizcore.zoo.protocols import FeatureModel

PLAIN_LOOK = overview
APP = str(Path(__file__).parents[2] / "app.py")


def nan_from_the_vit(model: FeatureModel, photo: Photo, settings: OverviewSettings) -> Overview:
    """Stands in for `look`: one of the three models gives no valid numbers."""
    if model.card.key == "vit-mini":
        raise InvalidOutput(model="vit-mini")
    return PLAIN_LOOK(model, photo, settings)


def open_page(language: str, *samples: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    return app.switch_page("pages/features.py").run()


@pytest.mark.parametrize(("language", "title"), [("en", "Features"), ("fr", "Caractéristiques")])
def test_two_samples_side_by_side(language: str, title: str) -> None:
    page = open_page(language, "cat", "coffee")
    assert not page.exception
    assert not page.error
    assert [each.value for each in page.title] == [title]
    cosines = [each.value for each in page.metric][-2:]
    assert all(-1 <= float(value.replace(",", ".").replace("−", "-")) <= 1 for value in cosines)
    assert len(page.dataframe[0].value) == 3


def test_one_photo_asks_for_a_second() -> None:
    page = open_page("en", "cat")
    assert not page.exception
    assert "Choose a second photo" in page.info[0].value


def test_an_empty_tray_opens_on_a_sample_and_offers_others() -> None:
    page = open_page("en")
    assert not page.exception
    assert len(page.dataframe[0].value) == len({"efficientnet-lite0", "cnn-mini", "vit-mini"})
    assert page.pills[0].value == ["cat"]
    assert len(page.pills[0].options) > 1


def test_moving_the_display_slider_runs_no_model() -> None:
    from vizcore.engine import shared_engine

    page = open_page("en", "cat")
    calls = shared_engine().status().calls
    page.slider(key="features.strength").set_value(0.2).run()
    assert not page.exception
    assert shared_engine().status().calls == calls


def test_a_tiny_upload_works() -> None:
    page = open_page("en")
    uploader = next(each for each in page.file_uploader)
    uploader.upload("dot.png", encode_png(np.zeros((1, 1, 3), np.uint8)), "image/png")
    page.run()
    assert not page.exception
    assert page.dataframe


def test_two_photos_of_one_name_have_a_verdict_each(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = [Photo(np.full((8, 8, 3), level, np.uint8), "image.jpg") for level in (0, 200)]
    answers = {photos[0].sha256: "cat", photos[1].sha256: "dog"}
    said: list[str] = []
    monkeypatch.setattr(classes, "verdict", lambda answer: answer)
    monkeypatch.setattr("streamlit.markdown", said.append)
    looked = SimpleNamespace(photos=photos, of_photo=lambda photo: answers[photo.sha256])
    classes.show_verdicts(looked)  # type: ignore[arg-type]
    assert [line.partition(":")[2].strip() for line in said[0].split("  \n")] == ["cat", "dog"]


def test_a_model_that_answers_nan_leaves_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.features.overview.overview", nan_from_the_vit)
    page = open_page("en", "rocket")
    assert not page.exception
    assert len(page.error) == 1
    assert len(page.dataframe[0].value) == 2


def test_the_record_is_json_without_nan() -> None:
    from tests.tiny_models import noise_photo, tiny_cnn
    from tests.ui.written_files import json_bytes

    found = overview(tiny_cnn(), noise_photo())
    again = json.loads(json_bytes(found))
    assert again["embedding"]["vector"] == [float(v) for v in found.embedding.vector]
    assert again["provenance"]["photos_sha256"] == [noise_photo().sha256]
