"""Are the facts of all cards of the types that `vizcore.zoo.facts` states?"""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from vizcore.preprocessing.recipes import Recipe
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.facts import DetectorFacts, Facts, FeatureFacts, OriginFacts, SegmenterFacts, TransformersFacts


def hints(table: type) -> dict[str, Any]:
    """The types of a table's entries; the catalogue itself imports no recipe, which would load NumPy."""
    return get_type_hints(table, localns={"Recipe": Recipe})


ORIGIN = {**hints(OriginFacts), **hints(TransformersFacts)}
OF_TASK: dict[str, tuple[type, ...]] = {
    "classify": (FeatureFacts,),
    "embed": (FeatureFacts,),
    "detect": (DetectorFacts, FeatureFacts),
    "promptable": (SegmenterFacts,),
    "segment": (SegmenterFacts,),
    "read": (SegmenterFacts,),
    "video": (SegmenterFacts,),
}


def fits(value: object, hint: Any) -> bool:
    """Whether a fact is of the type that its table states; for containers the entries too."""
    origin, arms = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin is Literal:
        return value in arms
    if origin is UnionType:
        return any(fits(value, arm) for arm in arms)
    if origin is tuple:
        repeated = arms[:1] * len(value) if arms[-1] is ... else arms  # type: ignore[arg-type]
        return isinstance(value, tuple) and all(map(fits, value, repeated))
    if origin is not None:
        return isinstance(value, Mapping) and all(fits(k, arms[0]) and fits(v, arms[1]) for k, v in value.items())
    return type(value) is hint


@pytest.mark.parametrize(
    ("value", "hint", "right"),
    [
        (True, int, False),
        ("nchw", Literal["nchw"], True),
        (None, str | None, True),
        ((("a", "b"),), tuple[tuple[str, str], ...], True),
        (("a",), tuple[tuple[str, str], ...], False),
        ({"layer1": 1}, Mapping[str, str], False),
    ],
)
def test_the_rule_itself(value: object, hint: Any, right: bool) -> None:
    assert fits(value, hint) is right


@pytest.mark.parametrize("each", CARDS.values(), ids=lambda card: card.key)
def test_facts_have_the_names_and_types_of_their_task(each: ModelCard) -> None:
    stated = ORIGIN.copy()
    for table in OF_TASK[each.task]:
        stated |= hints(table)
    assert each.facts.keys() <= stated.keys()
    assert [name for name, value in each.facts.items() if not fits(value, stated[name])] == []


def test_no_fact_is_stated_for_nobody() -> None:
    of_visitors = {"base", "scores_only", "given_recipe"}  # models that were taught or brought, in no table
    named = {name for card in CARDS.values() for name in card.facts} | of_visitors
    assert hints(Facts).keys() == named
