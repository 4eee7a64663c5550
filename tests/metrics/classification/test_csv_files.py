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
from vizcore.ui.export_formats import csv_pieces


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


@pytest.mark.parametrize("kind", ["multiclass", "multilabel"])
@pytest.mark.parametrize("labels", [("+1", "-1"), ("a", "-b"), ("=c", "d")])
def test_what_looks_like_a_formula_reads_the_same(kind: Kind, labels: tuple[str, str]) -> None:
    """A file has an apostrophe before such a cell; labels joined in one cell have none inside it."""
    rows = [[0, 1], [1, 1] if kind == "multilabel" else [1, 0]]
    data = ScoreSet(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array(rows, bool), labels, kind, ("-x", "y"))
    lines = list(scores_csv(data))
    again = read_scores(b"".join(csv_pieces(lines)))
    assert (again.labels, again.names, again.truth.tolist()) == (labels, data.names, data.truth.tolist())


@pytest.mark.parametrize("truth", [[[1, 0], [0, 1]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]])
def test_several_labels_stay_several_where_no_row_has_two(truth: list[list[int]]) -> None:
    data = ScoreSet(np.array([[0.9, 0.1], [0.2, 0.8]]), np.array(truth, bool), ("cat", "dog"), "multilabel")
    again = read_scores(written(data))
    assert again.kind == "multilabel"
    assert again.truth.tolist() == data.truth.tolist()


def test_the_three_kinds() -> None:
    assert read_scores(b"truth,cat\ncat,0.9\ndog,0.1\n").kind == "binary"
    assert read_scores(b"truth,cat,dog\ncat,0.9,0.1\n").kind == "multiclass"
    several = read_scores(b"name,truth,cat,dog\na,cat|dog,0.9,0.8\nb,,0.1,0.2\n")
    assert (several.kind, several.names) == ("multilabel", ("a", "b"))
    assert several.truth.tolist() == [[True, True], [False, False]]


def test_semicolons_and_decimal_commas() -> None:
    found = read_scores("\ufefftruth;chat;chien\nchat;0,75;0,25\n".encode())
    assert found.scores.tolist() == [[0.75, 0.25]]


def test_semicolons_with_decimal_points_and_with_whole_numbers() -> None:
    assert read_scores(b"truth;cat;dog\ncat;0.9;0.1\ndog;0;1\n").scores.tolist() == [[0.9, 0.1], [0, 1]]
    named = read_scores(b"name;truth;cat\na.jpg;cat;0,9\nb,c.jpg;dog;1\n")
    assert (named.scores.tolist(), named.names) == ([[0.9], [1]], ("a.jpg", "b,c.jpg"))


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ('truth;"a, b, c";"d, e"\n"a, b, c";0,7;0,3\n', ("a, b, c", "d, e")),
        ('truth,"a; b; c","d; e"\n"a; b; c",0.7,0.3\n', ("a; b; c", "d; e")),
        ('"a, b, c";truth;"d, e"\n0,7;"a, b, c";0,3\n', ("a, b, c", "d, e")),
    ],
)
def test_separators_inside_labels_separate_nothing(text: str, labels: tuple[str, str]) -> None:
    found = read_scores(text.encode())
    assert (found.labels, found.scores.tolist()) == (labels, [[0.7, 0.3]])


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("truth,score\n1,0.9\n0,0.2\n1,0.8\n0,0.1\n", [True, False, True, False]),
        ("truth,score\nTrue,0.9\nFalse,0.2\n", [True, False]),
        ("truth,score\n0,0.9\n0,0.2\n", [False, False]),
        ("truth,0\n0,0.9\n1,0.2\n", [True, False]),
        ("truth,0\n1,0.9\n1,0.2\n", [False, False]),
        ("truth,e\u0301te\u0301\n\u00e9t\u00e9,0.9\nhiver,0.2\n", [True, False]),
        ("truth,\u00e9t\u00e9\ne\u0301te\u0301,0.9\nhiver,0.2\n", [True, False]),
        ("truth,cat\ncat,0.9\nCat,0.2\n", [True, False]),
    ],
    ids=["ones", "true", "all 0", "label 0", "only 1 of label 0", "decomposed column", "decomposed truth", "capitals"],
)
def test_what_is_positive(text: str, truth: list[bool]) -> None:
    assert read_scores(text.encode()).truth[:, 0].tolist() == truth


def test_a_class_has_one_name_however_its_accents_are_encoded() -> None:
    found = read_scores("truth,e\u0301te\u0301,hiver\n\u00e9t\u00e9,0.9,0.1\n".encode())
    assert (found.labels, found.truth.tolist()) == (("\u00e9t\u00e9", "hiver"), [[True, False]])


@pytest.mark.parametrize("label", ["other", "none", "0", "1", "true", "cat"])
@pytest.mark.parametrize("truth", [[True, False], [False, False], [True, True]])
def test_a_written_negative_is_never_read_as_positive(label: str, truth: list[bool]) -> None:
    data = ScoreSet(np.array([[0.9], [0.1]]), np.array(truth)[:, None], (label,), "binary")
    assert read_scores(written(data)).truth[:, 0].tolist() == truth


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
        (b"truth,cat\nCat,1\ndog,0\n", "scores_entry_invalid", "unknown_label", 1),
        (b"truth,score\nyes,1\nno,0\n", "scores_entry_invalid", "unknown_label", 1),
        (b"truth,cat,dog\ncat,0,9,0,1\ndog,0,2,0,8\ncat,0,4,0,6\n", "scores_entry_invalid", "surplus", 1),
        (b"truth,cat,dog\ncat,1,0\n\ndog,0,1\ncat,0,1,5\n", "scores_entry_invalid", "surplus", 3),
        (b"truth,cat,dog\ncat,1,0\ndog,0,8,0,2\n", "scores_entry_invalid", "surplus", 2),
        (b"truth;cat;dog\ncat;1;0;0\n", "scores_entry_invalid", "surplus", 1),
        (b"truth;cat;dog\ncat;0.9;0.1\ndog;0,2;0,8\n", "scores_entry_invalid", "not_numbers", 2),
        (b"truth;cat;dog\ncat;0,9;0,1\ndog;1;0\ndog;0.2;0.8\n", "scores_entry_invalid", "not_numbers", 3),
        (b"truth;cat;dog\ncat;0,9;0.1\n", "scores_entry_invalid", "not_numbers", 1),
        (b"truth,cat\ncat,0.5\ncat,1_0\n", "scores_entry_invalid", "not_numbers", 2),
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


def test_an_empty_cell_behind_the_last_is_passed_over() -> None:
    assert read_scores(b"truth,cat,dog\ncat,0.9,0.1,\ndog,0.2,0.8\n").scores.tolist() == [[0.9, 0.1], [0.2, 0.8]]


def test_rows_too_short_are_not_filled_up() -> None:
    with pytest.raises(VizError):
        read_scores(b"truth,cat,dog\ncat,0.9\n")
    assert np.isfinite(read_scores(b"truth,cat,dog\ncat,0.9,0.1\n").scores).all()
