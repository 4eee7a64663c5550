"""What a detection batch teaches: each library's own loss on the same boxes; unknown classes teach nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn
from torchvision.ops import box_convert

from training.precision import half_precision

YOLO_GAINS = {"box": 7.5, "cls": 0.5, "dfl": 1.5}  # ultralytics' defaults
UNKNOWN_LOGIT = -15.0  # a class that nobody labelled: no loss, no gradient


@dataclass(frozen=True)
class DetectionBatch:
    """The trunk's maps of B views of `size` px; per view boxes (n, 4) x0, y0, x1, y1 in pixels and classes (n,);
    known (B, C) bool: the classes that were labelled there."""

    maps: list[torch.Tensor]
    boxes: list[torch.Tensor]
    classes: list[torch.Tensor]
    known: torch.Tensor
    size: int

    def pixels(self) -> torch.Tensor:
        """(B, 3, S, S) of zeros: the maps are given, only the shape is read."""
        return torch.zeros(1, 1, 1, 1).expand(len(self.boxes), 3, self.size, self.size)


def parameter_groups(
    model: nn.Module, rate: float, decay: float, slower: Sequence[tuple[nn.Module, float]]
) -> list[dict[str, Any]]:
    """What the optimiser moves, with its peak rate: `rate`, or the one beside a part in `slower`. Norms and biases are
    not decayed."""
    taken = {id(p) for part, _ in slower for p in part.parameters()}
    rest = [p for p in model.parameters() if id(p) not in taken]
    groups = []
    for parameters, peak in ((rest, rate), *((list(part.parameters()), peak) for part, peak in slower)):
        groups.append({"params": [p for p in parameters if p.ndim > 1], "peak": peak, "weight_decay": decay})
        groups.append({"params": [p for p in parameters if p.ndim <= 1], "peak": peak, "weight_decay": 0.0})
    return [group for group in groups if group["params"]]


class KnownClassesBce(nn.Module):
    """Binary cross-entropy per number, 0 for the classes that are unknown on a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.known = torch.ones(1, 1)

    def forward(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        each = nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")  # (B, places, C)
        return each * self.known[:, None, :].to(each.dtype)


class YoloCriterion:
    """ultralytics' v8 detection loss on a model whose trunk is given maps."""

    def __init__(self, model: Any) -> None:
        model.args = SimpleNamespace(**YOLO_GAINS)
        model.criterion = model.init_criterion()
        model.criterion.bce = self._bce = KnownClassesBce()
        self._model = model

    def __call__(self, batch: DetectionBatch) -> torch.Tensor:
        counts = torch.tensor([len(b) for b in batch.boxes])
        targets = {
            "img": batch.pixels(),
            "batch_idx": torch.arange(len(counts)).repeat_interleave(counts).float(),
            "cls": torch.cat(batch.classes)[:, None].float(),
            "bboxes": box_convert(torch.cat(batch.boxes), "xyxy", "cxcywh") / batch.size,
        }
        self._bce.known = batch.known
        self._model.model[0].hold(batch.maps)
        with half_precision():
            losses, _ = self._model.loss(targets)
        return losses.sum().float() / len(counts)


class DetrCriterion:
    """transformers' RT-DETR loss: Hungarian matching in every decoder layer, and denoising queries."""

    def __init__(self, model: Any) -> None:
        self._model, self._loss = model, model.loss_function
        self._hidden = torch.zeros(1, 1, dtype=torch.bool)
        model.loss_function = self._of_known_classes

    def _of_known_classes(
        self,
        logits: torch.Tensor,
        labels: Any,
        device: Any,
        boxes: Any,
        config: Any,
        classes: Any,
        *rest: Any,
        **more: Any,
    ) -> Any:
        hidden = self._hidden[:, None]  # (B, 1, C)
        more["enc_topk_logits"] = more["enc_topk_logits"].masked_fill(hidden, UNKNOWN_LOGIT)
        logits = logits.masked_fill(hidden, UNKNOWN_LOGIT)
        classes = classes.masked_fill(hidden[:, None], UNKNOWN_LOGIT)  # (B, layers, queries, C)
        return self._loss(logits, labels, device, boxes, config, classes, *rest, **more)

    def __call__(self, batch: DetectionBatch) -> torch.Tensor:
        labels = [
            {"class_labels": classes, "boxes": box_convert(boxes, "xyxy", "cxcywh") / batch.size}
            for boxes, classes in zip(batch.boxes, batch.classes, strict=True)
        ]
        self._hidden = ~batch.known
        self._model.model.backbone.model.trunk.hold(batch.maps)
        with half_precision():
            return self._model(batch.pixels(), labels=labels).loss.float()
