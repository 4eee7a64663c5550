"""The two engines on drawn documents, and what they do with pictures that hold no text or cannot be read."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import numpy as np
import psutil
import pytest

from vizcore.errors import InvalidOutput, LibraryMissing, ReadingTimeout
from vizcore.metrics.text.error_rates import compare_texts
from vizcore.photo import Photo
from vizcore.reading.documents.drawn import DocumentSettings, DrawnDocument, draw_document
from vizcore.reading.fields.extract import extract_fields
from vizcore.reading.read import read_text
from vizcore.reading.results import ReadText
from vizcore.zoo import text_readers
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model
from vizcore.zoo.text_readers import installed_languages, lines_of_tsv
from vizcore.zoo.weights import availability

needs_tesseract = pytest.mark.skipif(not installed_languages(), reason="Tesseract is not on this machine")
BLANK = Photo(np.full((120, 160, 3), 255, np.uint8), "blank")


@pytest.fixture(scope="module")
def readers() -> dict[str, Any]:
    return {
        key: load_model(card(key), "cpu") for key in ("rapidocr", *(["tesseract"] if installed_languages() else []))
    }


@pytest.fixture(scope="module")
def receipt() -> DrawnDocument:
    return draw_document(DocumentSettings("receipt", "fr", seed=5, rotation=1.0))


@pytest.mark.parametrize(("key", "most"), [("rapidocr", 0.02), pytest.param("tesseract", 0.05, marks=needs_tesseract)])
def test_reads_a_drawn_receipt(readers: dict[str, Any], receipt: DrawnDocument, key: str, most: float) -> None:
    found = read_text(readers[key], receipt.photo)
    assert isinstance(found, ReadText)
    rate = compare_texts(receipt.text, found.text).cer
    assert rate is not None
    assert rate <= most
    assert {name: each.value for name, each in extract_fields(found.text).items()} == receipt.fields
    assert found.provenance.timing_ms["read"] > 0
    assert found.provenance.versions[key]
    boxes = found.boxes_xyxy
    assert (boxes >= -3).all()
    assert (boxes[:, 2] <= receipt.photo.width + 3).all()
    total = found.text.index("Total TTC")
    [place] = found.places_of(total, total + 5)
    assert found.texts[place].startswith("Total TTC")


@pytest.mark.parametrize("key", ["rapidocr", pytest.param("tesseract", marks=needs_tesseract)])
@pytest.mark.parametrize("photo", [BLANK, Photo(np.zeros((1, 1, 3), np.uint8), "dot")], ids=["blank", "dot"])
def test_nothing_to_read_is_an_empty_text(readers: dict[str, Any], key: str, photo: Photo) -> None:
    found = read_text(readers[key], photo)
    assert (found.text.strip(), found.polygons.shape[1:]) == ("", (4, 2))


def test_rapidocr_never_looks_for_a_download(monkeypatch: pytest.MonkeyPatch) -> None:
    import rapidocr.utils.download_file as downloads

    def refuse(*_arguments: object, **_more: object) -> None:
        raise AssertionError("a download was tried")

    monkeypatch.setattr(downloads.DownloadFile, "run", refuse)
    assert read_text(load_model(card("rapidocr"), "cpu"), BLANK).text == ""  # type: ignore[arg-type]
    assert availability(card("rapidocr")) == "here"


def test_a_failure_of_the_library_is_an_error_with_a_code(
    readers: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_picture: object) -> None:
        raise RuntimeError("onnx")

    monkeypatch.setattr(readers["rapidocr"], "_engine", fail)
    with pytest.raises(InvalidOutput):
        read_text(readers["rapidocr"], BLANK)


@needs_tesseract
def test_tesseract_is_stopped_at_its_limit(
    readers: dict[str, Any], receipt: DrawnDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_readers, "TIME_LIMIT_S", 0.02)
    before = set(threading.enumerate())
    with pytest.raises(ReadingTimeout):
        read_text(readers["tesseract"], receipt.photo)
    assert not set(threading.enumerate()) - before
    assert not [each for each in psutil.Process().children(recursive=True) if each.name() == "tesseract"]


@needs_tesseract
def test_tesseract_failing_is_an_error_with_a_code(readers: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    reader = readers["tesseract"]
    broken = replace(reader.card, facts={**reader.card.facts, "page_segmentation": 99})
    monkeypatch.setattr(reader, "card", broken)
    with pytest.raises(InvalidOutput):
        reader.read(BLANK)


def test_without_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert availability(card("tesseract")) == "blocked"
    with pytest.raises(LibraryMissing):
        load_model(card("tesseract"), "cpu")


def test_the_table_of_words_becomes_lines() -> None:
    head = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
    rows = [
        "5\t1\t1\t1\t1\t1\t10\t20\t30\t10\t90\tTotal",
        "5\t1\t1\t1\t1\t2\t50\t18\t20\t12\t70\t12.00",
        "5\t1\t1\t1\t2\t1\t10\t40\t30\t10\t-1\t ",
        "4\t1\t1\t1\t2\t0\t10\t40\t30\t10\t-1\t",
    ]
    [line] = lines_of_tsv("\n".join([head, *rows]), scale=2.0)
    assert (line.text, line.confidence) == ("Total 12.00", pytest.approx(0.8))
    assert line.polygon.tolist() == [[20, 36], [140, 36], [140, 60], [20, 60]]
    assert list(lines_of_tsv("")) == []
