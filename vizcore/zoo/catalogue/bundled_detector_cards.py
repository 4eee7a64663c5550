"""The two detectors that ship with the project: what the code knows of them, joined with what their training measured.

Each is listed once its JSON (written by the training export, see `bundled_cards`) lies beside its weights.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

from vizcore.zoo.cards import USUAL_SCORE, ModelCard
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_WEIGHTS, card_from_report

LEARNT_FROM = "learnt from 13,500 photos"

_log = logging.getLogger(__name__)

ROWS: tuple[dict[str, Any], ...] = (
    {
        "key": "yolo-mini",
        "title": "YOLO mini",
        "family": "yolo",
        "recipe": "letterbox-320",
        "paper": "YOLOv11: An Overview of the Key Architectural Enhancements (Khanam and Hussain 2024)",
        "facts": {
            "builder": "yolo_mini",
            "numbering": "own",
            "head": "one-to-many",
            "needs_nms": True,
            "one_class": True,
            "trunk": "model.0.",
        },
    },
    {
        "key": "detr-mini",
        "title": "DETR mini",
        "family": "detr",
        "recipe": "letterbox-320",
        "paper": "RT-DETRv2: Improved Baseline with Bag-of-Freebies (Lv et al. 2024)",
        "facts": {
            "builder": "detr_mini",
            "numbering": "own",
            "needs_nms": False,
            "one_class": True,
            "trunk": "model.backbone.model.trunk.",
            "scores": "sigmoid",
            "stages": {"encoder 16": "model.encoder.layers.14"},
        },
    },
)


def read_bundled_detectors(folder: Path) -> tuple[ModelCard, ...]:
    """The cards whose JSON is in the folder and complete; what is wrong with another one goes to the log."""
    cards = []
    for row in ROWS:
        path = folder / f"{row['key']}.json"
        if not path.is_file():
            continue
        try:
            report = json.loads(path.read_text(encoding="utf-8"))
            measured = {"score": report.get("score", USUAL_SCORE), "classes": len(report["labels"])}
            row = row | {"facts": row["facts"] | measured | {"learnt_from": LEARNT_FROM}}
            fields = {"task": "detect", "loader": "vizcore.zoo.bundled_models:load_detector", "labels": "own"}
            cards.append(card_from_report(report, **fields, **row))
        except (KeyError, TypeError, ValueError) as problem:
            _log.warning("bundled model %s is not listed: %s", row["key"], problem)
    return tuple(cards)


BUNDLED_DETECTORS = read_bundled_detectors(BUNDLED_WEIGHTS)
