"""A file's name becomes a short visible label."""

from __future__ import annotations

import pytest

from tests.images.files import corners, encode
from vizcore.images import open_photo
from vizcore.images.names import LONGEST_NAME, clean_name, extension


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("cat.png", "cat.png"),
        ("été à Paris 🐈.jpg", "été à Paris 🐈.jpg"),
        ("👩\u200d🚀.png", "👩\u200d🚀.png"),
        ("", ""),
        ("..", ""),
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\Users\\ada\\cat.png", "cat.png"),
        ("folder/", ""),
        ("cat\0.png", "cat\\u0000.png"),
        ("cat\n.png", "cat\\u000a.png"),
        ("cat\u202egnp.exe", "cat\\u202egnp.exe"),
        ("\u2066cat\u2069.png", "\\u2066cat\\u2069.png"),
        ("a\u200bb.png", "a\\u200bb.png"),
        ("\ud800.png", "\\ud800.png"),
        ("\U000e0041.png", "\\U000e0041.png"),
    ],
)
def test_clean_name(name: str, label: str) -> None:
    assert clean_name(name) == label
    assert open_photo(encode(corners(), "PNG"), name).name == label


@pytest.mark.parametrize("name", ["x" * 5000 + ".png", "\u202e" * 400, "é" * 81])
def test_long_names_keep_their_ends(name: str) -> None:
    label = clean_name(name)
    assert len(label) == LONGEST_NAME
    assert "…" in label
    assert label.endswith(name[-4:]) or name[0] == "\u202e"


@pytest.mark.parametrize(
    ("label", "ending"),
    [("a.PNG", "png"), ("a.tar.gz", "gz"), ("a", ""), ("a.", ""), ("a.2026", ""), ("a.sentence.", ""), (".png", "png")],
)
def test_extension(label: str, ending: str) -> None:
    assert extension(label) == ending
