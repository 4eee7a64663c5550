"""Loads SAM and SAM 2 through transformers, built from the card's own facts: no file but the weights is trusted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from vizcore.photo import Photo
from vizcore.preprocessing.geometry import Placement, whole
from vizcore.preprocessing.recipes import IMAGENET_DEVIATION, IMAGENET_MEAN
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.prompting import Decoded, EncodedPhoto, PromptBatch
from vizcore.zoo.sam_models import Part, SamSegmenter, embedded

# The grid's positional encoding stands in the model twice under one name each; a file may hold it once.
SHARED = ("shared_image_embedding.positional_embedding", "prompt_encoder.shared_embedding.positional_embedding")


class HuggingFaceSegmenter(SamSegmenter):
    """`SamModel` or `Sam2Model` of transformers. Fact `stretched`: the photo fills the square, whatever its aspect."""

    def _enlarging(self) -> list[nn.Module]:
        return [self.module.mask_decoder.upscale_conv1, self.module.mask_decoder.upscale_conv2]

    def _side(self) -> int:
        config = self.module.config.prompt_encoder_config
        return int(config.image_size)

    def _resized(self, photo: Photo) -> tuple[np.ndarray[Any, Any], Placement]:
        if not self.card.facts["stretched"]:
            return super()._resized(photo)
        side = self._side()
        resized = np.array(Image.fromarray(photo.rgb).resize((side, side), Image.Resampling.BILINEAR))
        scale = (side / photo.width, side / photo.height)
        return resized, whole(photo.height, photo.width).then(scale, (0.0, 0.0), (side, side))

    def _normalised(self, resized: np.ndarray[Any, Any]) -> torch.Tensor:
        pixels = torch.from_numpy(resized).to(self.device).permute(2, 0, 1)[None].float() / 255
        mean, deviation = (
            torch.tensor(v, device=self.device).view(3, 1, 1) for v in (IMAGENET_MEAN, IMAGENET_DEVIATION)
        )
        bottom, right = self._side() - resized.shape[0], self._side() - resized.shape[1]
        return nn.functional.pad((pixels - mean) / deviation, (0, right, 0, bottom))

    def _parts(self) -> list[Part]:
        encoder = self.module.vision_encoder
        if not hasattr(encoder, "layers"):
            return [self.module.get_image_embeddings]
        return [lambda pixels: embedded(encoder, pixels), *encoder.layers, encoder.neck]

    def _features(self, state: Any) -> tuple[np.ndarray[Any, Any], ...]:
        levels = state if isinstance(state, (list, tuple)) else [state]
        return tuple(each.float().cpu().numpy() for each in levels)

    @torch.inference_mode()
    def decode(self, encoded: EncodedPhoto, prompts: PromptBatch) -> Decoded:
        """Logits (B, M, h, w) and predicted IoU (B, M). Earlier logits go with one set of prompts only."""
        levels = [self._floats(each) for each in encoded.features]
        given: dict[str, Any] = {"image_embeddings": levels if len(levels) > 1 else levels[0]}
        if prompts.points_xy is not None:
            given["input_points"] = self._floats(prompts.points_xy)[None]
            given["input_labels"] = torch.as_tensor(prompts.labels, device=self.device).int()[None]
        if prompts.boxes_xyxy is not None:
            given["input_boxes"] = self._floats(prompts.boxes_xyxy)[None]
        if prompts.previous is not None:
            given["input_masks"] = self._floats(prompts.previous)[None, None]
        answer = self.module(**given, multimask_output=prompts.several)
        return Decoded(answer.pred_masks[0], answer.iou_scores[0])


def load_promptable(card: ModelCard, folder: Path, device: str) -> HuggingFaceSegmenter:
    """Facts: `class`, `config` (its config's numbers), `stretched`, `unused` (names in the file to leave out)."""
    import transformers

    from vizcore.zoo.weights import load_into, load_state

    kind: Any = getattr(transformers, card.facts["class"])
    module = kind(kind.config_class(**card.facts["config"]))
    file = card.files[0]
    load_into(module, fitting(load_state(folder / file.name, card.key), card), card)
    return HuggingFaceSegmenter(card, module, file.sha256 or "", device)


def fitting(state: dict[str, torch.Tensor], card: ModelCard) -> dict[str, torch.Tensor]:
    """Without what the fact `unused` names, and with the shared positional encoding under both its names."""
    unused = card.facts.get("unused", ())
    kept = {name: each for name, each in state.items() if not any(re.match(pattern, name) for pattern in unused)}
    for one, other in (SHARED, SHARED[::-1]):
        if one in kept:
            kept.setdefault(other, kept[one])
    return kept
