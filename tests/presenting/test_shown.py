"""Is what a browser tells about its page read with limits, and nothing of it believed?"""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
import pytest

from vizcore.errors import ReportRefused
from vizcore.images import open_photo
from vizcore.pictures import encode_jpeg, encode_png
from vizcore.presenting.shown import (
    LONGEST_SIDE_PX,
    MOST_PICTURES,
    MOST_ROWS,
    Formula,
    Picture,
    Table,
    Words,
    read_shown,
)

GREY = np.full((40, 60, 3), 120, np.uint8)


def picture(pixels: Any = GREY, alt: str = "grey") -> dict[str, Any]:
    return {
        "kind": "picture",
        "src": "data:image/png;base64," + base64.b64encode(encode_png(pixels)).decode(),
        "alt": alt,
    }


def test_nothing_shown_is_an_empty_list() -> None:
    assert read_shown({"blocks": []}).blocks == ()


def test_each_kind_is_read_in_order() -> None:
    math = {"math": "<math><mi>x</mi></math>", "tex": "x"}
    shown = read_shown(
        {
            "blocks": [
                {"kind": "heading", "level": 2, "pieces": ["A <b>title</b>"]},
                {"kind": "text", "pieces": ["let ", math, " be"]},
                {"kind": "table", "head": ["a"], "rows": [["1"], ["2"]]},
                picture(),
                {"kind": "iframe", "pieces": ["never"]},
            ]
        }
    )
    heading, text, table, found = shown.blocks
    assert heading == Words("heading", ("A <b>title</b>",), 2)
    assert isinstance(text, Words)
    assert text.pieces == ("let ", Formula("<math><mi>x</mi></math>"), " be")
    assert table == Table(("a",), (("1",), ("2",)))
    assert isinstance(found, Picture)
    assert (found.width, found.height, found.alt) == (60, 40, "grey")


def test_pictures_are_encoded_anew_and_shrunk() -> None:
    wide = np.zeros((30, 2 * LONGEST_SIDE_PX, 3), np.uint8)
    (found,) = read_shown({"blocks": [picture(wide)]}).pictures
    assert found.width == LONGEST_SIDE_PX
    assert open_photo(found.jpeg).rgb.shape == (15, LONGEST_SIDE_PX, 3)


def test_pictures_beyond_the_limit_are_counted() -> None:
    shown = read_shown({"blocks": [picture()] * 60, "left_out": 2})
    assert len(shown.pictures) == MOST_PICTURES
    assert shown.pictures_left_out == 60 - MOST_PICTURES + 2


@pytest.mark.parametrize(
    "src",
    [
        None,
        "https://elsewhere.example/a.png",
        "data:image/svg+xml;base64,PHN2Zy8+",
        "data:image/png;base64,%%%",
        "data:image/png;base64," + base64.b64encode(b"GIF89a").decode(),
        "data:image/jpeg;base64," + base64.b64encode(encode_jpeg(GREY)[:80]).decode(),
    ],
    ids=["none", "address", "svg", "not base64", "not a picture", "broken off"],
)
def test_what_is_no_picture_is_left_out_and_counted(src: object) -> None:
    shown = read_shown({"blocks": [{"kind": "picture", "src": src}]})
    assert shown.blocks == ()
    assert shown.pictures_left_out == 1


def test_long_tables_are_cut_and_say_so() -> None:
    (table,) = read_shown({"blocks": [{"kind": "table", "rows": [["x"]] * (MOST_ROWS + 5)}]}).blocks
    assert isinstance(table, Table)
    assert (len(table.rows), table.rows_left_out) == (MOST_ROWS, 5)


def test_half_of_an_emoji_is_left_out() -> None:
    cell = json.loads(r'"cut \ud83d"')
    (words, table) = read_shown(
        {"blocks": [{"kind": "text", "pieces": [cell]}, {"kind": "table", "rows": [[cell, "\U0001f600"]]}]}
    ).blocks
    assert isinstance(words, Words)
    assert isinstance(table, Table)
    assert (words.text, table.rows) == ("cut ", (("cut ", "\U0001f600"),))


@pytest.mark.parametrize("message", [None, [], {"blocks": "x"}, {"blocks": ["x"]}], ids=str)
def test_another_message_is_refused(message: object) -> None:
    with pytest.raises(ReportRefused) as refused:
        read_shown(message)
    assert refused.value.values["reason"] == "message"


def test_large_pictures_and_many_broken_ones_cost_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page tells of small pictures only: what announces more is not decoded, and the limit counts attempts."""
    huge = np.zeros((3000, 3000, 3), np.uint8)
    assert read_shown({"blocks": [picture(huge)]}).pictures_left_out == 1
    attempts: list[bytes] = []
    monkeypatch.setattr(
        "vizcore.images.open_photo", lambda data, *rest: attempts.append(data) or open_photo(b"no picture")
    )
    shown = read_shown({"blocks": [picture()] * 600})
    assert shown.pictures_left_out == 600
    assert len(attempts) == MOST_PICTURES
