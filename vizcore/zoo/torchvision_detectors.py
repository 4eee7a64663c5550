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

    module = torchvision.models.get_model(str(card.facts["builder"]), weights=None, weights_backbone=None)
    file = card.files[0]
    load_into(module, load_state(folder / file.name), card)
    return FasterRcnn(card, module, COCO_80, file.sha256 or "", device)


class FasterRcnn(TorchDetector):
    """A two-stage detector: a network proposes regions, a second head names each and moves its box for every class."""

    def scored_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Boxes (B, N, 80, 4), cut at the picture's edge, and scores (B, N, 80) of a softmax that knows "background".

        Pictures with fewer proposals than others are filled up with scores of 0.
        """
        height, width = pixels.shape[2:]
        module: Any = self.module
        heads, sizes = module.roi_heads, [(height, width)] * len(pixels)
        batch = _padded(self.normalised(pixels))
        features = module.backbone(batch)
        if isinstance(features, torch.Tensor):
            features = OrderedDict([("0", features)])
        proposals, _ = module.rpn(_image_list(batch, sizes), features)
        logits, moves = heads.box_predictor(heads.box_head(heads.box_roi_pool(features, proposals, sizes)))
        columns = list(columns_of(str(self.card.facts["numbering"])))
        boxes = heads.box_coder.decode(moves, proposals)[:, columns]
        limit = torch.tensor([width, height, width, height], device=boxes.device)
        boxes, scores = boxes.clamp(min=0).minimum(limit), logits.float().softmax(-1)[:, columns]
        counts = [len(each) for each in proposals]
        fill = torch.nn.utils.rnn.pad_sequence
        return fill(boxes.split(counts), batch_first=True).float(), fill(scores.split(counts), batch_first=True)


def _padded(batch: torch.Tensor) -> torch.Tensor:
    """Zeros at the right and the bottom up to multiples of 32."""
    height, width = batch.shape[2:]
    return torch.nn.functional.pad(batch, (0, -width % SIZE_MULTIPLE, 0, -height % SIZE_MULTIPLE))


def _image_list(batch: torch.Tensor, sizes: list[tuple[int, int]]) -> Any:
    from torchvision.models.detection.image_list import ImageList

    return ImageList(batch, sizes)
