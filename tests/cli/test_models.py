"""models: every card, with the keys that DESIGN promises."""

from __future__ import annotations

from tests.cli.invocation import invoke
from vizcore.zoo.catalogue import CARDS

KEYS = {"key", "task", "family", "title", "available", "source", "size_mb", "licence", "measured"}


def test_one_line_for_each_card_in_the_order_of_the_catalogue() -> None:
    answer = invoke("models", "--json")
    assert answer.status == 0
    assert [line["key"] for line in answer.lines] == list(CARDS)
    for line in answer.lines:
        assert set(line) == KEYS | {"schema", "file", "provenance"}
        assert line["available"] in {"bundled", "here", "download", "blocked"}
        assert line["size_mb"] is None or line["size_mb"] > 0
        assert set(line["licence"]) == {"code", "weights", "training_data", "permissive"}


def test_one_task_only() -> None:
    lines = invoke("models", "--task", "embed", "--json").lines
    assert lines
    assert {line["task"] for line in lines} == {"embed"}
    unknown = invoke("models", "--task", "juggle", "--json")
    assert (unknown.status, unknown.lines) == (2, [])
    assert all(each in unknown.err for each in ("juggle", "there are", *{card.task for card in CARDS.values()}))


def test_the_table_for_people_is_aligned() -> None:
    rows = invoke("models").out.splitlines()
    assert len(rows) == len(CARDS)
    for row, card in zip(rows, CARDS.values(), strict=True):
        assert row.startswith(card.key)
        assert row.endswith(card.title)
        assert row.index(card.title) == rows[0].index(next(iter(CARDS.values())).title)
