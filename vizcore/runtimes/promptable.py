"""A promptable segmenter as two ONNX files: the expensive look at the photo, and the cheap answer to a click.

Encoder: pixels (1, 3, S, S) in [0, 1], the photo's longest side at S, the rest at the right and at the bottom filled
with the mean colour -> embedding. Decoder: embedding, points_xy (1, N, 2) in those pixels, labels (1, N) with 1 = part
of the object and 0 = not -> logits (1, 3, h, w), positive = object, and predicted_iou (1, 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vizcore.errors import ModelCannot
from vizcore.photo import Photo
from vizcore.runtimes.onnx_export import INPUT, OnnxModel, write_onnx
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.runtimes.parity import ATOL, RTOL, Parity, slices_of

SAME_MASK = 0.95  # IoU from which two masks are one decision
POINTS = "points_xy"


class EncoderGraph(nn.Module):
    """pixels -> embedding (1, C, h, w), normalisation inside."""

    outputs = ("embedding",)

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.inner = model.module
        self._parts = [model._parts]  # in a list, so that it is no submodule

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        state: torch.Tensor = (255 * pixels - self.inner.pixel_mean) / self.inner.pixel_std
        for part in self._parts[0]():
            state = part(state)
        return state


class DecoderGraph(nn.Module):
    """embedding, points, labels -> three masks and how good each is said to be."""

    outputs = ("logits", "predicted_iou")

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.inner = model.module
        self.register_buffer("grid", model.module.prompt_encoder.get_dense_pe().detach().clone())

    def forward(
        self, embedding: torch.Tensor, points_xy: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        encoder = self.inner.prompt_encoder
        dense = encoder.no_mask_embed.weight.reshape(1, -1, 1, 1).expand_as(self.grid)
        if hasattr(encoder, "with_drawing"):  # our own segmenter's
            dense = encoder.with_drawing(dense, (points_xy, labels), None)
        sparse = self._points(points_xy, labels.unsqueeze(-1))
        logits, quality = self.inner.mask_decoder(
            image_embeddings=embedding,
            image_pe=self.grid,
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=True,
        )
        return logits, quality

    def _points(self, points_xy: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """The points' vectors (1, N + 1, C), without the assignments under a mask that ONNX has no word for.

        labels (1, N, 1). As `segment_anything.utils.onnx.SamOnnxModel` does it; the last point stands for "no box".
        """
        encoder = self.inner.prompt_encoder
        points = torch.cat([points_xy + 0.5, torch.zeros_like(points_xy[:, :1])], dim=1)
        kinds = torch.cat([labels, -torch.ones_like(labels[:, :1])], dim=1)
        found: torch.Tensor = encoder.pe_layer.forward_with_coords(points, encoder.input_image_size)
        found = torch.where(kinds == -1, encoder.not_a_point_embed.weight[None], found)
        for kind in (0, 1):
            found = found + torch.where(kinds == kind, encoder.point_embeddings[kind].weight[None], 0.0)
        return found


def is_promptable(model: Any) -> bool:
    """Whether it has Segment Anything's three parts."""
    parts = ("image_encoder", "prompt_encoder", "mask_decoder", "pixel_mean")
    return all(hasattr(getattr(model, "module", None), part) for part in parts)


def export_encoder(model: Any) -> OnnxModel:
    """The encoder's file. Errors: ModelCannot for other segmenters, and those of `write_onnx`."""
    _expect(model)
    graph = EncoderGraph(model).eval()
    return write_onnx(model, graph, (torch.rand(1, 3, model._side(), model._side()),), (INPUT,), graph.outputs, {})


def export_decoder(model: Any) -> OnnxModel:
    """The decoder's file, for any number of points. Errors as `export_encoder`."""
    _expect(model)
    graph, side = DecoderGraph(model).eval(), model._side()
    with torch.no_grad():
        embedding = EncoderGraph(model).eval()(torch.rand(1, 3, side, side))
    points = torch.tensor([[[side / 2, side / 2], [side / 3, side / 4]]])
    labels = torch.tensor([[1, 0]], dtype=torch.int32)
    free = {POINTS: {1: "points"}, "labels": {1: "points"}}
    inputs = ("embedding", POINTS, "labels")
    return write_onnx(model, graph, (embedding, points, labels), inputs, graph.outputs, free)


def _expect(model: Any) -> None:
    if not is_promptable(model) or model.device != "cpu":
        raise ModelCannot(model=model.card.key, ability="export")


def padded_pixels(model: Any, photo: Photo) -> NDArray[np.float32]:
    """(1, 3, S, S) in [0, 1] as the encoder's file wants it."""
    resized, _placement = model._resized(photo)
    side = model._side()
    colour = model.module.pixel_mean.reshape(3).cpu().numpy() / 255
    canvas = np.broadcast_to(colour, (side, side, 3)).astype(np.float32).copy()
    canvas[: resized.shape[0], : resized.shape[1]] = resized / np.float32(255)
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], np.float32)


def mask_parity(model: Any, photos: Sequence[Photo]) -> Parity:
    """Both files against torch: one click in the middle of each photo, the mask that torch likes best."""
    encoder = OnnxSession(export_encoder(model).data, threads=torch.get_num_threads(), model=model.card.key)
    decoder = OnnxSession(export_decoder(model).data, threads=torch.get_num_threads(), model=model.card.key)
    ours, theirs, ious = [], [], []
    for photo in photos:
        right, best = _torch_click(model, photo)
        embedding = encoder.run(padded_pixels(model, photo))[0]
        found = decoder.run_named({"embedding": embedding, **_click(model, photo)})["logits"][0]
        ours.append(found)
        theirs.append(right)
        ious.append(_iou(right[best] > 0, found[best] > 0))
    a, b = np.array(theirs), np.array(ours)
    scale = float(np.abs(a).max())
    close = bool(np.allclose(a, b, rtol=RTOL, atol=ATOL * max(1.0, scale)))
    same = np.array(ious) >= SAME_MASK
    difference = float(np.abs(a - b).max())
    return Parity(close, difference, scale, slices_of(same, photos), float(np.mean(ious)), float(np.min(ious)))


def _click(model: Any, photo: Photo) -> dict[str, NDArray[Any]]:
    resized, _placement = model._resized(photo)
    middle = np.array([[[resized.shape[1] / 2, resized.shape[0] / 2]]], np.float32)
    return {POINTS: middle, "labels": np.ones((1, 1), np.int32)}


def _torch_click(model: Any, photo: Photo) -> tuple[NDArray[np.float32], int]:
    """(3, h, w) logits of the model's own way, and which of them it likes best."""
    from vizcore.zoo.prompting import PromptBatch

    encoded = list(model.encode(photo))[-1].encoded
    click = _click(model, photo)
    decoded = model.decode(encoded, PromptBatch(click[POINTS], click["labels"]))
    return decoded.logits[0].cpu().numpy(), int(decoded.predicted_iou[0].argmax())


def _iou(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    union = int((a | b).sum())
    return float((a & b).sum()) / union if union else 1.0
