"""Which tables of scores are read, as what, and which are refused with which sentence?"""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from tests.metrics.classification.sets import golden, random_set
from vizcore.errors import VizError
from vizcore.metrics.classification import csv_files
from vizcore.metrics.classification.csv_files import read_scores, scores_csv
from vizcore.metrics.classification.dataset import Kind, ScoreSet


def written(data: ScoreSet) -> bytes:
    text = io.StringIO()
    rows = list(scores_csv(data))
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.mark.parametrize("kind", ["binary", "multiclass", "multilabel"])
@pytest.mark.parametrize("seed", [4, 7])
def test_what_is_written_reads_the_same(kind: Kind, seed: int) -> None:
    data = random_set(seed, kind)
    again = read_scores(written(data))
    assert (again.kind, again.labels) == (kind, data.labels)
    assert (again.scores == data.scores).all()
    assert (again.truth == data.truth).all()


def test_the_three_kinds() -> None:
    assert read_scores(b"truth,cat\ncat,0.9\ndog,0.1\n").kind == "binary"
    assert read_scores(b"truth,cat,dog\ncat,0.9,0.1\n").kind == "multiclass"
    several = read_scores(b"name,truth,cat,dog\na,cat|dog,0.9,0.8\nb,,0.1,0.2\n")
    assert (several.kind, several.names) == ("multilabel", ("a", "b"))
    assert several.truth.tolist() == [[True, True], [False, False]]


def test_semicolons_and_decimal_commas() -> None:
    found = read_scores("\ufefftruth;chat;chien\nchat;0,75;0,25\n".encode())
    assert found.scores.tolist() == [[0.75, 0.25]]


def test_scores_that_are_no_probabilities_are_taken_as_ranks() -> None:
    assert not read_scores(b"truth,cat\ncat,7\ndog,-3\n").are_probabilities
    assert golden().are_probabilities
    assert not read_scores(b"truth,cat,dog\ncat,0.9,0.9\n").are_probabilities


@pytest.mark.parametrize(
    ("content", "code", "reason", "entry"),
    [
        (b"", "scores_file_invalid", "truth_missing", None),
        (b"\x89PNG\r\n\x1a\n\0\0", "scores_file_invalid", "encoding", None),
        ("truth,été\n".encode("latin-1"), "scores_file_invalid", "encoding", None),
        (b"label,cat\ncat,1\n", "scores_file_invalid", "truth_missing", None),
        (b"truth\ncat\n", "scores_file_invalid", "no_scores", None),
        (b"truth,cat,cat\ncat,1,1\n", "scores_file_invalid", "columns", None),
        (b"truth,cat\n", "scores_file_invalid", "no_rows", None),
        (b"truth,cat\ncat,0.5\ncat,much\n", "scores_entry_invalid", "not_numbers", 2),
        (b"truth,cat\ncat,0.5\ncat,NaN\n", "scores_entry_invalid", "not_finite", 2),
        (b"truth,cat\ncat,inf\n", "scores_entry_invalid", "not_finite", 1),
        (b"truth,cat,dog\ncat,1,0\n,0,1\n", "scores_entry_invalid", "truth_empty", 2),
        (b"truth,cat,dog\ncow,1,0\n", "scores_entry_invalid", "unknown_label", 1),
    ],
)
def test_refused_with_a_reason(content: bytes, code: str, reason: str, entry: int | None) -> None:
    with pytest.raises(VizError) as caught:
        read_scores(content)
    assert (caught.value.code, caught.value.values["reason"]) == (code, reason)
    assert caught.value.values.get("entry") == entry


def test_ten_million_rows_are_refused_before_they_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "_table", None)
    with pytest.raises(VizError) as caught:
        read_scores(b"truth,a\n" + b"a,1\n" * 10_000_000)
    assert caught.value.code == "scores_too_large"


def test_rows_too_short_are_not_filled_up() -> None:
    with pytest.raises(VizError):
        read_scores(b"truth,cat,dog\ncat,0.9\n")
    assert np.isfinite(read_scores(b"truth,cat,dog\ncat,0.9,0.1\n").scores).all()
