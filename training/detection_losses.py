"""What a detection batch teaches: each library's own loss on the same boxes."""

from __future__ import annotations

from types import SimpleNamespace

import torch
from torch import nn
from torchvision.ops import box_convert

from training.detection_batches import DetectionBatch
from training.evaluate_detectors import normalised
from training.prepare_yolo import STAGES, MapFollower

YOLO_GAINS = {"box": 7.5, "cls": 0.5, "dfl": 1.5}  # ultralytics' defaults


class YoloCriterion:
    """ultralytics' v8 detection loss; in the first part the backbone also follows the frozen `cnn-mini`'s maps."""

    def __init__(self, model: nn.Module, follower: MapFollower | None) -> None:
        model.args = SimpleNamespace(**YOLO_GAINS)
        self._model, self._follower = model, follower
        self._maps: dict[int, torch.Tensor] = {}
        if follower is not None:
            for stage in STAGES:
                model.model[stage].register_forward_hook(lambda _, __, out, at=stage: self._maps.__setitem__(at, out))

    def __call__(self, pixels: torch.Tensor, batch: DetectionBatch, *, follow: bool) -> torch.Tensor:
        size = pixels.shape[-1]
        counts = torch.tensor([len(b) for b in batch.boxes])
        targets = {
            "img": pixels,
            "batch_idx": torch.arange(len(counts)).repeat_interleave(counts).float(),
            "cls": torch.cat(batch.classes)[:, None].float(),
            "bboxes": box_convert(torch.cat(batch.boxes), "xyxy", "cxcywh") / size,
        }
        with torch.autocast("cpu", torch.bfloat16):
            losses, _ = self._model.loss(targets)
            total = losses.sum().float() / len(counts)
            if follow and self._follower is not None:
                maps, _ = self._follower.targets(normalised(pixels))
                total = total + 4 * self._follower.loss([self._maps[stage] for stage in STAGES], maps)
        return total

    def groups(self, rate: float) -> list[dict]:
        """Parameters with their peak rates; norms and biases are not decayed."""
        modules = [self._model] + ([self._follower] if self._follower is not None else [])
        every = [p for module in modules for p in module.parameters() if p.requires_grad]
        return [
            {"params": [p for p in every if p.ndim > 1], "peak": rate, "weight_decay": 0.02},
            {"params": [p for p in every if p.ndim <= 1], "peak": rate, "weight_decay": 0.0},
        ]


class DetrCriterion:
    """transformers' RT-DETR loss: Hungarian matching in every decoder layer, and a few denoising queries."""

    def __init__(self, model: nn.Module) -> None:
        self._model = model

    def __call__(self, pixels: torch.Tensor, batch: DetectionBatch, *, follow: bool) -> torch.Tensor:
        size = pixels.shape[-1]
        labels = [
            {"class_labels": classes, "boxes": box_convert(boxes, "xyxy", "cxcywh") / size}
            for boxes, classes in zip(batch.boxes, batch.classes, strict=True)
        ]
        with torch.autocast("cpu", torch.bfloat16):
            return self._model(normalised(pixels), labels=labels).loss.float()

    def groups(self, rate: float) -> list[dict]:
        """The trunk learns at a quarter of the rate, for it has been trained before."""
        trunk = {id(p) for p in self._model.model.backbone.parameters()}
        groups = []
        for share, inside in ((0.25, True), (1.0, False)):
            mine = [p for p in self._model.parameters() if (id(p) in trunk) is inside]
            groups.append({"params": [p for p in mine if p.ndim > 1], "peak": rate * share, "weight_decay": 1e-2})
            groups.append({"params": [p for p in mine if p.ndim <= 1], "peak": rate * share, "weight_decay": 0.0})
        return groups
