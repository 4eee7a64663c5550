"""`read FILE...`: lines with boxes and confidence, and one line for each input, good or bad."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.cli.invocation import invoke
from vizcore.reading.documents.drawn import DocumentSettings, draw_document


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
