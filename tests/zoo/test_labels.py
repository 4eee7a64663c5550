"""Naming a class: by index, label, synonym or part, and never by guessing."""

import pytest

from vizcore.errors import AmbiguousClass, UnknownClass
from vizcore.zoo.labels import CANDIDATES_SHOWN, find_class, is_one_breed

LABELS = ("tabby, tabby cat", "Egyptian cat", "tiger, Panthera tigris", "hot dog", "dog", "crane", "crane", "sea_lion")


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ("3", 3),
        (3, 3),
        (" 0 ", 0),
        ("dog", 4),
        ("DOG", 4),
        ("hot", 3),
        ("tiger", 2),
        ("tigris", 2),
        ("tabby cat", 0),
        ("egypt", 1),
        ("Egyptian_Cat", 1),
        ("sea lion", 7),
        ("gyptian   ca", 1),
    ],
)
def test_one_class_is_meant(wanted: str | int, index: int) -> None:
    assert find_class(LABELS, wanted, "m") == index


@pytest.mark.parametrize(
    ("wanted", "candidates"),
    [
        ("at", ["0: tabby, tabby cat", "1: Egyptian cat"]),
        ("crane", ["5: crane", "6: crane"]),
    ],
)
def test_several_classes_could_be_meant(wanted: str, candidates: list[str]) -> None:
    with pytest.raises(AmbiguousClass) as caught:
        find_class(LABELS, wanted, "m")
    assert caught.value.values == {"wanted": wanted, "candidates": candidates}


@pytest.mark.parametrize("wanted", ["zebra", "", "  ", "8", -1, "-1", "1.0", "²"])
def test_no_class_is_meant(wanted: str | int) -> None:
    with pytest.raises(UnknownClass) as caught:
        find_class(LABELS, wanted, "m")
    assert caught.value.values == {"wanted": str(wanted), "model": "m"}


IMAGENET = (
    "bullfrog, Rana catesbeiana",
    "German shepherd, German shepherd dog",
    "golden retriever",
    "Egyptian cat",
    "tabby, tabby cat",
    "red panda, bear cat, Ailurus fulgens",
    "hot dog, red hot",
)


@pytest.mark.parametrize(
    ("wanted", "label"),
    [
        ("cat", "tabby"),
        ("dog", "golden"),
        ("Dog", "golden"),
        ("egyptian", "Egypt"),
        ("catesb", "bull"),
        ("bear", "red p"),
    ],
)
def test_an_animals_name_is_its_group_and_whole_words_come_before_parts(wanted: str, label: str) -> None:
    assert IMAGENET[find_class(IMAGENET, wanted, "m")].startswith(label)


def test_whole_words_of_several_classes_are_ambiguous_even_where_a_part_would_fit_one() -> None:
    with pytest.raises(AmbiguousClass) as caught:
        find_class(IMAGENET, "red", "m")
    assert caught.value.values["candidates"] == ["5: red panda, bear cat, Ailurus fulgens", "6: hot dog, red hot"]
    assert find_class(("cat", "tabby"), "cat", "m") == 0, "a model that has the class itself means it"


@pytest.mark.parametrize(("wanted", "index"), [("Cardigan", 0), ("cardigan", 1)])
def test_a_label_as_it_is_spelt_comes_first(wanted: str, index: int) -> None:
    assert find_class(("Cardigan", "cardigan"), wanted, "m") == index
    with pytest.raises(AmbiguousClass):
        find_class(("Cardigan", "cardigan"), "CARDIGAN", "m")


@pytest.mark.parametrize(
    ("label", "words", "breed"),
    [
        ("tabby, tabby cat", "cat", True),
        ("golden retriever", "Dog", True),
        ("dog", "dog", False),
        ("cat, house cat", "CAT", False),
        ("tabby, tabby cat", "tabby", False),
        ("Persian cat", "persian_cat", False),
    ],
)
def test_an_animals_name_means_one_of_its_breeds(label: str, words: str, breed: bool) -> None:
    assert is_one_breed(label, words) is breed


def test_a_model_without_classes() -> None:
    with pytest.raises(UnknownClass):
        find_class((), "0", "m")


def test_a_label_that_looks_like_a_number_is_found_when_the_index_is_out_of_range() -> None:
    assert find_class(("zero", "747 airliner"), "747", "m") == 1


def test_the_list_of_candidates_stays_readable() -> None:
    with pytest.raises(AmbiguousClass) as caught:
        find_class([f"cat {i}" for i in range(100)], "cat", "m")
    candidates = caught.value.values["candidates"]
    assert isinstance(candidates, list)
    assert len(candidates) == CANDIDATES_SHOWN
