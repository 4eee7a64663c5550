"""Loads MobileSAM: the network from ultralytics behind its guards, the weights by our own weights-only reader."""

from __future__ import annotations

import importlib
from pathlib import Path

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.sam_models import SamSegmenter


def load_promptable(card: ModelCard, folder: Path, device: str) -> SamSegmenter:
    """The network of the fact `builder`. The file is opened only after its published hash matched."""
    from vizcore.zoo.guards import import_ultralytics, process_kept
    from vizcore.zoo.weights import load_into, load_state

    import_ultralytics()
    with process_kept():
        build = importlib.import_module("ultralytics.models.sam.build")
        module = getattr(build, card.facts["builder"])(None)
    file = card.files[0]
    load_into(module, load_state(folder / file.name, card.key), card)
    return SamSegmenter(card, module, file.sha256 or "", device)
