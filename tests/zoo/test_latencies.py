"""The times on the cards of the models that come with the app."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.catalogue.latencies import LATENCY_FILE, NAMES, read_latencies, with_latency


def test_a_card_gains_its_rows_and_another_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "latency.json"
    file.write_text(json.dumps({"machine": "a desk", "models": {"sam-mini": {"embed": 80.5, "click": 20}}}))
    known = read_latencies(file)
    plain, other = ModelCard(**{**vars(CARDS["grabcut"]), "key": "sam-mini"}), CARDS["grabcut"]
    rows = with_latency(plain, known).measured[-2:]
    assert [(row.name, row.value, row.unit, row.source) for row in rows] == [
        (NAMES["embed"], 80.5, "ms", "a desk"),
        (NAMES["click"], 20.0, "ms", "a desk"),
    ]
    assert with_latency(other, known) is other


@pytest.mark.parametrize("content", ["[1]", "{", '{"machine": "a desk", "models": {"x": {"nap": 1}}}'])
def test_a_broken_file_leaves_the_cards_without_times(tmp_path: Path, content: str) -> None:
    file = tmp_path / "latency.json"
    assert read_latencies(file) == {}
    file.write_text(content)
    assert read_latencies(file) == {}


def test_what_was_measured_is_of_models_that_there_are() -> None:
    assert set(read_latencies(LATENCY_FILE)) <= set(CARDS)
