"""Any network of Segment Anything's three parts (encoder, prompt encoder, mask decoder) as a promptable segmenter.

It serves `segment_anything` (ViT-B, L, H), our bundled `sam-mini` and MobileSAM: the parts have the same names there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from vizcore.photo import Photo
from vizcore.preprocessing.geometry import Placement, whole
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.prompting import Decoded, EncodedPhoto, EncodingStep, PromptBatch

Part = Callable[[torch.Tensor], torch.Tensor]


class SamSegmenter:
    """Segment Anything behind `PromptableSegmenter`. Eval mode, parameters frozen.

    encoder_runs: how often the encoder has run in this object's life.
    """

    several = True

    def __init__(self, card: ModelCard, module: nn.Module, weights_sha256: str, device: str) -> None:
        self.card, self.weights_sha256 = card, weights_sha256
        self.module: Any = module.eval().requires_grad_(False)
        self.encoder_runs = 0
        self.to_device(device)

    def to_device(self, device: str) -> None:
        """Moves the weights; what was derived from them is made again on demand.

        The decoder's enlarging convolutions are kept channels-last, as their input lies in memory: a fifth of a click.
        """
        self.device = device
        self.module.to(device=device)
        for each in self._enlarging():
            each.to(memory_format=torch.channels_last)
        self._grid: torch.Tensor | None = None

    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers."""
        tensors = [*self.module.parameters(), *self.module.buffers()]
        return sum(t.numel() * t.element_size() for t in tensors)

    def encode(self, photo: Photo) -> Iterator[EncodingStep]:
        """The photo through the encoder, a step for each of its blocks. No torch mode is held at a yield."""
        self.encoder_runs += 1
        resized, placement = self._resized(photo)
        parts = self._parts()
        with torch.inference_mode():
            state = self._normalised(resized)
        for done, part in enumerate(parts, start=1):
            with torch.inference_mode(), self._precision():
                state = part(state)
            if done < len(parts):
                yield EncodingStep(done, len(parts))
        encoded = EncodedPhoto(self._features(state), placement, self._canvas_hw())
        yield EncodingStep(len(parts), len(parts), encoded)

    @torch.inference_mode()
    def decode(self, encoded: EncodedPhoto, prompts: PromptBatch) -> Decoded:
        """Logits (B, M, h, w) and predicted IoU (B, M) on the model's device, in full precision."""
        points = None
        if prompts.points_xy is not None:
            points = (self._floats(prompts.points_xy), torch.as_tensor(prompts.labels, device=self.device).int())
        boxes = None if prompts.boxes_xyxy is None else self._floats(prompts.boxes_xyxy)
        previous = None if prompts.previous is None else self._floats(prompts.previous)[None, None]
        if previous is not None:
            previous = previous.expand(len(prompts), -1, -1, -1)
        sparse, dense = self.module.prompt_encoder(points=points, boxes=boxes, masks=previous)
        logits, quality = self.module.mask_decoder(
            image_embeddings=self._floats(encoded.features[0]),
            image_pe=self._dense_grid(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=prompts.several,
        )
        return Decoded(logits, quality)

    def _enlarging(self) -> list[nn.Module]:
        return [self.module.mask_decoder.output_upscaling]

    def _side(self) -> int:
        return int(self.module.image_encoder.img_size)

    def _canvas_hw(self) -> tuple[int, int]:
        return self._side(), self._side()

    def _resized(self, photo: Photo) -> tuple[np.ndarray[Any, Any], Placement]:
        return longest_side_resized(photo, self._side())

    def _normalised(self, resized: np.ndarray[Any, Any]) -> torch.Tensor:
        """(h, w, 3) uint8 -> (1, 3, S, S): minus mean, over deviation, zeros at the right and at the bottom."""
        pixels = torch.from_numpy(resized).to(self.device).permute(2, 0, 1)[None].float()
        normalised = (pixels - self.module.pixel_mean) / self.module.pixel_std
        bottom, right = self._side() - resized.shape[0], self._side() - resized.shape[1]
        return nn.functional.pad(normalised, (0, right, 0, bottom))

    def _parts(self) -> list[Part]:
        """The encoder in parts that can be told apart in a progress bar; a foreign encoder is one part."""
        encoder = self.module.image_encoder
        if not {"patch_embed", "blocks", "neck", "pos_embed"} <= set(dir(encoder)):
            return [encoder]
        return [
            lambda pixels: embedded(encoder, pixels),
            *encoder.blocks,
            lambda x: encoder.neck(x.permute(0, 3, 1, 2)),
        ]

    def _features(self, state: Any) -> tuple[np.ndarray[Any, Any], ...]:
        return (state.float().cpu().numpy(),)

    def _dense_grid(self) -> torch.Tensor:
        """Positional encoding of the embedding's grid; it depends on the weights alone, so it is made once."""
        if self._grid is None:
            self._grid = self.module.prompt_encoder.get_dense_pe()
        return self._grid

    def _floats(self, array: np.ndarray[Any, Any]) -> torch.Tensor:
        own = np.array(array, np.float32)  # a copy: kept arrays are read-only, which torch does not know
        return torch.from_numpy(own).to(self.device)

    def _precision(self) -> AbstractContextManager[Any]:
        """bf16 on CUDA, full precision elsewhere."""
        fast = self.device.startswith("cuda")
        return torch.autocast("cuda" if fast else "cpu", torch.bfloat16, enabled=fast)


def longest_side_resized(photo: Photo, side: int) -> tuple[np.ndarray[Any, Any], Placement]:
    """The photo with its longest side at `side`, as `ResizeLongestSide` of segment_anything does, and its placement.

    The shorter side is rounded half up and never becomes 0.
    """
    scale = side / max(photo.height, photo.width)
    height, width = (max(1, int(length * scale + 0.5)) for length in (photo.height, photo.width))
    resized = np.array(Image.fromarray(photo.rgb).resize((width, height), Image.Resampling.BILINEAR))
    placement = whole(photo.height, photo.width)
    return resized, placement.then((width / photo.width, height / photo.height), (0.0, 0.0), (height, width))


def embedded(encoder: Any, pixels: torch.Tensor) -> torch.Tensor:
    """Pixels -> the tokens that the first block of a ViT is given."""
    tokens: torch.Tensor = encoder.patch_embed(pixels)
    return tokens if encoder.pos_embed is None else tokens + encoder.pos_embed


def load_promptable(card: ModelCard, folder: Path, device: str) -> SamSegmenter:
    """The official network named by the fact `builder` ("vit_b", "vit_l", "vit_h")."""
    from segment_anything import sam_model_registry

    from vizcore.zoo.weights import load_into, load_state

    module = sam_model_registry[card.facts["builder"]](checkpoint=None)
    file = card.files[0]
    load_into(module, load_state(folder / file.name, card.key), card)
    return SamSegmenter(card, module, file.sha256 or "", device)
