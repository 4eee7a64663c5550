"""`classification-metrics` and `text-metrics`: their keys, and one sentence for what cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from tests.metrics.classification.sets import golden
from tests.metrics.classification.test_csv_files import written


def saved(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_golden_scores(tmp_path: Path) -> None:
    answer = invoke("classification-metrics", saved(tmp_path, "s.csv", written(golden())), "--json")
    [line] = answer.lines
    assert answer.status == 0
    assert (line["top1"], line["confusion"]) == (0.6, [[3, 1, 0], [1, 1, 1], [0, 1, 2]])
    for key in ("macro_f1", "micro_f1", "roc_auc", "pr_auc", "ece", "brier", "nll"):
        assert 0 < line[key] < 1
    assert line["threshold"] is None
    assert "0.745823" in invoke("classification-metrics", tmp_path / "s.csv").out


def test_a_threshold_and_an_undefined_number(tmp_path: Path) -> None:
    path = saved(tmp_path, "s.csv", b"truth,cat\ncat,9\ncat,4\ncat,1\n")
    [line] = invoke("classification-metrics", path, "--threshold", "4", "--json").lines
    assert line["confusion"] == [[0, 0], [1, 2]]
    assert (line["roc_auc"], line["ece"]) == (None, None)
    assert line["undefined"]["roc_auc"] == "one_class"
    assert line["undefined"]["ece"] == "not_probabilities"
    assert line["threshold"] == 4


@pytest.mark.parametrize(
    ("content", "code"), [(b"\xff\xfe\0", "scores_file_invalid"), (b"truth,a\na,x\n", "scores_entry_invalid")]
)
def test_bad_tables(tmp_path: Path, content: bytes, code: str) -> None:
    answer = invoke("classification-metrics", saved(tmp_path, "s.csv", content), "--json")
    assert (answer.status, answer.lines[0]["error"]["code"]) == (2, code)


def texts(folder: Path, reference: bytes, reading: bytes) -> list[object]:
    files = saved(folder, "r.txt", reference), saved(folder, "h.txt", reading)
    return ["--reference", files[0], "--hypothesis", files[1]]


def test_two_texts(tmp_path: Path) -> None:
    arguments = texts(tmp_path, b"Facture\r\nTotal 12", "Factvre\nTotal 12".encode("utf-16"))
    [line] = invoke("text-metrics", *arguments, "--json").lines
    assert (line["cer"], line["wer"]) == (1 / 16, 1 / 3)
    assert line["edits"] == {"substitutions": 1, "deletions": 0, "insertions": 0, "hits": 15}
    assert {"kind": "substitute", "reference": "u", "hypothesis": "v"} in line["alignment"]
    [raw] = invoke("text-metrics", *arguments, "--normalise", "none", "--json").lines
    assert raw["cer"] > line["cer"]
    assert "CER 0.0625" in invoke("text-metrics", *arguments).out


def test_an_empty_reference_is_undefined(tmp_path: Path) -> None:
    arguments = texts(tmp_path, b"", b"abc")
    [line] = invoke("text-metrics", *arguments, "--json").lines
    assert (line["cer"], line["wer"], line["edits"]["insertions"]) == (None, None, 3)
    assert "undefined" in invoke("text-metrics", *arguments).out


def test_texts_that_are_none(tmp_path: Path) -> None:
    answer = invoke("text-metrics", *texts(tmp_path, "été".encode("latin-1"), b"x"), "--json")
    assert (answer.status, answer.lines[0]["error"]["code"]) == (2, "text_unreadable")


def test_options_that_mean_nothing_are_usage_errors(tmp_path: Path) -> None:
    answer = invoke("text-metrics", *texts(tmp_path, b"a", b"b"), "--normalise", "case,shout")
    assert answer.status == 2
    assert "--normalise: shout; there are nfc, line_ends" in answer.err
    answer = invoke("classification-metrics", saved(tmp_path, "s.csv", b"truth,cat\ncat,9\n"), "--threshold", "nan")
    assert answer.status == 2
    assert "nan is not a finite number" in answer.err
