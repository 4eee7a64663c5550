"""Loads torchvision's Faster R-CNN, and reads its boxes before its own threshold and NMS throw most of them away."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import torch

from vizcore.zoo.cards import ModelCard
from vizcore.zoo.detection_labels import COCO_80, columns_of
from vizcore.zoo.detector_models import TorchDetector

SIZE_MULTIPLE = 32


def load_detector(card: ModelCard, folder: Path, device: str) -> FasterRcnn:
    """The model named by the fact `builder`, without the backbone's own download."""
    import torchvision

    from vizcore.zoo.weights import load_into, load_state

    module = torchvision.models.get_model(card.facts["builder"], weights=None, weights_backbone=None)
    file = card.files[0]
    load_into(module, load_state(folder / file.name), card)
    return FasterRcnn(card, module, COCO_80, file.sha256 or "", device)


class FasterRcnn(TorchDetector):
    """A two-stage detector: a network proposes regions, a second head names each and moves its box for every class."""

    def torch_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Boxes (B, N, 80, 4), cut at the picture's edge, and scores (B, N, 80) of a softmax that knows "background".

        Pictures with fewer proposals than others are filled up with scores of 0.
        """
        height, width = pixels.shape[2:]
        logits, moves, proposals = self._answer(pixels)
        coder: Any = self.module.roi_heads
        boxes = coder.box_coder.decode(moves, proposals)[:, self._columns].float()
        limit = torch.tensor([width, height, width, height], device=boxes.device)
        boxes, scores = boxes.clamp(min=0).minimum(limit), logits.float().softmax(-1)[:, self._columns]
        return _by_picture(boxes, proposals), _by_picture(scores, proposals)

    def class_logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, N, 80) before the softmax, differentiable with the proposals as they are."""
        logits, _, proposals = self._answer(pixels)
        return _by_picture(logits[:, self._columns], proposals)

    def _answer(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, list[torch.Tensor]]:
        """Logits (sum of N, 91), moves of the boxes (sum of N, 4 * 91) and the proposals (N, 4) of each picture."""
        module: Any = self.module
        heads, sizes = module.roi_heads, [(pixels.shape[2], pixels.shape[3])] * len(pixels)
        batch = _padded(self.normalised(pixels))
        features = module.backbone(batch)
        if isinstance(features, torch.Tensor):
            features = OrderedDict([("0", features)])
        proposals, _ = module.rpn(_image_list(batch, sizes), features)
        logits, moves = heads.box_predictor(heads.box_head(heads.box_roi_pool(features, proposals, sizes)))
        return logits, moves, proposals

    @property
    def _columns(self) -> list[int]:
        return list(columns_of(self.card.facts["numbering"]))


def _by_picture(rows: torch.Tensor, proposals: list[torch.Tensor]) -> torch.Tensor:
    """Rows of all pictures (sum of N, ...) -> (B, most N, ...), filled up with zeros."""
    parts = list(torch.split(rows, [len(each) for each in proposals]))
    return torch.nn.utils.rnn.pad_sequence(parts, batch_first=True)


def _padded(batch: torch.Tensor) -> torch.Tensor:
    """Zeros at the right and the bottom up to multiples of 32."""
    height, width = batch.shape[2:]
    return torch.nn.functional.pad(batch, (0, -width % SIZE_MULTIPLE, 0, -height % SIZE_MULTIPLE))


def _image_list(batch: torch.Tensor, sizes: list[tuple[int, int]]) -> Any:
    from torchvision.models.detection.image_list import ImageList

    return ImageList(batch, sizes)
