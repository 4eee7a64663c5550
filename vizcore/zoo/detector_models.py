"""Detectors behind one face: whatever library one came from, it turns pictures into boxes and scores.

What differs between models stands in the card's `facts`: `numbering` (how it counts its classes, see
`detection_labels`), `needs_nms`, and `one_class`: whether a box stands for its best class only (YOLO, DETR) or for
every class that scores (RT-DETR, Faster R-CNN); `stages`: name -> module path of maps (B, C, h, w) that every answer
depends on, the one for class maps first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from vizcore.photo import Photo
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.recipes import Prepared
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.fast_answers import FastAnswers, fast_answer


class TorchDetector:
    """What all adapters share. Parameters frozen, eval mode, inputs in [0, 1]; `torch_boxes` is the adapter's own.

    fast: another runtime that may answer in the network's place, see `vizcore.zoo.fast_answers`.
    """

    fast: FastAnswers | None = None

    def __init__(
        self, card: ModelCard, module: nn.Module, labels: Sequence[str], weights_sha256: str, device: str
    ) -> None:
        self.card, self.module = card, module.eval().requires_grad_(False)
        self.labels: Sequence[str] = tuple(labels)
        self.weights_sha256, self.device = weights_sha256, device
        self.recipe = DETECTION_RECIPES[card.recipe]
        self.to_device(device)

    @property
    def needs_nms(self) -> bool:
        """Whether its candidates overlap on one object until NMS has chosen."""
        return self.card.facts["needs_nms"]

    @property
    def one_class(self) -> bool:
        """Whether a box stands for its best class only, not for every class that scores."""
        return self.card.facts["one_class"]

    def to_device(self, device: str) -> None:
        """Moves the weights."""
        self.device = device
        self.module.to(device)
        self._mean = torch.tensor(self.recipe.mean, device=device).view(1, 3, 1, 1)
        self._deviation = torch.tensor(self.recipe.deviation, device=device).view(1, 3, 1, 1)

    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers, what two names share counted once."""
        tensors = {t.data_ptr(): t for t in (*self.module.parameters(), *self.module.buffers())}
        return sum(t.numel() * t.element_size() for t in tensors.values())

    def prepare(self, photo: Photo) -> Prepared:
        """The photo after the recipe of the card, before normalisation."""
        return self.recipe.prepare(photo)

    def pixels(self, prepared: Sequence[Prepared]) -> torch.Tensor:
        """(B, 3, H, W) float in [0, 1] on the model's device; the pictures must have one size."""
        pictures = [each.rgb if each.exact is None else each.exact for each in prepared]
        batch = torch.stack([torch.from_numpy(each.copy()) for each in pictures]).to(self.device)
        return batch.permute(0, 3, 1, 2).float() / 255

    def scored_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Boxes (B, N, 4), or (B, N, C, 4) with one for each class, in the model's pixels, and scores (B, N, C)."""
        if found := fast_answer(self, pixels):
            return found["boxes"], found["scores"]
        return self.torch_boxes(pixels)

    def torch_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """`scored_boxes` by the network itself."""
        raise NotImplementedError

    def class_logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, N, C): what softmax or sigmoid makes `scored_boxes`' scores of; differentiable."""
        raise NotImplementedError

    @property
    def stages(self) -> Mapping[str, nn.Module]:
        """Layers to look into by name, the one for class maps first; none for a model without the fact."""
        paths = self.card.facts.get("stages", {})
        return {name: self.module.get_submodule(path) for name, path in paths.items()}

    def normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        """As the network wants them: minus mean, divided by deviation."""
        return (pixels - self._mean) / self._deviation
