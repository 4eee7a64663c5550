"""Can a visitor's record be read again exactly, and does it harm nobody who opens it?"""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.ui.written_files import csv_bytes, json_bytes
from vizcore.errors import ExportAbandoned
from vizcore.features.preprocessing_view import PreprocessingView, ViewedStep
from vizcore.generation.ideal.settings import IdealSettings
from vizcore.images import open_photo
from vizcore.pictures import encode_jpeg, encode_png
from vizcore.results import Classification, Embedding, Provenance
from vizcore.ui.downloads import caption, changed, file_name, safe_stem
from vizcore.ui.export_formats import (
    PIECES_A_BATCH,
    ROWS_A_BATCH,
    Cell,
    csv_pieces,
    harmless,
    in_batches,
    json_pieces,
    parquet_bytes,
)
from vizcore.ui.session import Visit

FROM = Provenance(operation="classify", model="cnn-mini", photos_sha256=("ab12cd34ef",))


def classification(*probabilities: float) -> Classification:
    numbers = np.array(probabilities)
    return Classification(FROM, tuple(f"class {i}" for i in range(len(numbers))), numbers, np.log(numbers))


def embedding(*numbers: float) -> Embedding:
    return Embedding(FROM, np.array(numbers), "embedding")


def test_json_keeps_every_number() -> None:
    given = classification(0.1, 0.2, 0.7000000000000001)
    read = json.loads(json_bytes(given))
    assert read["probabilities"] == [0.1, 0.2, 0.7000000000000001]
    assert read["provenance"]["model"] == "cnn-mini"


def test_json_of_several_and_of_none() -> None:
    read = json.loads(json_bytes([embedding(1.0), embedding(2.0)]))
    assert [each["vector"] for each in read["results"]] == [[1.0], [2.0]]
    assert json.loads(json_bytes([]))["results"] == []


def test_json_never_writes_nan() -> None:
    read = json.loads(json_bytes(embedding(float("nan"), float("inf"), 1.0)), parse_constant=pytest.fail)
    assert read["vector"] == [None, None, 1.0]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+x", "'+x"),
        ("-x", "'-x"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("  =x", "'  =x"),
        ("cat", "cat"),
        (-1.5, -1.5),
        (None, None),
    ],
)
def test_formulas_become_text(cell: Cell, expected: Cell) -> None:
    assert harmless(cell) == expected


def test_csv_reads_back() -> None:
    rows: list[dict[str, Cell]] = [{"label": '=cmd|"x"', "score": -0.1}, {"label": "a,b\nc", "more": 3}]
    read = list(csv.reader(io.StringIO(csv_bytes(rows).decode("utf-8-sig"), newline="")))
    assert read == [["label", "score", "more"], ['\'=cmd|"x"', "-0.1", ""], ["a,b\nc", "", "3"]]
    assert csv_bytes([]).decode("utf-8-sig").strip() == ""


def test_file_names_are_free_of_language_and_of_the_visitor() -> None:
    assert file_name(classification(1.0), ending="json") == "classification-cnn-mini-ab12cd34.json"
    assert file_name(classification(1.0), embedding(1.0), ending="json").startswith("classification+embedding-cnn-mini")
    assert file_name(ending="json") == "results.json"


@pytest.mark.parametrize(
    ("name", "expected"), [("../../etc/passwd", "etc-passwd"), ("à côté", "c-t"), (".hidden", "hidden"), ("", "")]
)
def test_stems_are_safe(name: str, expected: str) -> None:
    assert safe_stem(name) == expected


def test_long_stem_is_cut() -> None:
    assert len(safe_stem("a" * 500)) == 100


def test_parquet_keeps_vectors_and_texts() -> None:
    import pyarrow.parquet

    columns = {"path": ["=a", "b"], "vector": np.array([[1.5, -2.0], [0.25, 3.0]], np.float32)}
    table = pyarrow.parquet.read_table(io.BytesIO(parquet_bytes(columns)))
    assert table.column_names == ["path", "vector"]
    assert table["path"].to_pylist() == ["=a", "b"], "a typed column is no spreadsheet cell"
    assert table["vector"].to_pylist() == [[1.5, -2.0], [0.25, 3.0]]
    assert str(table.schema.field("vector").type) == "list<element: float>"


def test_pictures_stand_in_a_file_as_small_pngs() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (900, 1200, 3), dtype=np.uint8)
    step = ViewedStep("photo", {"width": 1200.0}, photo)
    numbers = np.zeros(3)
    view = PreprocessingView(FROM, (step,), (), (0, 0, 1, 1), (1, 1), 0.0, numbers, numbers)
    data = json_bytes(view)
    assert len(data) < 1_000_000
    written = json.loads(data)["steps"][0]["rgb"]
    assert (written["size_wh"], written["shown_wh"]) == ([1200, 900], [512, 384])
    assert open_photo(base64.b64decode(written["png_base64"])).rgb.shape == (384, 512, 3)
    assert written["sha256"] == hashlib.sha256(photo.tobytes()).hexdigest()


def test_an_array_beyond_a_million_numbers_is_summed_up() -> None:
    big, small = np.arange(1_000_001.0), np.array([1.5])
    first, second = json.loads(json_bytes([Embedding(FROM, big, "a"), Embedding(FROM, small, "b")]))["results"]
    assert second["vector"] == [1.5]
    assert {name: first["vector"][name] for name in ("left_out", "shape", "least", "most", "mean")} == {
        "left_out": 1_000_001, "shape": [1_000_001], "least": 0.0, "most": 1_000_000.0, "mean": 500_000.0
    }  # fmt: skip
    assert Embedding(FROM, big, "a").to_json()["vector"][-1] == 1_000_000.0, "a program gets every number"


