"""Files and charts of a set in which two classes have one name, or one is called background or truth."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.metrics.detection.sets import small_set
from vizcore.i18n import speaking
from vizcore.metrics.detection.average_precision import curves_of_classes
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.metrics.detection.match_result import match_result_at
from vizcore.metrics.detection.operating_point import confusion_at
from vizcore.metrics.detection.pairs import boxes_in_pairs
from vizcore.ui.names_apart import labels_apart, told_apart
from vizcore.ui.panels.detection_metrics.class_headings import words_of_classes, words_of_matrix
from vizcore.ui.panels.detection_metrics.curves import _curves
from vizcore.ui.panels.detection_metrics.page_state import PageState
from vizcore.ui.panels.detection_metrics.pictures import Case, words_of
from vizcore.ui.panels.detection_metrics.record import matrix_rows

BOX, FAR = [0.0, 0.0, 10.0, 10.0], [50.0, 50.0, 10.0, 10.0]


def two_classes(first: str, second: str) -> DetectionData:
    """One object of each class; the first is found, and a false box of it; the second is missed."""
    data = small_set([(0, BOX, 0), (1, BOX, 1)], [(0, BOX, 0, 0.9), (0, FAR, 0, 0.8)])
    return replace(data, class_names=(first, second))


def rows_of(data: DetectionData) -> list[list[object]]:
    pairs = boxes_in_pairs(data.truth, data.found, same_class=False, at_least=0.5)
    confusion = confusion_at(data, match_result_at(data), 0.5, pairs)
    rows = matrix_rows(PageState(("own",), data, (), "A", {}), confusion)
    return [list(rows[0]), *(list(row.values()) for row in rows)]


@pytest.mark.parametrize(
    ("names", "headings"),
    [
        (("cat", "dog"), ["cat", "dog", "background"]),
        (("background", "cat"), ["background", "cat", "background (none)"]),
        (("cat", "cat"), ["cat", "cat (2)", "background"]),
        (("truth", "cat"), ["truth (2)", "cat", "background"]),
        (("background", "background (none)"), ["background", "background (none)", "background (none) (2)"]),
    ],
)
def test_a_matrix_keeps_every_number_whatever_the_classes_are_called(
    names: tuple[str, str], headings: list[str]
) -> None:
    first, second, none = headings
    assert rows_of(two_classes(*names)) == [
        ["truth", first, second, none],
        [first, 1, 0, 0],
        [second, 0, 0, 1],
        [none, 1, 0, 0],
    ]


def test_two_classes_of_one_name_have_two_curves() -> None:
    data = two_classes("cat", "cat")
    curves = _curves.__wrapped__(("own",), 0.5, data)  # type: ignore[attr-defined]
    own = curves_of_classes(data, 0.5, most=40)
    assert {name: curve.right.tolist() for name, curve in curves.items()} == {"cat": [True, False], "cat (2)": []}
    assert len(own) == 2


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], []),
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a (2)", "a (3)"]),
        (["a", "a", "a (2)"], ["a", "a (3)", "a (2)"]),
        (["a (2)", "a", "a"], ["a (2)", "a", "a (3)"]),
        (["t", "t"], ["t (2)", "t (3)"]),
    ],
)
def test_names_are_told_apart(names: list[str], expected: list[str]) -> None:
    assert told_apart(names, taken=("t",)) == expected


def test_a_class_called_as_one_before_it_has_its_label() -> None:
    labels = ["maillot", "maillot, tank suit", "cat", "dog", "dog"]
    assert labels_apart(["maillot", "maillot", "chat", "chien", "chien"], labels) == [
        "maillot", "maillot, tank suit", "chat", "chien", "dog",
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("names", [("background", "cat"), ("Background", "arrière-plan"), ("cat", "cat")])
def test_words_of_classes_and_of_no_class_are_told_apart(language: str, names: tuple[str, str]) -> None:
    data = two_classes(*names)
    with speaking(language):
        words, classes = words_of_matrix(data), words_of_classes(data)
        caption = words_of(PageState(("own",), data, (), "A", {}), Case(-1, 1))
    assert words[:2] == classes
    assert len({each.casefold() for each in words}) == 3
    assert caption.startswith(f"{words[2]} → {words[0]}")
