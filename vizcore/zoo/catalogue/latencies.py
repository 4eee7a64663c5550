"""How long does a model that comes with the app take? Rows for the cards, from what `tools/card_latency.py` measured.

`vizcore/zoo/bundled/weights/latency.json`: `machine` in words, and `models`, for each card the milliseconds of each of
its parts ("photo", or of a promptable segmenter "embed" and "click"). Without the file, or for a model that it does not
name, a card says nothing of time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vizcore.i18n import N_
from vizcore.zoo.cards import Measured, ModelCard
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_WEIGHTS

LATENCY_FILE = BUNDLED_WEIGHTS / "latency.json"
THREADS, ROUNDS = 2, 30
NAMES = {
    "photo": N_("time for one photo, 2 CPU cores, median of 30 runs"),
    "embed": N_("time to embed one photo, 2 CPU cores, median of 30 runs"),
    "click": N_("time to answer one click, 2 CPU cores, median of 30 runs"),
}

_log = logging.getLogger(__name__)


def read_latencies(file: Path) -> Mapping[str, tuple[Measured, ...]]:
    """The rows of every model in the file; none where it is not there. What is wrong with it goes to the log."""
    if not file.is_file():
        return {}
    try:
        report = json.loads(file.read_text(encoding="utf-8"))
        source = str(report["machine"])
        return {
            str(key): tuple(Measured(NAMES[part], float(ms), "ms", source) for part, ms in parts.items())
            for key, parts in report["models"].items()
        }
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        _log.warning("no times on the cards: %s", problem)
        return {}


LATENCIES = read_latencies(LATENCY_FILE)


def with_latency(card: ModelCard, known: Mapping[str, tuple[Measured, ...]] = LATENCIES) -> ModelCard:
    """The card with its times after what else was measured."""
    rows = known.get(card.key, ())
    return replace(card, measured=(*card.measured, *rows)) if rows else card
