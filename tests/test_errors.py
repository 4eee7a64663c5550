"""Does every error carry a code of its own, typed values, and a sentence that asks for no others?"""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from tools.catalogues import fields_of
from vizcore import errors
from vizcore.errors import ImageTooLarge, VizError
from vizcore.errors.base import Value
from vizcore.i18n.sentences import SENTENCES

AREAS = [path for path in (Path(errors.__file__).parent).glob("*.py") if path.stem not in {"__init__", "base"}]
KINDS = VizError.__subclasses__()


def values_of(kind: type[VizError]) -> dict[str, object]:
    """Names and types of the values that an error carries, as its class declares them."""
    hints = get_type_hints(kind)
    return {name: hints[name] for name in inspect.get_annotations(kind)}


def sentences_of(kind: type[VizError]) -> dict[str, str]:
    """Reason (or "" for the general one) -> sentence."""
    keys = (key.split(":") for key in SENTENCES)
    return {":".join(key[1:]): SENTENCES[":".join(key)] for key in keys if key[0] == kind.code}


def test_codes_are_unique() -> None:
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert VizError.code not in codes


@pytest.mark.parametrize("path", AREAS, ids=lambda path: path.stem)
def test_every_area_is_in_the_package(path: Path) -> None:
    defined = {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef)}
    assert defined
    assert defined <= vars(errors).keys()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_values_have_types_and_names_of_their_own(kind: type[VizError]) -> None:
    """No value hides what every exception has; every type is one that JSON and sentences know."""
    values = values_of(kind)
    assert not values.keys() & {*dir(VizError()), "values"}
    kinds = {"str", "int", "float", "list[str]"}
    for name, hint in values.items():
        if get_origin(hint) is Literal:
            assert name == "reason"
        else:
            arms = get_args(hint) if get_origin(hint) is not list else ()
            assert {str(each) if get_origin(each) else each.__name__ for each in arms or (hint,)} <= kinds, name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_the_sentence_uses_only_values_that_are_given(kind: type[VizError]) -> None:
    needed = set().union(*(fields_of(text) for text in sentences_of(kind).values()))
    assert needed <= values_of(kind).keys()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
def test_a_sentence_is_for_a_reason_that_exists(kind: type[VizError]) -> None:
    reasons = {reason.partition(":")[0] for reason in sentences_of(kind)} - {""}
    assert reasons <= set(get_args(values_of(kind).get("reason")))


def test_survives_pickling_and_copying() -> None:
    error = ImageTooLarge(limit_mpx=50, actual_mpx=61.2, width=9000, height=6800)
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert (type(twin), twin.code, twin.values) == (ImageTooLarge, "image_too_large", error.values)
        assert (twin.width, twin.actual_mpx) == (9000, 61.2)


def test_a_value_is_an_attribute_of_its_type() -> None:
    values: dict[str, Value] = errors.PictureUnclear(file="a.json", count=2, pictures=["1", "2"]).values
    assert values == {"file": "a.json", "count": 2, "pictures": ["1", "2"]}


def test_text_names_code_and_values_for_logs() -> None:
    assert str(errors.TrayFull(limit=12)) == "tray_full {'limit': 12}"
