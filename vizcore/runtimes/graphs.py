"""What is exported of a model: pixels in, its answers out, with its own normalisation inside.

One row of `GRAPHS` for each task. A graph takes pixels (B, 3, H, W) float32 in [0, 1], so that whoever runs it has one
thing less to get wrong, and gives arrays that `Runner`s of every runtime give in the same order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from vizcore.errors import ModelCannot
from vizcore.zoo.fast_answers import without_fast


class ClassifierGraph(nn.Module):
    """pixels -> logits (B, classes), embedding (B, D)."""

    outputs: tuple[str, ...] = ("logits", "embedding")

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.inner = model.module
        self._model = [without_fast(model)]  # in a list, so that it is no submodule

    @property
    def model(self) -> Any:
        """The adapter that answers."""
        return self._model[0]

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        embedding, logits = self.model.both(pixels)
        return logits, embedding


class EmbedderGraph(ClassifierGraph):
    """pixels -> embedding (B, D), for a model without a head."""

    outputs = ("embedding",)

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (self.model.embed(pixels),)


class DetectorGraph(ClassifierGraph):
    """pixels -> boxes (B, N, 4) xyxy in the model's pixels, scores (B, N, C) in [0, 1]; NMS comes after."""

    outputs = ("boxes", "scores")

    def forward(self, pixels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        boxes, scores = self.model.scored_boxes(pixels)
        return boxes, scores


@dataclass(frozen=True)
class GraphKind:
    """graph: the module to trace. batched: whether its batch may have any size."""

    graph: type[ClassifierGraph]
    batched: bool = True


GRAPHS: dict[str, GraphKind] = {
    "classify": GraphKind(ClassifierGraph),
    "embed": GraphKind(EmbedderGraph),
    "detect": GraphKind(DetectorGraph),
}


def graph_of(model: Any) -> ClassifierGraph:
    """The graph of a loaded model. ModelCannot for tasks that have none (promptable and naming segmenters), and for
    models that resize by the photo's shorter side, since a tracer would bake one shape in.
    """
    kind = GRAPHS.get(model.card.task)
    if kind is None or not hasattr(model, "recipe") or _by_shorter_side(model):
        raise ModelCannot(model=model.card.key, ability="export")
    return kind.graph(model).eval()


def size_varies(model: Any) -> bool:
    """Whether the size of what the model is given depends on the photo."""
    return _layout(model) == "letterbox-rectangle" or _by_shorter_side(model)


def _by_shorter_side(model: Any) -> bool:
    return _layout(model).startswith("shorter-side")


def _layout(model: Any) -> str:
    return str(getattr(model.recipe, "layout", ""))


def example_pixels(model: Any, count: int = 2) -> torch.Tensor:
    """(count, 3, H, W) in [0, 1] of the size that the model is given, on its device: a ramp, no constant."""
    import numpy as np

    from vizcore.photo import Photo

    ramp = np.linspace(0, 255, 160 * 160 * 3).reshape(160, 160, 3).astype(np.uint8)
    prepared = [model.prepare(Photo(np.roll(ramp, 7 * i, axis=1), "")) for i in range(count)]
    pixels: torch.Tensor = model.pixels(prepared)
    return pixels
