"""MOT text: what is read, what is written, and one sentence for every fault."""

from __future__ import annotations

import re

import numpy as np
import pytest

from tests.metrics.tracking.sequences import random_sequence
from vizcore import i18n
from vizcore.errors import EvaluationTooLarge, TrackingTextInvalid
from vizcore.i18n.sentences import sentence_for
from vizcore.metrics.tracking import mot_text as module
from vizcore.metrics.tracking.mot_text import mot_pieces, mot_text, read_mot, read_mot_pair

GOOD = "1,7,10,20,30,40,0.5,2,1,-1\n2,7,11,20,30,40,0.5,2,1,-1\n"


def test_ten_columns() -> None:
    table, _left_out = read_mot(GOOD.encode())
    assert (table.frames.tolist(), table.ids.tolist(), table.classes.tolist()) == ([1, 2], [7, 7], [2, 2])
    assert table.boxes_xyxy[0].tolist() == [10, 20, 40, 60]
    assert table.scores.tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "text",
    [
        "1,7,10,20,30,40\n2,7,11,20,30,40",
        "1;7;10;20;30;40\r\n2;7;11;20;30;40\r\n",
        "1 7 10 20 30 40\n\n2 7 11 20 30 40\n",
        "1\t7\t10\t20\t30\t40\n2\t7\t11\t20\t30\t40\n",
        "  1 , 7, 10, 20, 30, 40\n2 , 7, 11, 20, 30, 40\n",
        "1.0,7.0,10,20,30,40\n2.0,7.0,11,20,30,40",
        "2,7,11,20,30,40\n1,7,10,20,30,40",
    ],
    ids=["six", "semicolons", "blanks", "tabs", "spaces", "whole floats", "out of order"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_same_table_however_it_is_written(text: str, encoding: str) -> None:
    table, _left_out = read_mot(text.encode(encoding))
    assert (table.frames.tolist(), table.ids.tolist()) == ([1, 2], [7, 7])
    assert table.boxes_xyxy[:, 0].tolist() == [10, 11]
    assert (table.scores.tolist(), table.classes.tolist()) == ([1, 1], [-1, -1])


@pytest.mark.parametrize(
    "text",
    ["1;1;10,5;20,5;30,5;40,5;0,5\n", "1\t1\t10,5\t20,5\t30,5\t40,5\t0,5\n", "1 1 10,5 20,5 30,5 40,5 0,5\n",
     "1;1;10.5;20.5;30.5;40.5;0.5;\n", "1\t1\t10.5\t20.5\t30.5\t40.5\t0.5\t\n", "1,1,10.5,20.5,30.5,40.5,.5,\n",
     "1,\t1,\t10.5,\t20.5,\t30.5,\t40.5,\t0.5\n"],
    ids=["semicolons", "tabs", "blanks", "points", "points and tabs", "an empty last cell", "commas and tabs"],
)  # fmt: skip
def test_decimal_commas_and_empty_last_cells(text: str) -> None:
    table, _left_out = read_mot(text.encode())
    assert (table.boxes_xyxy.tolist(), table.scores.tolist()) == ([[10.5, 20.5, 41, 61]], [0.5])
    assert table.classes.tolist() == [-1]


def test_a_decimal_comma_in_a_later_line_only() -> None:
    table, _left_out = read_mot(b"1 1 10 20 30 40\n2 1 10,5 20 30 40\n")
    assert table.boxes_xyxy[:, 0].tolist() == [10, 10.5]


def test_written_and_read_again() -> None:
    table = random_sequence(2).found
    again, _left_out = read_mot(mot_text(table).encode())
    for name in ("frames", "ids", "scores", "classes"):
        assert np.array_equal(getattr(again, name), getattr(table, name))
    assert np.allclose(again.boxes_xyxy, table.boxes_xyxy, rtol=0, atol=1e-12)
    assert mot_text(again).splitlines()[0].count(",") == 9


def test_pieces_of_a_file_are_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    table = random_sequence(2).found
    whole = mot_text(table)
    monkeypatch.setattr(module, "ROWS_A_PIECE", 3)
    assert "".join(mot_pieces(table)) == whole
    assert all(piece.count("\n") <= 3 for piece in mot_pieces(table))
    assert mot_text(table.at(slice(0, 0))) == ""


def test_rows_of_confidence_nought_are_left_out_of_the_truth_only() -> None:
    text = b"1,1,0,0,5,5,1\n1,2,9,9,5,5,0\n"
    data = read_mot_pair(text, text)
    assert (data.truth.ids.tolist(), data.found.ids.tolist(), data.left_out) == ([1], [1, 2], 1)


def test_world_coordinates_are_no_classes() -> None:
    assert read_mot(b"1,1,0,0,5,5,1,2.5,3.1,0\n2,1,0,0,5,5,1,3,3.1,0")[0].classes.tolist() == [-1, -1]


def test_no_track_is_a_table_without_rows_but_no_truth_is_refused() -> None:
    assert len(read_mot_pair(GOOD.encode(), b"\n").found) == 0
    with pytest.raises(TrackingTextInvalid) as caught:
        read_mot_pair(b"", GOOD.encode())
    assert caught.value.values["reason"] == "empty"


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (b"\x00\x01\x02\x03", "not_text", 0),
        (b"1,7,10,20,30\n", "columns", 1),
        (GOOD.encode() + b"3,7,1,2,3,4\n", "columns", 3),
        (b"1,7,1,2,3,4,5,6,7,8,9\n", "columns", 1),
        (b"frame,id,x,y,w,h\n" + GOOD.encode(), "number", 1),
        (b"1,7,10,20,30,4_0\n1,8,a,20,30,40\n", "number", 1),
        (b"1,1,,10,20,30,40,1\n", "number", 1),
        (b"1,1,10,20,30,40,,2,0.5\n", "number", 1),
        (b"1,1,10,20,30,40,1\n,1,10,20,30,40,1\n", "number", 2),
        (b"1,1,10,20,30,40,,\n", "number", 1),
        (b"1\t1\t\t10\t20\t30\t40\t1\n", "number", 1),
        (b"\t1\t10\t20\t30\t40\t1\n", "number", 1),
        (b"1;1;10.5;20,5;30;40\n", "number", 1),
        (b"1;1;1,234.5;20;30;40\n", "number", 1),
        (b"1 1 10 20 30 40\n2,1,10,20,30,40\n", "number", 2),
        (b"1,7,nan,20,30,40\n", "not_finite", 1),
        (b"1,7,10,20,inf,40\n", "not_finite", 1),
        (b"0,7,10,20,30,40\n", "frame", 1),
        (GOOD.encode() + b"-3,7,1,2,3,4,1,1,1,1\n", "frame", 3),
        (b"1.5,7,10,20,30,40\n", "frame", 1),
        (b"100001,7,10,20,30,40\n", "frames", 1),
        (b"1,-1,10,20,30,40\n", "no_id", 1),
        (b"1,-2,10,20,30,40\n", "id", 1),
        (b"1,7.5,10,20,30,40\n", "id", 1),
        (b"1,1e300,10,20,30,40\n", "id", 1),
        (b"1,7,10,20,30,-40\n", "size", 1),
        (b"1,7,10,20,0,40\n", "size", 1),
        (b"1,7,1e9,20,30,40\n", "far", 1),
        (b"1,7,10,20,30,40\n\n1,8,10,20,30,40\n1,7,1,1,2,2\n", "duplicate", 4),
    ],
)
def test_every_fault_is_one_sentence(text: bytes, reason: str, line: int) -> None:
    with pytest.raises(TrackingTextInvalid) as caught:
        read_mot(text)
    assert (caught.value.values["reason"], caught.value.values["line"]) == (reason, line)
    for language in ("en", "fr"):
        with i18n.speaking(language):
            sentence = sentence_for(caught.value)
        assert re.search(r"[.]$", sentence)
        assert "–" not in sentence
        assert "{" not in sentence


@pytest.mark.parametrize(
    ("limit", "reason"), [("MOST_ROWS", "rows"), ("MOST_IDENTITIES", "identities"), ("MOST_IN_FRAME", "crowded")]
)
def test_limits(monkeypatch: pytest.MonkeyPatch, limit: str, reason: str) -> None:
    monkeypatch.setattr(module, limit, 2)
    with pytest.raises(TrackingTextInvalid) as caught:
        read_mot(b"1,1,0,0,5,5\n1,2,0,0,5,5\n1,3,0,0,5,5\n")
    assert (caught.value.values["reason"], caught.value.values["value"]) == (reason, 3)


def test_a_file_over_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from vizcore.settings import Settings

    monkeypatch.setattr(module, "current", lambda: Settings(evaluation_limit_mb=0.00001))
    with pytest.raises(EvaluationTooLarge):
        read_mot(GOOD.encode())
