"""The classifiers that ship with the project: what the code knows of them, joined with what their training measured.

`vizcore/zoo/bundled/weights/KEY.json` is written by the training export beside KEY.safetensors. A model without it, or
with one that cannot be read, is not listed. Its keys:

    sha256, size_bytes, parameters_m    of the weight file
    labels                              class names, in the order of the logits
    measured                            [{"name", "value", "unit", "source"}], of a share "n", else perhaps "interval"
    training_data, limits               plain statements
    weights_licence                     optional, AGPL-3.0-only without it
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vizcore.zoo.cards import Family, Licences, Measured, ModelCard, WeightFile
from vizcore.zoo.facts import Facts

BUNDLED_WEIGHTS = Path(__file__).parent.parent / "bundled" / "weights"

_log = logging.getLogger(__name__)

LEARNT_FROM = "learnt from 64,000 small pictures"

# key, title, family, paper, embedding, facts
ROWS: tuple[tuple[str, str, Family, str, str, Facts], ...] = (
    (
        "cnn-mini",
        "CNN mini",
        "cnn",
        "Deep Residual Learning for Image Recognition (He et al. 2015)",
        "avgpool",
        {
            "builder": "cnn_mini",
            "stages": {f"layer{i}": f"layer{i}" for i in (1, 2, 3, 4)},
            "cam_stage": "layer4",
            "head": "fc",
            "layout": "nchw",
            "dimension": 256,
            "learnt_from": LEARNT_FROM,
        },
    ),
    (
        "vit-mini",
        "ViT mini",
        "vit",
        "An Image is Worth 16x16 Words (Dosovitskiy et al. 2020)",
        "[CLS]",
        {
            "builder": "vit_mini",
            "stages": {f"block{i}": f"encoder.layers.encoder_layer_{i - 1}" for i in range(1, 9)},
            # After the last block the head reads [CLS] alone, so its patch tokens have no gradient: one block earlier.
            "cam_stage": "block7",
            "head": "heads.head",
            "layout": "tokens",
            "prefix_tokens": 1,
            "patch": 16,
            "dimension": 192,
            "learnt_from": LEARNT_FROM,
        },
    ),
)


def read_bundled_cards(folder: Path) -> tuple[ModelCard, ...]:
    """The cards whose JSON is in the folder and complete; what is wrong with another one goes to the log."""
    cards = []
    for row in ROWS:
        path = folder / f"{row[0]}.json"
        if not path.is_file():
            continue
        try:
            cards.append(_card(row, json.loads(path.read_text(encoding="utf-8"))))
        except (KeyError, TypeError, ValueError) as problem:
            _log.warning("bundled model %s is not listed: %s", row[0], problem)
    return tuple(cards)


def _card(row: tuple[str, str, Family, str, str, Facts], report: Mapping[str, Any]) -> ModelCard:
    key, title, family, paper, embedding, facts = row
    return card_from_report(
        report,
        key=key,
        title=title,
        family=family,
        task="classify",
        loader="vizcore.zoo.bundled_models:load_classifier",
        recipe="mini-160",
        labels="tiny-104",
        paper=paper,
        embedding=embedding,
        facts=facts,
    )


def card_from_report(report: Mapping[str, Any], *, key: str, **fields: Any) -> ModelCard:
    """What the training export wrote, joined with what the code knows. KeyError or ValueError for missing parts."""
    if not report["labels"]:
        raise ValueError("expected labels, got none")
    return ModelCard(
        key=key,
        source="bundled",
        files=(WeightFile(f"{key}.safetensors", sha256=str(report["sha256"]), size_bytes=int(report["size_bytes"])),),
        parameters_m=float(report["parameters_m"]),
        licences=Licences(
            code="AGPL-3.0-only",
            weights=str(report.get("weights_licence", "AGPL-3.0-only")),
            training_data=str(report["training_data"]),
            permissive=False,
        ),
        measured=measured_rows(report["measured"]),
        limits=str(report.get("limits", "")),
        **fields,
    )


def measured_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Measured, ...]:
    """The report's lines as the card has them."""
    return tuple(
        Measured(
            str(each["name"]),
            float(each["value"]),
            str(each["unit"]),
            str(each["source"]),
            int(each.get("n", 0)),
            (float(each["interval"][0]), float(each["interval"][1])) if "interval" in each else None,
        )
        for each in rows
    )


BUNDLED_CARDS = read_bundled_cards(BUNDLED_WEIGHTS)
