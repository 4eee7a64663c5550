"""Asks the engine for what needs vectors alone: probes and learning curves; equal questions are answered once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from vizcore.i18n import N_, _
from vizcore.learning.judged import Taught
from vizcore.learning.probe import CurveTask, LearningCurve, ProbeTask, learn_probe, learning_curve
from vizcore.results import FloatArray, Result
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.teach.page_state import Source
from vizcore.ui.panels.teach.vectors import weights_of
from vizcore.zoo.cards import ModelCard

METHODS = {
    "knn": N_("nearest neighbours"),
    "linear": N_("linear probe"),
    "finetune": N_("fine-tuned"),
    "lora": N_("LoRA"),
    "scratch": N_("from scratch"),
}
PROBES = ("knn", "linear")
Answer = TypeVar("Answer", bound=Result)


@dataclass(frozen=True, eq=False)
class Row:
    """One method on one backbone. vectors: of all photos, where the method stands on them."""

    card: ModelCard
    taught: Taught
    vectors: FloatArray | None = None

    @property
    def key(self) -> str:
        return f"{self.taught.method}.{self.card.key}"

    @property
    def title(self) -> str:
        return f"{self.card.title}, {_(METHODS[self.taught.method])}"


def probe(source: Source, card: ModelCard, vectors: FloatArray, method: str) -> Taught | None:
    """The method's answers on the source's split."""
    return compute(learn_probe, _task(source, card, vectors, method))


def curve(source: Source, card: ModelCard, vectors: FloatArray, method: str) -> LearningCurve | None:
    """Its accuracy over the number of photos."""
    return compute(learning_curve, CurveTask(_task(source, card, vectors, method)))


def compute(operation: Callable[[Any, Any, Any], Answer], settings: Any) -> Answer | None:
    """An operation that needs no model, in the engine's fair queue; None after its error was shown."""
    from vizcore.engine.requests import NO_MODEL

    nobody = cast(ModelCard, SimpleNamespace(key=NO_MODEL, title=_("Learning")))
    return answer(operation, nobody, None, settings)


def _task(source: Source, card: ModelCard, vectors: FloatArray, method: str) -> ProbeTask:
    return ProbeTask(
        vectors,
        source.bins.classes,
        source.split.parts,
        source.bins.labels,
        cast(Any, method),
        card.key,
        weights_of(source, card),
        tuple(each.sha256 for each in source.bins.examples),
    )
