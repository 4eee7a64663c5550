"""Are bins changed as the visitor said, and is what cannot be learnt from refused by name?"""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from tests.tiny_models import noise_photo
from vizcore.errors import (
    ClassCountInvalid,
    ClassEmpty,
    ClassNameInvalid,
    ImageDamaged,
    PhotoInTwoClasses,
    PhotoUnnamed,
)
from vizcore.learning.bins import MOST_CLASSES, Bins, Example, checked_name, safe_name
from vizcore.learning.folder import bins_of, labels_of
from vizcore.similarity.archive import read_zip


def example(number: int, label: str) -> Example:
    photo = noise_photo(24, 24, seed=number)
    return Example(photo.sha256, f"{number}.png", label, "", photo)


def bins(counts: dict[str, int]) -> Bins:
    made, _problems = (
        Bins()
        .with_classes(list(counts))
        .with_examples(
            example(100 * place + number, label)
            for place, (label, count) in enumerate(counts.items())
            for number in range(count)
        )
    )
    return made


def packed(names: list[str], broken: str = "") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for place, name in enumerate(names):
            picture = io.BytesIO()
            Image.fromarray(np.full((20, 20, 3), 3 * place, np.uint8)).save(picture, "PNG")
            archive.writestr(name, picture.getvalue()[:40] if name == broken else picture.getvalue())
    return stream.getvalue()


def test_relabel_move_and_delete() -> None:
    start = bins({"mug": 3, "stapler": 2})
    first = start.examples[0].sha256
    moved = start.moved(first, "stapler")
    assert (moved.count("mug"), moved.count("stapler")) == (2, 3)
    assert moved.classes.tolist() == [1, 0, 0, 1, 1]
    assert moved.removed(first).count("stapler") == 2
    assert start.count("mug") == 3
    assert start.renamed("mug", "cup").labels == ("cup", "stapler")
    assert start.renamed("mug", "cup").place(first) == 0
    assert start.without_class("mug").labels == ("stapler",)
    assert start.key != moved.key != moved.removed(first).key


def test_the_same_photo_in_two_classes_stays_in_the_first() -> None:
    start = bins({"mug": 2, "stapler": 2})
    twice = [replace(start.examples[0], label="stapler"), start.examples[1]]
    after, problems = start.with_examples(twice)
    assert len(after) == 4
    [(name, error)] = problems
    assert isinstance(error, PhotoInTwoClasses)
    assert error.values == {"photo": name, "first": "mug", "second": "stapler"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [("  ", "empty"), ("x" * 41, "long"), ("<b>mug</b>", "characters"), ("a|b", "characters"), ("Mug", "taken")],
)
def test_names_that_are_none(name: str, reason: str) -> None:
    with pytest.raises(ClassNameInvalid) as caught:
        bins({"mug": 1}).with_class(name)
    assert caught.value.values["reason"] == reason


@pytest.mark.parametrize("name", ["mug", "Tasse à café (bleue)", "dr. o'neil", "猫", "a_b-2"])
def test_names_that_are_some(name: str) -> None:
    assert checked_name(f" {name} ") == name


def test_folders_become_names() -> None:
    assert safe_name("american_bulldog") == "american bulldog"
    assert safe_name("<i>cats</i>") == "i cats i"
    assert safe_name("***") == ""


def test_one_class_an_empty_class_and_too_many() -> None:
    with pytest.raises(ClassCountInvalid):
        bins({"mug": 3}).checked()
    with pytest.raises(ClassEmpty):
        bins({"mug": 3, "stapler": 0}).checked()
    with pytest.raises(ClassCountInvalid):
        Bins().with_classes([f"class {number}" for number in range(MOST_CLASSES + 1)])
    assert Bins().key


def test_a_folder_a_class() -> None:
    gallery = read_zip(packed(["pets/cats/1.png", "pets/cats/2.png", "pets/dogs_big/1.png"]))
    found, problems = bins_of(gallery)
    assert found.labels == ("cats", "dogs big")
    assert [each.label for each in found.examples] == ["cats", "cats", "dogs big"]
    assert problems == []
    more, _problems = bins_of(read_zip(packed(["x/Cats/9.png", "x/owls/8.png"])), found)
    assert more.labels == ("cats", "dogs big", "owls")


def test_oxfords_names() -> None:
    gallery = read_zip(packed(["images/Abyssinian_1.png", "images/american_bulldog_12.png", "images/notes.png"]))
    assert labels_of(gallery.pictures) == ["Abyssinian", "american bulldog", ""]
    found, problems = bins_of(gallery)
    assert found.labels == ("Abyssinian", "american bulldog")
    assert [(path, type(error)) for path, error in problems] == [("images/notes.png", PhotoUnnamed)]


@pytest.mark.parametrize(("folder", "reason"), [("all/", "few"), ("", "unnamed")])
def test_another_layout_is_one_class_or_none(folder: str, reason: str) -> None:
    with pytest.raises(ClassCountInvalid) as caught:
        bins_of(read_zip(packed([f"{folder}a.png", f"{folder}b.png"])))
    assert caught.value.values["reason"] == reason


def test_a_broken_photo_is_named_and_skipped() -> None:
    gallery = read_zip(packed(["cat/1.png", "cat/2.png", "dog/1.png"], broken="cat/2.png"))
    found, problems = bins_of(gallery)
    assert len(found) == 2
    assert [(path, type(error)) for path, error in problems] == [("cat/2.png", ImageDamaged)]
