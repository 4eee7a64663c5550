"""Do the classes that ship have French names, and does a French word find its class again?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vizcore.figures.bars import LONGEST_LABEL, short_label
from vizcore.i18n import speaking
from vizcore.i18n.bundled_names import BUNDLED_FRENCH
from vizcore.i18n.class_names import (
    class_name,
    class_name_with_english,
    english_words,
    first_name,
    names_of_classes,
)
from vizcore.i18n.imagenet_names import IMAGENET_FRENCH
from vizcore.i18n.imagenet_names_rest import IMAGENET_FRENCH_REST
from vizcore.samples import SAMPLES
from vizcore.scenes import CLASS_NAMES
from vizcore.similarity.builtin import FOLDERS
from vizcore.zoo.detection_labels import COCO_80

WEIGHTS = Path(__file__).parent.parent / "vizcore" / "zoo" / "bundled" / "weights"
REPORTS = [path.with_suffix(".json") for path in WEIGHTS.glob("*.safetensors")]  # of each model that ships
SHIPPED = sorted({label for path in REPORTS for label in json.loads(path.read_text())["labels"]})


@pytest.mark.parametrize("label", [*SHIPPED, *COCO_80])
def test_every_class_that_ships_has_a_french_name(label: str) -> None:
    assert first_name(label).casefold() in BUNDLED_FRENCH
    with speaking("fr"):
        assert class_name(label)
    with speaking("en"):
        assert class_name(label) == first_name(label)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("tabby, tabby cat", "chat tigré (tabby)"),
        ("golden retriever", "golden retriever"),
        ("bullet train, bullet", "train à grande vitesse"),
        ("zeppelin", "zeppelin"),
        ("tiger cat", "chat de gouttière"),
        ("vacuum, vacuum cleaner", "aspirateur (vacuum)"),
        ("whippet", "whippet"),
        ("Cardigan", "corgi Cardigan (Cardigan)"),
        ("cardigan", "cardigan"),
    ],
)
def test_the_english_name_stands_beside_where_both_fit(label: str, expected: str) -> None:
    with speaking("fr"):
        assert short_label(label) == class_name_with_english(label, LONGEST_LABEL) == expected
    assert short_label(label) == first_name(label)


def test_every_class_of_imagenet_has_one_entry_in_one_table() -> None:
    from torchvision.models._meta import _IMAGENET_CATEGORIES

    first, rest = IMAGENET_FRENCH.keys(), IMAGENET_FRENCH_REST.keys()
    assert not first & rest
    assert not (first | rest) & BUNDLED_FRENCH.keys()
    categories = {label.casefold() for label in _IMAGENET_CATEGORIES}
    assert first | rest <= categories
    assert categories <= first | rest | BUNDLED_FRENCH.keys()
    assert not [ours for table in (IMAGENET_FRENCH, IMAGENET_FRENCH_REST) for ours in table.values() if "'" in ours]


@pytest.mark.parametrize("words", ["chat tigré", "Chat  Tigré", "tabby", "chien", "cochon d'Inde", "nothing at all"])
def test_a_french_word_is_the_label_again(words: str) -> None:
    expected = {"chat tigré": "tabby", "Chat  Tigré": "tabby", "chien": "dog", "cochon d'Inde": "guinea pig"}
    for language in ("fr", "en"):  # in English it came by a link, or by a switch of the language
        with speaking(language):
            assert english_words(words) == expected.get(words, words)


@pytest.mark.parametrize(
    ("words", "label"), [("corgi cardigan", "Cardigan"), ("cardigan", "cardigan"), ("maillot", "jersey")]
)
def test_a_french_word_is_one_of_two_labels_spelt_alike(words: str, label: str) -> None:
    with speaking("fr"):
        assert english_words(words) == label


@pytest.mark.parametrize(("words", "expected"), [("tasse", "cup"), ("mug", "mug"), ("coffee", "coffee")])
def test_other_languages_count_only_for_what_no_label_holds(words: str, expected: str) -> None:
    """ "tasse" is "cup", but where a label holds it ("demitasse") it is a part of its English name."""
    with speaking("en"):
        assert english_words(words, ("cup", "coffee mug")) == expected
        assert english_words(words, ("demitasse", "coffee mug")) == words


def test_a_label_is_no_french_word() -> None:
    with speaking("fr"):
        assert english_words("maillot", ("jersey", "maillot")) == "maillot"


@pytest.mark.parametrize("label", [*CLASS_NAMES, *(f"drawn-{name}" for name in CLASS_NAMES), *sorted(FOLDERS.values())])
def test_drawn_scenes_and_built_in_folders_have_french_names(label: str) -> None:
    assert label in BUNDLED_FRENCH


def test_every_sample_is_in_a_folder_with_a_french_name() -> None:
    assert not [key for key in SAMPLES if FOLDERS.get(key, key) not in BUNDLED_FRENCH]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], []),
        (["cat", "drawn-star", "my class"], ["chat", "étoile dessinée", "my class"]),
        (["motorcycle", "motorbike"], ["moto (motorcycle)", "moto (motorbike)"]),
        (["Cat", "chat"], ["chat (Cat)", "chat"]),
        (["Cardigan", "cardigan"], ["corgi Cardigan", "cardigan"]),
        (["person, sitting", "person, standing"], ["person, sitting", "person, standing"]),
    ],
)
def test_classes_of_a_set_are_never_shown_as_one(labels: list[str], expected: list[str]) -> None:
    with speaking("fr"):
        assert names_of_classes(labels) == expected
    assert names_of_classes(labels) == labels
