"""Segmenters that name what they cut out: by pixel (semantic), by object (instance), or both at once (panoptic).

All see the photo with its longer side at most WORKING_SIDE and answer at that size, in one map of numbered segments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vizcore.errors import WeightsMismatch
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.preprocessing.recipes import IMAGENET_DEVIATION, IMAGENET_MEAN
from vizcore.results import FloatArray
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.detection_labels import COCO_80
from vizcore.zoo.huggingface_detectors import quiet_transformers

WORKING_SIDE = 1333
DEEPLAB_SIDE = 520  # of the shorter side, as in torchvision's own preprocessing
LONGEST_ASPECT = 4  # a longer strip is shrunk further, so that the longer side stays under DEEPLAB_SIDE times this
THINNEST = 32  # a longer strip is padded to this aspect, so that no side of torchvision's resize rounds to 0
BACKGROUND = "__background__"
# The 53 stuff classes of COCO panoptic after its 80 things, in the checkpoint's order.
COCO_STUFF = (
    "banner", "blanket", "bridge", "cardboard", "counter", "curtain", "door", "wooden floor", "flower", "fruit",
    "gravel", "house", "light", "mirror", "net", "pillow", "platform", "playing field", "railroad", "river", "road",
    "roof", "sand", "sea", "shelf", "snow", "stairs", "tent", "towel", "brick wall", "stone wall", "tiled wall",
    "wooden wall", "water", "window blind", "window", "tree", "fence", "ceiling", "sky", "cabinet", "table", "floor",
    "pavement", "mountain", "grass", "dirt", "paper", "food", "building", "rock", "wall", "rug",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Cut:
    """A picture cut up. numbers (h, w) uint16: 0 for no segment, k for segment k; class_ids and scores (n,).

    contested: pixels that two or more objects claimed; the surest one has them.
    """

    numbers: NDArray[np.uint16]
    class_ids: NDArray[np.int64]
    scores: FloatArray
    contested: int = 0


class NamingSegmenter:
    """What all three share. things: whether a class is countable; kind: "semantic", "instance" or "panoptic"."""

    kind = ""

    def __init__(
        self,
        card: ModelCard,
        module: nn.Module,
        labels: Sequence[str],
        things: Sequence[bool],
        weights_sha256: str,
        device: str,
    ) -> None:
        self.card, self.module, self.labels = card, module.eval().requires_grad_(False), tuple(labels)
        self.things, self.weights_sha256, self.device = tuple(things), weights_sha256, device
        self.to_device(device)

    def to_device(self, device: str) -> None:
        """Moves the weights."""
        self.device = device
        self.module.to(device)

    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers."""
        tensors = [*self.module.parameters(), *self.module.buffers()]
        return sum(each.numel() * each.element_size() for each in tensors)

    def cut(self, photo: Photo, least_score: float) -> Cut:
        """The photo's segments at working size. least_score: objects that are less sure are left out."""
        with torch.inference_mode():
            return self._cut(shrunk(photo.rgb, WORKING_SIDE), least_score)

    def _cut(self, rgb: NDArray[np.uint8], least_score: float) -> Cut:
        raise NotImplementedError

    def _pixels(self, rgb: NDArray[np.uint8]) -> torch.Tensor:
        """(1, 3, h, w) in [0, 1] on the model's device."""
        return torch.from_numpy(rgb.copy()).to(self.device).permute(2, 0, 1)[None].float() / 255

    def _normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        mean, deviation = (torch.tensor(each, device=self.device).view(1, 3, 1, 1)
                           for each in (IMAGENET_MEAN, IMAGENET_DEVIATION))  # fmt: skip
        return (pixels - mean) / deviation


class SemanticSegmenter(NamingSegmenter):
    """One class for each pixel; two cats side by side are one region. Scores: mean probability over the region."""

    kind = "semantic"

    def _cut(self, rgb: NDArray[np.uint8], least_score: float) -> Cut:
        pixels = self._pixels(rgb)
        height, width = pixels.shape[2:]
        scale = DEEPLAB_SIDE / min(height, width)
        scale *= min(1.0, LONGEST_ASPECT * DEEPLAB_SIDE / (max(height, width) * scale))
        size = (max(1, round(height * scale)), max(1, round(width * scale)))
        resized = nn.functional.interpolate(pixels, size, mode="bilinear", antialias=True)
        logits = self.module(self._normalised(resized))["out"]
        shares, classes = logits.float().softmax(1).max(1)
        return _regions(classes[0].cpu().numpy(), shares[0].cpu().numpy(), self.labels, rgb.shape[:2])


