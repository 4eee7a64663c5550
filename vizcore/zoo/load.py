"""How does a card become a model in memory, whichever library it comes from?"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path

from vizcore import settings as configuration
from vizcore.errors import LibraryMissing
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.guards import huggingface_offline
from vizcore.zoo.protocols import LoadedModel
from vizcore.zoo.random_numbers import drawing_apart
from vizcore.zoo.weights import digest, require
from vizcore.zoo.weights.folders import inside

Loader = Callable[[ModelCard, Path, str], LoadedModel]


def load_model(card: ModelCard, device: str, settings: Settings | None = None) -> LoadedModel:
    """The model with its verified weights on `device`. Never downloads: see `vizcore.zoo.weights.fetch`.

    Errors: WeightsMissing, WeightsDamaged, WeightsUnsafe, WeightsMismatch; LibraryMissing names the absent library.
    """
    folder = require(card, settings or configuration.current())
    huggingface_offline()
    try:
        load = _loader(card)  # brings its library
        with drawing_apart():
            model = load(card, folder, device)
    except ImportError as problem:
        library = (problem.name or "").partition(".")[0]
        if library == "vizcore":
            raise
        raise LibraryMissing(library=library or str(problem), model=card.key) from problem
    if not model.weights_sha256:  # not pinned: the hash of what was loaded, which cached results are filed under
        model.weights_sha256 = digest(inside(folder, card.files[0].name)) if card.files else ""
    return model


def _loader(card: ModelCard) -> Loader:
    module, _, function = card.loader.partition(":")
    if not module.startswith("vizcore.") or not function:
        raise ValueError(f"expected a loader as vizcore.module:function, got {card.loader}")
    loader: Loader = getattr(importlib.import_module(module), function)
    return loader