def test_nothing_is_written_for_a_visitor_who_has_left() -> None:
    visit = Visit("s")
    assert b"".join(json_pieces(embedding(1.0), visit)) == json_bytes(embedding(1.0))
    visit.left = True
    with pytest.raises(ExportAbandoned):
        list(json_pieces(embedding(1.0), visit))


def test_results_are_turned_into_text_one_after_the_other() -> None:
    asked: list[int] = []

    class Noted(Embedding):
        def to_json(self) -> dict[str, Any]:
            asked.append(len(self.vector))
            return super().to_json()

    pieces = json_pieces([Noted(FROM, np.arange(float(n)), "a") for n in (30_000, 30_001, 30_002)])
    assert next(pieces).startswith(b'{\n "schema"')
    assert asked == [30_000]
    assert b"30001.0" in b"".join(pieces)
    assert asked == [30_000, 30_001, 30_002]


def test_many_short_texts_are_fewer_and_long_tables_too() -> None:
    assert list(in_batches(["é"] * PIECES_A_BATCH + ["x"])) == ["é".encode() * PIECES_A_BATCH, b"x"]
    rows: Iterator[dict[str, Cell]] = ({"n": n, "s": "=1"} for n in range(ROWS_A_BATCH + 1))
    header, full, rest = csv_pieces(rows)
    assert header.decode("utf-8-sig") == "n,s\r\n"
    assert full.count(b"\r\n") == ROWS_A_BATCH
    assert rest == f"{ROWS_A_BATCH},'=1\r\n".encode()
    assert b"".join(csv_pieces(iter(()))).decode("utf-8-sig").strip() == ""


def test_a_caption_names_photo_model_weights_settings_and_seed() -> None:
    made = Provenance("class_maps", "cnn-mini", "0272cad2" * 8, settings={"target": 282, "stage": "layer4"}, seed=7)
    words = caption(Embedding(made, np.ones(2), "avgpool"), "cat", "Grad-CAM", "")
    assert words == "cat · Grad-CAM · cnn-mini (weights 0272cad2) · class_maps · target=282 · stage=layer4 · seed 7"


@pytest.mark.parametrize("known", ["settings", "provenance"])
def test_a_caption_always_names_the_seed_and_those_settings_that_had_a_part(known: str) -> None:
    many = {f"s{n}": n for n in range(10)} | ({"seed": 3} if known == "settings" else {})
    made = Provenance("ideal", "cnn-mini", settings=many, seed=3 if known == "provenance" else None)
    result = Embedding(made, np.ones(2), "avgpool")
    assert caption(result) == " · ".join(["cnn-mini", "ideal", *(f"s{n}={n}" for n in range(10)), "seed 3"])
    assert caption(result, heeded={"s9"}) == "cnn-mini · ideal · s9=9 · seed 3"


def test_settings_that_are_the_usual_ones_are_not_changed() -> None:
    assert changed(IdealSettings(jitter=0.1, seed=2)) == {"jitter", "seed"}


def test_a_caption_of_nothing_known_is_short() -> None:
    assert caption(Embedding(Provenance(), np.ones(2), "avgpool")) == ""


UI = Path(__file__).parents[2] / "vizcore" / "ui"
SAYS_NOTHING = {"privacy.py"}  # what was hidden in a picture must not be told by its caption


@cache
def all_calls() -> list[tuple[str, str, ast.Call]]:
    """(file, function, call) of every call in the interface."""
    return [
        (file.name, getattr(node.func, "attr", getattr(node.func, "id", "")), node)
        for file in sorted(UI.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def calls_of(*names: str) -> Iterator[tuple[str, ast.Call]]:
    """(file, call) of every call of these functions in the interface."""
    return ((file, call) for file, name, call in all_calls() if name in names)


def test_every_picture_that_leaves_has_a_caption() -> None:
    said = {}
    for file, call in calls_of("download_png", "download_jpeg", "download"):
        about = next((each.value for each in call.keywords if each.arg == "about"), None)
        if about is None or (isinstance(about, ast.Constant) and not about.value):
            said.setdefault(file, call.lineno)
    assert set(said) == SAYS_NOTHING, said
    assert sum(1 for _call in calls_of("download_png")) >= 9


def test_no_picture_leaves_by_another_way() -> None:
    images = [
        (file, call.lineno)
        for file, call in calls_of("download_made")
        if any(each.arg == "mime" and "image/" in ast.unparse(each.value) for each in call.keywords)
    ]
    assert not images, "use download_png or download_jpeg, which ask for a caption"
    assert {file for file, _call in calls_of("download_button")} == {"downloads.py"}, "bounded there, and streamed"


def test_a_caption_stands_in_the_file_beside_unchanged_pixels() -> None:
    pixels = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    png = Image.open(io.BytesIO(encode_png(pixels, "ché · α")))
    assert png.text["Description"] == "ché · α"  # type: ignore[attr-defined]
    assert np.array_equal(np.asarray(png), pixels)
    assert Image.open(io.BytesIO(encode_jpeg(pixels, about="ché · α"))).info["comment"].decode() == "ché · α"
    assert "comment" not in Image.open(io.BytesIO(encode_jpeg(pixels))).info
