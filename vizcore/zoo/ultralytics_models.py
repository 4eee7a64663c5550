"""Loads YOLO: Ultralytics' networks built from their published architectures, with verified weights.

A `.pt` file of Ultralytics is a pickle of whole objects. It is opened only after its hash matched, by the library's
own safe reader, and nothing but its numbers is taken over. The process stays as it was (`vizcore.zoo.guards`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from vizcore.errors import WeightsDamaged, WeightsUnsafe
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.detection_labels import COCO_80
from vizcore.zoo.detector_models import TorchDetector


def load_detector(card: ModelCard, folder: Path, device: str) -> UltralyticsDetector:
    """Facts: `architecture` (a YAML file inside ultralytics), `head` ("one-to-many" or "one-to-one")."""
    from vizcore.zoo.guards import import_ultralytics, process_kept
    from vizcore.zoo.weights import load_into

    library: Any = import_ultralytics()
    with process_kept():
        module = library.nn.tasks.DetectionModel(card.facts["architecture"], nc=len(COCO_80), verbose=False)
    file = card.files[0]
    load_into(module, checkpoint_state(folder / file.name, card.key), card)
    return UltralyticsDetector(card, module, COCO_80, file.sha256 or "", device)


def checkpoint_state(path: Path, model: str) -> dict[str, torch.Tensor]:
    """The numbers of a `.pt` file by name. WeightsUnsafe unless the file matched a published hash in this process."""
    from vizcore.zoo.guards import import_ultralytics, process_kept
    from vizcore.zoo.weights.verify import matched_a_published_hash

    if not matched_a_published_hash(path):
        raise WeightsUnsafe(model=model, file=str(path))
    library: Any = import_ultralytics()
    try:
        with process_kept():
            content, _ = library.nn.tasks.torch_safe_load(str(path), safe_only=True)
    except TypeError as problem:  # how the library names a class that is not on its list, and a damaged file
        raise WeightsUnsafe(model=model, file=str(path)) from problem
    except Exception as problem:  # a border: the library has no error of its own for other contents
        raise WeightsDamaged(model=model, file=str(path)) from problem
    found = content.get("ema") or content.get("model") if isinstance(content, dict) else None
    if not isinstance(found, nn.Module):
        raise WeightsDamaged(model=model, file=str(path))
    return dict(found.state_dict())


class UltralyticsDetector(TorchDetector):
    """A YOLO, its batch norms folded into the convolutions, as a plain function of pixels.

    One row per place of its grids: stride 8 first, row by row, then 16, then 32.
    """

    def __init__(self, card: ModelCard, module: Any, labels: tuple[str, ...], weights_sha256: str, device: str) -> None:
        head = module.model[-1]
        if card.facts.get("head") == "one-to-one":
            head.cv2, head.cv3 = head.one2one_cv2, head.one2one_cv3
        head.one2one_cv2 = head.one2one_cv3 = None
        head.xyxy = True
        head.dynamic = True  # places made anew in each call: kept ones would be unusable for gradients later on
        head.dfl = InFullPrecision(head.dfl)
        super().__init__(card, module.eval().fuse(verbose=False), labels, weights_sha256, device)

    def to_device(self, device: str) -> None:
        """Moves the weights; kept channels-last, which convolutions prefer."""
        super().to_device(device)
        self.module.to(memory_format=torch.channels_last)
        head: Any = self.head
        head.stride = head.stride.to(device)

    @property
    def head(self) -> nn.Module:
        """The last layer, which makes boxes and scores of three feature maps."""
        layers: Any = self.module.model
        head: nn.Module = layers[-1]
        return head

    def torch_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Boxes (B, N, 4) in the model's pixels, scores (B, N, C), one sigmoid for each class."""
        answer, _ = self.module(self.normalised(pixels).contiguous(memory_format=torch.channels_last))
        columns = answer.float().transpose(1, 2)
        return columns[..., :4], columns[..., 4:]

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """YOLO takes [0, 1] as it is."""
        return pixels

    @property
    def stages(self) -> Mapping[str, nn.Module]:
        """The neck's way down at stride 16, the backbone's end at stride 32, the neck's finest map at stride 8.

        Found by how the head is fed: of its three maps the second joins the first with the way down, and the third
        joins the second with the backbone's end.
        """
        layers: Any = self.module.model
        finest, middle, coarsest = layers[-1].f
        down, end = layers[middle - 1].f[1], layers[coarsest - 1].f[1]
        return {"neck 16": layers[down], "backbone 32": layers[end], "neck 8": layers[finest]}

    def class_logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, N, C) before the sigmoid, differentiable."""
        _, raw = self.module(pixels.contiguous(memory_format=torch.channels_last))
        logits: torch.Tensor = raw["scores"].transpose(1, 2)
        return logits


class InFullPrecision(nn.Module):
    """A layer that computes in float32 whatever the rest does: a box of 640 px has no room in bfloat16's 8 bits."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """The layer's answer in float32."""
        with torch.autocast(values.device.type, enabled=False):
            answer: torch.Tensor = self.layer(values.float())
        return answer
