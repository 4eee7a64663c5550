"""The Similarity page as its visitors see it, in both languages, without a browser."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.patience import PATIENCE_S, wait_until
from vizcore.errors import InvalidOutput, LibraryMissing
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.samples import load_sample
from vizcore.similarity import Gallery, GalleryPicture
from vizcore.similarity.many import Embeddings, ManySettings, embed_photos
from vizcore.ui.tray.state import Entry
from vizcore.zoo.protocols import FeatureModel

PLAIN_EMBED = embed_photos
APP = str(Path(__file__).parents[2] / "app.py")


def nan_from_the_vit(model: FeatureModel, photo: tuple[Photo, ...], settings: ManySettings) -> Embeddings:
    """Stands in for `embed_photos`: one of the two models gives no valid numbers."""
    if model.card.key == "vit-mini":
        raise InvalidOutput(model="vit-mini")
    return PLAIN_EMBED(model, photo, settings)


def plain_picture(value: int, side: int = 8) -> bytes:
    return encode_png(np.full((side, side, 3), value, np.uint8))


def pack(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return stream.getvalue()


def small_gallery() -> Gallery:
    """Two classes of two pictures, instead of the built-in one: fewer to look at."""
    noise = np.random.default_rng(0).integers(0, 256, (4, 32, 32, 3), dtype=np.uint8)
    paths = ["a/one", "a/two", "b/three", "b/four"]
    return Gallery(
        tuple(GalleryPicture(Photo(rgb, path), path, path[0]) for rgb, path in zip(noise, paths, strict=True))
    )


def open_page(language: str = "en", *samples: str, **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=PATIENCE_S)
    app.query_params["lang"] = language
    app.query_params["sample"] = list(samples)
    app.run()
    for name, value in query.items():
        app.query_params[f"similarity.{name}"] = value
    return app.switch_page("pages/similarity.py").run()


def upload(page: AppTest, name: str, data: bytes) -> AppTest:
    field = next(each for each in page.file_uploader if (each.key or "").startswith("similarity.zip"))
    field.upload(name, data, "application/zip")
    return page.run()


@pytest.fixture
def four_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vizcore.similarity.builtin.builtin_gallery", small_gallery)


@pytest.mark.parametrize(("language", "title"), [("en", "Similarity"), ("fr", "Similarité")])
def test_two_photos_before_and_after_the_head(language: str, title: str) -> None:
    page = open_page(language, "cat", "coffee")
    assert not page.exception
    assert not page.error
    assert [each.value for each in page.title] == [title]
    cosines = [float(each.value.replace(",", ".").replace("−", "-")) for each in page.metric][-4:]
    assert all(-1 <= value <= 1 for value in cosines)


def test_the_slider_of_pairs_runs_no_model() -> None:
    from vizcore.engine import shared_engine

    page = open_page("en", "cat", "coffee")
    calls = shared_engine().status().calls
    page.slider(key="similarity.pairs").set_value(3).run()
    assert not page.exception
    assert shared_engine().status().calls == calls


def test_a_patch_in_the_address_is_told_in_words_and_a_wrong_one_is_said() -> None:
    page = open_page("en", "cat", "coffee", **{"patch.cnn-mini": "3", "patch.vit-mini": "99999"})
    assert not page.exception
    assert page.query_params["similarity.patch.cnn-mini"] == "3"
    assert "similarity.patch.vit-mini" not in page.query_params
    assert [each.value[:7] for each in page.markdown if each.value.startswith("Patch ")] == ["Patch 3"]
    assert sum("“99999”, but it takes 0 to" in each.value for each in page.caption) == 1


def test_one_photo_is_compared_with_a_sample() -> None:
    page = open_page("en", "cat")
    assert not page.exception
    assert not page.error
    assert len(page.pills[0].value) == 2
    assert "cat" in page.pills[0].value


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("part", ["many", "map", "quality"])
def test_the_built_in_gallery_needs_no_upload(language: str, part: str, four_pictures: None) -> None:
    page = open_page(language, part=part)
    assert not page.exception
    assert not page.error
    assert page.get("plotly_chart")
    assert len(page.get("download_button")) >= 3


def test_quality_shows_the_numbers_of_the_operation(four_pictures: None) -> None:
    from vizcore.engine import shared_engine
    from vizcore.i18n.numbers import percent
    from vizcore.similarity import evaluate_retrieval

    page = open_page(part="quality")
    gallery = small_gallery()
    vectors = shared_engine().run(embed_photos, "cnn-mini", gallery.photos, ManySettings())
    assert isinstance(vectors, Embeddings)
    wanted = percent(evaluate_retrieval(vectors.vectors, gallery.labels).mean_average_precision)
    assert any(f"mAP **{wanted}**" in each.value for each in page.markdown)


def test_pictures_without_a_class_are_not_said_to_be_alone_in_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pictures = small_gallery().pictures
    mixed = Gallery((*pictures, GalleryPicture(pictures[0].photo, "loose", "")))
    monkeypatch.setattr("vizcore.similarity.builtin.builtin_gallery", lambda: mixed)
    page = open_page(part="quality")
    assert any("alone in their class or have none: 1" in each.value for each in page.caption)


def test_the_speed_of_search_with_and_without_the_extra(four_pictures: None, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page("fr", part="speed", count="2000")
    assert not page.exception
    assert not page.error
    assert any(all(word in each.value for word in ("cellules", "IVF", "HNSW")) for each in page.markdown)

    def absent() -> None:
        raise LibraryMissing(library="faiss-cpu", model="IVF, HNSW")

    monkeypatch.setattr("vizcore.similarity.approximate.import_faiss", absent)
    page = open_page(part="speed", count="5000")
    assert not page.exception
    assert any("faiss" in each.value for each in page.error)
    assert any("exact" in each.value for each in page.markdown)


def test_a_query_from_the_address_and_a_display_slider(four_pictures: None) -> None:
    from vizcore.engine import shared_engine

    page = open_page(part="many", query="3")
    assert page.selectbox(key="similarity.query.widget").value == "3"
    calls = shared_engine().status().calls
    page.slider(key="similarity.shown").set_value(2).run()
    page.selectbox(key="similarity.query.widget").set_value("2").run()
    assert not page.exception
    assert shared_engine().status().calls == calls


def test_a_picture_of_the_tray_asks_the_gallery(four_pictures: None) -> None:
    page = open_page("en", "cat", part="many", query="5")
    assert not page.exception
    assert not page.error
    assert page.selectbox(key="similarity.query.widget").value == "5"


def test_a_picture_that_comes_in_later_is_the_query(four_pictures: None) -> None:
    page = open_page("en", "cat", part="many", query="2")
    assert page.selectbox(key="similarity.query.widget").value == "2"
    coffee = load_sample("coffee")
    page.session_state["tray"].entries[coffee.sha256] = Entry(coffee, plain_picture(9))
    assert page.run().selectbox(key="similarity.query.widget").value == "6"
    page.selectbox(key="similarity.query.widget").set_value("1").run()
    assert page.selectbox(key="similarity.query.widget").value == "1"


def test_a_tray_without_class_folders_says_so_once() -> None:
    page = open_page("en", "cat", "coffee", part="quality", gallery="tray")
    assert not page.exception
    assert not page.error
    assert any("have no classes" in each.value for each in page.info)


def test_a_zip_with_rubbish_and_paths_that_climb() -> None:
    page = open_page(part="quality", gallery="own")
    files = {f"{name}/{i}.png": plain_picture(60 * i + place) for place, name in enumerate("ab") for i in range(3)}
    rubbish = {"../../evil.png": plain_picture(9), "a/broken.jpg": b"no", "readme.txt": b"x", "__MACOSX/a.png": b"x"}
    page = upload(page, "mine.zip", pack({**files, **rubbish}))
    assert not page.exception
    assert len(page.error) == 2
    assert page.get("plotly_chart")
    page.button(key="similarity.delete").click().run()
    assert not page.exception
    assert not page.get("plotly_chart")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.zip", b"PK\x03\x04 this is no zip"),
        ("empty.zip", pack({"readme.txt": b"nothing here"})),
        ("one.zip", pack({"a.png": plain_picture(5)})),
        ("many.zip", pack({f"{i}.png": b"" for i in range(501)})),
    ],
)
def test_bad_galleries_are_one_sentence(name: str, data: bytes) -> None:
    page = upload(open_page(part="map", gallery="own"), name, data)
    assert not page.exception
    assert len(page.error) + len(page.info) == 1
    assert not page.get("plotly_chart")
    assert page.expander, "the lesson stays"


@pytest.mark.parametrize("part", ["many", "map", "quality"])
def test_equal_pictures_are_no_trouble(part: str) -> None:
    page = open_page(part=part, gallery="own", method="t-sne")
    page = upload(page, "same.zip", pack({f"{i % 2}/{i}.png": plain_picture(77) for i in range(60)}))
    assert not page.exception
    assert not page.error
    assert page.get("plotly_chart")
    if part == "map":
        assert any("single point" in each.value for each in page.info)


def test_a_model_that_answers_nan_leaves_the_rest(monkeypatch: pytest.MonkeyPatch, four_pictures: None) -> None:
    monkeypatch.setattr("vizcore.similarity.many.embed_photos", nan_from_the_vit)
    page = open_page(part="many")
    assert not page.exception
    assert len(page.error) == 1
    assert len(page.get("plotly_chart")) == 1


def test_many_pictures_are_a_job_that_is_started(monkeypatch: pytest.MonkeyPatch, four_pictures: None) -> None:
    monkeypatch.setattr("vizcore.ui.panels.similarity.embedded.AT_ONCE", 3)
    page = open_page(part="many", models="cnn-mini")
    assert not page.get("plotly_chart")
    start = next(each for each in page.button if (each.key or "").endswith("cnn-mini.start"))
    start.click().run()
    wait_until(lambda: page.get("plotly_chart"), meanwhile=page.run, pause_s=0.1)
    assert not page.exception


@pytest.mark.parametrize(("language", "said"), [("en", "Turn it with the pointer."), ("fr", "Faites-la tourner")])
@pytest.mark.usefixtures("four_pictures")
def test_a_map_has_a_third_axis_and_pictures_where_they_are_asked_for(language: str, said: str) -> None:
    page = open_page(language, part="map", models="cnn-mini", solid="true")
    assert not page.exception
    assert any(each.value.startswith(said) for each in page.caption)
    [chart] = page.get("plotly_chart")
    assert "scatter3d" in str(chart.proto)
    page.toggle(key="similarity.solid").set_value(False).run()
    page.toggle(key="similarity.tiles").set_value(True).run()
    assert not page.exception
    [chart] = page.get("plotly_chart")
    assert "scatter3d" not in str(chart.proto)
    assert str(chart.proto).count("jpeg;base64,") >= 4
