"""Can a visitor's record be read again exactly, and does it harm nobody who opens it?"""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from vizcore.results import Classification, Embedding, Provenance
from vizcore.ui.downloads import Cell, csv_bytes, file_name, harmless, json_bytes, parquet_bytes, safe_stem

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
