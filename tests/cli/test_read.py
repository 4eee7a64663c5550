"""`read FILE...`: lines with boxes and confidence, and one line for each input, good or bad."""

from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.invocation import invoke
from vizcore.cli import reading
from vizcore.errors import LibraryMissing
from vizcore.reading.documents.drawn import DocumentSettings, draw_document
from vizcore.settings import Settings
from vizcore.zoo.catalogue import card
from vizcore.zoo.weights import require


def test_a_receipt_a_photo_without_text_and_no_file(tmp_path: Path) -> None:
    document = draw_document(DocumentSettings("receipt", "en", scale=0.8))
    path = tmp_path / "receipt.png"
    Image.fromarray(document.photo.rgb).save(path)
    answer = invoke("read", path, "nowhere.png", "--json")
    assert answer.status == 2
    good, bad = answer.lines
    assert "Total due" in good["text"]
    assert {"text", "box", "confidence"} == set(good["lines"][0])
    assert len(good["lines"][0]["box"]) == 4
    assert 0 < good["lines"][0]["confidence"] <= 1
    assert good["provenance"]["operation"] == "read_text"
    assert bad["error"]["code"] == "file_unreadable"


def test_an_engine_that_is_none() -> None:
    answer = invoke("read", "sample:cat", "--engine", "cnn-mini", "--json")
    assert answer.lines[0]["error"]["code"] == "model_cannot"
    assert invoke("read", "sample:cat", "--engine", "nobody", "--json").lines[0]["error"]["code"] == "unknown_model"


def test_without_its_package_an_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(package: str) -> None:
        raise importlib.metadata.PackageNotFoundError(package)

    for name in ("version", "files"):
        monkeypatch.setattr(f"vizcore.zoo.weights.folders.importlib.metadata.{name}", absent)
    with pytest.raises(LibraryMissing) as caught:
        require(card("rapidocr"), Settings(offline=True))
    assert caught.value.values == {"library": "rapidocr", "model": "rapidocr"}
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    assert reading._engine_here() == "tesseract"
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert reading._engine_here() == "rapidocr", "whose absence is then said"
