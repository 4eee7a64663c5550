"""Loads SAM 2's video model through transformers: a mask shown in some frames, carried to all others by a memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
from vizcore.zoo.huggingface_sam import fitting
from vizcore.zoo.prompting import CarriedMask, PromptBatch

OBJECT = 1
BOX_LABELS = (2, 3)  # a box is its two corners, so labelled, before the points


class HuggingFaceVideoSegmenter:
    """`Sam2VideoModel` of transformers behind `VideoSegmenter`. Eval mode, parameters frozen."""

    def __init__(self, card: ModelCard, module: nn.Module, weights_sha256: str, device: str) -> None:
        self.card, self.weights_sha256 = card, weights_sha256
        self.module: Any = module.eval().requires_grad_(False)
        self.to_device(device)

    def to_device(self, device: str) -> None:
        """Moves the weights."""
        self.device = device
        self.module.to(device=device)

    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers."""
        tensors = [*self.module.parameters(), *self.module.buffers()]
        return sum(t.numel() * t.element_size() for t in tensors)

    def placement(self, photo: Photo) -> Placement:
        """The photo fills the square, whatever its aspect."""
        side = int(self.module.image_size)
        scale = (side / photo.width, side / photo.height)
        return whole(photo.height, photo.width).then(scale, (0.0, 0.0), (side, side))

    def carry(self, photos: Sequence[Photo], shown: Mapping[int, PromptBatch]) -> Iterator[CarriedMask]:
        """The shown frames first, so that all are in the memory; then forwards, then backwards from the first."""
        from transformers.models.sam2_video.modeling_sam2_video import Sam2VideoInferenceSession

        session: Any = Sam2VideoInferenceSession(
            video_height=photos[0].height, video_width=photos[0].width,
            inference_device=self.device, inference_state_device=self.device, video_storage_device="cpu",
            dtype=torch.float32,
        )  # fmt: skip
        session.processed_frames = _Frames(photos, self._pixels)
        first = min(shown)
        for place in sorted(shown):
            index = session.obj_id_to_idx(OBJECT)
            session.add_point_inputs(index, place, self._as_points(shown[place]))
            session.obj_with_new_inputs = [OBJECT]
            yield self._step(session, place, reverse=False)
        for place in range(first, len(photos)):
            if place not in shown:
                yield self._step(session, place, reverse=False)
        for place in range(first - 1, -1, -1):
            yield self._step(session, place, reverse=True)

    @torch.inference_mode()
    def _step(self, session: Any, place: int, *, reverse: bool) -> CarriedMask:
        quality: list[float] = []

        def keep_quality(_decoder: Any, _given: Any, answer: Any) -> None:
            quality.append(float(answer[1].max()))  # with several candidates the best one is taken

        hook = self.module.mask_decoder.register_forward_hook(keep_quality)
        try:
            output = self.module(session, frame_idx=place, reverse=reverse)
        finally:
            hook.remove()
        for kept in session.output_dict_per_obj[0].values():
            kept.get(place, {}).pop("high_res_masks", None)  # 4 MB a frame that nobody reads again
        return CarriedMask(place, output.pred_masks[0, 0].float(), quality[-1])

    def _as_points(self, prompts: PromptBatch) -> dict[str, torch.Tensor]:
        """One set of prompts as corners and points (1, 1, N, 2) with labels (1, 1, N)."""
        points: list[Any] = [np.zeros((0, 2))]
        labels: list[Any] = [np.zeros(0)]
        if prompts.boxes_xyxy is not None:
            points.append(prompts.boxes_xyxy[0].reshape(2, 2))
            labels.append(np.array(BOX_LABELS))
        if prompts.points_xy is not None and prompts.labels is not None:
            points.append(prompts.points_xy[0])
            labels.append(prompts.labels[0])
        return {
            "point_coords": torch.from_numpy(np.concatenate(points).astype(np.float32))[None, None].to(self.device),
            "point_labels": torch.from_numpy(np.concatenate(labels).astype(np.int32))[None, None].to(self.device),
        }

    def _pixels(self, photo: Photo) -> torch.Tensor:
        """(3, S, S): minus ImageNet's mean, over its deviation."""
        side = int(self.module.image_size)
        resized = np.array(Image.fromarray(photo.rgb).resize((side, side), Image.Resampling.BILINEAR))
        mean, deviation = (torch.tensor(each).view(3, 1, 1) for each in (IMAGENET_MEAN, IMAGENET_DEVIATION))
        return (torch.from_numpy(resized).permute(2, 0, 1).float() / 255 - mean) / deviation


class _Frames:
    """The clip as the session asks for it, each frame made when it is needed: all at once they would be gigabytes."""

    def __init__(self, photos: Sequence[Photo], pixels: Any) -> None:
        self._photos, self._pixels = photos, pixels

    def __len__(self) -> int:
        return len(self._photos)

    def __getitem__(self, place: int) -> torch.Tensor:
        made: torch.Tensor = self._pixels(self._photos[place])
        return made


def load_video(card: ModelCard, folder: Path, device: str) -> HuggingFaceVideoSegmenter:
    """Facts: `class`, `config` (its config's numbers)."""
    import transformers

    from vizcore.zoo.weights import load_into, load_state

    kind: Any = getattr(transformers, card.facts["class"])
    module = kind(kind.config_class(**card.facts["config"]))
    file = card.files[0]
    load_into(module, fitting(load_state(folder / file.name, card.key), card), card)
    return HuggingFaceVideoSegmenter(card, module, file.sha256 or "", device)
