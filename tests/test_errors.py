"""Does every error carry a code of its own, and does every place that raises one give what its sentence needs?"""

from __future__ import annotations

import ast
import copy
import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools.catalogues import fields_of
from vizcore import errors
from vizcore.errors import ImageTooLarge, VizError
from vizcore.i18n.sentences import SENTENCES

VIZCORE = Path(__file__).parent.parent / "vizcore"
KINDS = {kind.__name__: kind for kind in VizError.__subclasses__()}


def documented_values(kind: type[VizError]) -> set[str]:
    """The names after "values:" in the docstring: "values: model, reason (a, b)." -> {"model", "reason"}."""
    text = (kind.__doc__ or "").partition("values:")[2].replace("\n", " ")
    names = re.sub(r"\([^)]*\)", "", text).partition(".")[0]
    return {name.strip() for name in names.split(",")} - {"none", ""}


def needed_values(kind: type[VizError]) -> set[str]:
    """The fields of all sentences of this error."""
    sentences = [text for code, text in SENTENCES.items() if code.partition(":")[0] == kind.code]
    return set().union(*(fields_of(text) for text in sentences))


def places_that_raise() -> Iterator[tuple[str, str, set[str]]]:
    """(place, error's name, names of the values given) of every call that builds an error with plain keywords."""
    for path in sorted(VIZCORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                keywords = {keyword.arg for keyword in node.keywords}
                if name in KINDS and None not in keywords:
                    yield f"{path.relative_to(VIZCORE)}:{node.lineno}", name, {str(each) for each in keywords}


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in KINDS.values()]
    assert len(set(codes)) == len(codes)
    assert VizError.code not in codes


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.code)
def test_the_sentence_uses_only_documented_values(kind: type[VizError]) -> None:
    assert needed_values(kind) <= documented_values(kind)


@pytest.mark.parametrize(("place", "name", "given"), [pytest.param(*each, id=each[0]) for each in places_that_raise()])
def test_raised_with_all_values(place: str, name: str, given: set[str]) -> None:
    missing = documented_values(KINDS[name]) - given
    assert not missing, f"{place} raises {name} without {missing}"


def test_survives_pickling_and_copying() -> None:
    error = ImageTooLarge(limit_mpx=50, actual_mpx=61.2, width=9000, height=6800)
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert (type(twin), twin.code, twin.values) == (ImageTooLarge, "image_too_large", error.values)


def test_text_names_code_and_values_for_logs() -> None:
    assert str(errors.TrayFull(limit=12)) == "tray_full {'limit': 12}"