class InstanceSegmenter(NamingSegmenter):
    """Objects with a box, a class and a mask each; ground, sky and walls belong to nobody."""

    kind = "instance"

    def _cut(self, rgb: NDArray[np.uint8], least_score: float) -> Cut:
        height, width = rgb.shape[:2]
        least = -(-max(height, width) // THINNEST)
        grown = nn.functional.pad(self._pixels(rgb), (0, max(0, least - width), 0, max(0, least - height)))
        found = self.module([grown[0]])[0]
        keep = found["scores"] >= least_score
        masks = found["masks"][keep][:, 0, :height, :width] > 0.5
        labels, scores = found["labels"][keep], found["scores"][keep]
        return _stacked(masks.cpu().numpy(), labels.cpu().numpy(), scores.float().cpu().numpy(), rgb.shape[:2])


class PanopticSegmenter(NamingSegmenter):
    """Every pixel in one segment at most: countable objects one by one, stuff by class."""

    kind = "panoptic"

    def __init__(self, *given: Any) -> None:
        from transformers import Mask2FormerImageProcessor

        super().__init__(*given)
        self.processor: Any = Mask2FormerImageProcessor(size={"height": 384, "width": 384}, size_divisor=32)

    def _cut(self, rgb: NDArray[np.uint8], least_score: float) -> Cut:
        resized = nn.functional.interpolate(self._pixels(rgb), (384, 384), mode="bilinear", antialias=True)
        answer = self.module(pixel_values=self._normalised(resized))
        stuff = {place for place, thing in enumerate(self.things) if not thing}
        found = self.processor.post_process_panoptic_segmentation(
            answer, threshold=least_score, label_ids_to_fuse=stuff, target_sizes=[rgb.shape[:2]]
        )[0]
        places, segments = found["segmentation"].cpu().numpy(), found["segments_info"]
        masks = (
            np.stack([places == each["id"] for each in segments]) if segments else np.zeros((0, *places.shape), bool)
        )
        labels = np.array([each["label_id"] for each in segments], dtype=np.int64)
        return _stacked(masks, labels, np.array([each["score"] for each in segments], dtype=np.float64), rgb.shape[:2])


def load_semantic(card: ModelCard, folder: Path, device: str) -> SemanticSegmenter:
    """torchvision's DeepLabV3 without its backbone's own download."""
    module, labels = _torchvision(card, folder, aux_loss=True)
    return SemanticSegmenter(card, module, labels, [each != BACKGROUND for each in labels],
                             card.files[0].sha256 or "", device)  # fmt: skip


def load_instance(card: ModelCard, folder: Path, device: str) -> InstanceSegmenter:
    """torchvision's Mask R-CNN without its backbone's own download."""
    module, labels = _torchvision(card, folder)
    return InstanceSegmenter(card, module, labels, [True] * len(labels), card.files[0].sha256 or "", device)


def load_panoptic(card: ModelCard, folder: Path, device: str) -> PanopticSegmenter:
    """Mask2Former through transformers, its config built from the card's facts. Error: WeightsMismatch."""
    from transformers import Mask2FormerForUniversalSegmentation

    kind: Any = Mask2FormerForUniversalSegmentation
    try:
        with quiet_transformers():
            module, report = kind.from_pretrained(
                folder, config=panoptic_config(card), local_files_only=True, use_safetensors=True,
                trust_remote_code=False, dtype=torch.float32, output_loading_info=True,
            )  # fmt: skip
    except RuntimeError as problem:  # how transformers reports shapes that differ
        raise WeightsMismatch(model=card.key, missing=0, unexpected=0, reshaped=1) from problem
    faults = [[str(name) for name in report[f"{each}_keys"] if not _harmless(str(name))]
              for each in ("missing", "unexpected", "mismatched")]  # fmt: skip
    if any(faults):
        missing, unexpected, reshaped = (len(each) for each in faults)
        raise WeightsMismatch(model=card.key, missing=missing, unexpected=unexpected, reshaped=reshaped)
    labels = (*COCO_80, *COCO_STUFF)
    things = [place < len(COCO_80) for place in range(len(labels))]
    return PanopticSegmenter(card, module, labels, things, card.files[0].sha256 or "", device)


def panoptic_config(card: ModelCard) -> Any:
    """The config of the fact `backbone_config` and the numbers of `config`."""
    from transformers import Mask2FormerConfig, SwinConfig

    backbone = card.facts["backbone_config"]
    return Mask2FormerConfig(backbone_config=SwinConfig(**backbone), **dict(card.facts["config"]))


def _harmless(name: str) -> bool:
    """Old files store the tables of relative positions, which are computed, and lack the Swin's last normalisation,
    whose output Mask2Former never reads."""
    return name.endswith("relative_position_index") or ".encoder.swin.layernorm." in name


def _torchvision(card: ModelCard, folder: Path, **options: Any) -> tuple[nn.Module, list[str]]:
    import torchvision

    from vizcore.zoo.weights import load_into, load_state

    builder = card.facts["builder"]
    module = torchvision.models.get_model(builder, weights=None, weights_backbone=None, **options)
    load_into(module, load_state(folder / card.files[0].name), card)
    labels: list[str] = torchvision.models.get_weight(card.facts["weights_enum"]).meta["categories"]
    return module, labels


def _regions(
    classes: NDArray[np.integer[Any]], shares: FloatArray, labels: Sequence[str], size_hw: tuple[int, int]
) -> Cut:
    """One segment for each class that is there, the background left out, at this size."""
    import cv2

    present = [int(each) for each in np.unique(classes) if labels[each] != BACKGROUND]
    table = np.zeros(len(labels), np.uint16)
    table[present] = np.arange(1, len(present) + 1)
    numbers = cv2.resize(table[classes], size_hw[::-1], interpolation=cv2.INTER_NEAREST_EXACT)
    scores = np.array([float(shares[classes == each].mean()) for each in present])
    return Cut(numbers, np.array(present, dtype=np.int64), scores)


def _stacked(
    masks: NDArray[np.bool_], class_ids: NDArray[np.int64], scores: FloatArray, size_hw: tuple[int, int]
) -> Cut:
    """Masks (n, h, w) laid over each other, the surest on top; objects that are hidden completely are left out."""
    numbers = np.zeros(size_hw, np.uint16)
    order = np.argsort(-scores, kind="stable")
    for number, place in reversed(list(enumerate(order, start=1))):
        numbers[masks[place]] = number
    visible = [number for number in range(1, len(order) + 1) if (numbers == number).any()]
    table = np.zeros(len(order) + 1, np.uint16)
    table[visible] = np.arange(1, len(visible) + 1)
    kept = order[np.array(visible, dtype=np.int64) - 1] if visible else np.zeros(0, np.int64)
    contested = int((masks.sum(axis=0) > 1).sum()) if len(masks) else 0
    return Cut(table[numbers], class_ids[kept].astype(np.int64), np.asarray(scores[kept], dtype=np.float64), contested)
