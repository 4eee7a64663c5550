"""Cutting out without a neural network: GrabCut, which separates two mixtures of colours along the edges of a photo.

Rother, Kolmogorov, Blake 2004, in OpenCV's implementation. A box says what is certainly background (all outside it); a
click makes its neighbourhood probable, and itself certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Photo
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.prompting import Decoded, EncodedPhoto, EncodingStep, PromptBatch

CERTAIN_RADIUS = 0.012  # of the longest side: what a click makes certain
PROBABLE_RADIUS = 0.15  # of the longest side: what a click alone makes probable
SOFTENING_PX = 1.0  # standard deviation by which the border is softened, so that it enlarges without stairs
SEED = 0


class GrabCutSegmenter:
    """GrabCut behind `PromptableSegmenter`. It says nothing about its own quality: predicted IoU is NaN."""

    several = False
    weights_sha256 = ""

    def __init__(self, card: ModelCard, device: str) -> None:
        self.card, self.device = card, device
        self.encoder_runs = 0
        self._side, self._rounds = card.facts["side"], card.facts["rounds"]

    def memory_bytes(self) -> int:
        """Nothing is kept."""
        return 0

    def to_device(self, device: str) -> None:
        """It always computes on the CPU."""
        self.device = device

    def encode(self, photo: Photo) -> Iterator[EncodingStep]:
        """The photo made small: graph cuts on more pixels take seconds."""
        from vizcore.zoo.sam_models import longest_side_resized

        self.encoder_runs += 1
        resized, placement = longest_side_resized(photo, self._side)
        yield EncodingStep(1, 1, EncodedPhoto((resized,), placement, resized.shape[:2]))

    def decode(self, encoded: EncodedPhoto, prompts: PromptBatch) -> Decoded:
        """Logits (B, 1, h, w) between -1 and 1."""
        import torch

        rgb = encoded.features[0]
        cuts = np.stack([self._cut(rgb, start_of(rgb.shape[:2], prompts, place)) for place in range(len(prompts))])
        return Decoded(torch.from_numpy(cuts)[:, None], torch.full((len(cuts), 1), torch.nan))

    def _cut(self, rgb: NDArray[np.uint8], start: NDArray[np.uint8]) -> NDArray[np.float32]:
        object_ = np.isin(start, (cv2.GC_FGD, cv2.GC_PR_FGD))
        if object_.any() and not object_.all():  # two mixtures need pixels for both
            cv2.setRNGSeed(SEED)
            mixtures = np.zeros((1, 65)), np.zeros((1, 65))
            bgr = np.ascontiguousarray(rgb[..., ::-1])
            cv2.grabCut(bgr, start, None, *mixtures, self._rounds, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
            object_ = np.isin(start, (cv2.GC_FGD, cv2.GC_PR_FGD))
        sides = np.where(object_, np.float32(1), np.float32(-1))
        softened: NDArray[np.float32] = cv2.GaussianBlur(sides, (0, 0), SOFTENING_PX)  # type: ignore[assignment]
        return softened


def start_of(size_hw: tuple[int, int], prompts: PromptBatch, place: int) -> NDArray[np.uint8]:
    """(h, w) of OpenCV's four states (certain or probable, object or background) that one set of prompts says."""
    start = np.full(size_hw, cv2.GC_PR_BGD, np.uint8)
    points, labels = _clicks(prompts, place)
    longest = max(size_hw)
    if prompts.boxes_xyxy is not None:
        start[:] = cv2.GC_BGD
        x0, y0, x1, y1 = _cells(prompts.boxes_xyxy[place], size_hw)
        start[y0:y1, x0:x1] = cv2.GC_PR_FGD
    elif 1 not in labels:
        start[:] = cv2.GC_PR_FGD
    else:
        _draw(start, points[labels == 1], PROBABLE_RADIUS * longest, cv2.GC_PR_FGD)
    if prompts.previous is not None:
        probable = cv2.resize(np.array(prompts.previous, np.float32), size_hw[::-1]) > 0
        start[start != cv2.GC_BGD] = cv2.GC_PR_BGD
        start[probable & (start != cv2.GC_BGD)] = cv2.GC_PR_FGD
    for label, state in ((1, cv2.GC_FGD), (0, cv2.GC_BGD)):
        _draw(start, points[labels == label], CERTAIN_RADIUS * longest, state)
    return start


def _clicks(prompts: PromptBatch, place: int) -> tuple[NDArray[Any], NDArray[Any]]:
    if prompts.points_xy is None or prompts.labels is None:
        return np.zeros((0, 2)), np.zeros(0, int)
    return np.asarray(prompts.points_xy[place]), np.asarray(prompts.labels[place])


def _cells(box: NDArray[Any], size_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    """The box in whole pixels, at least one of them."""
    height, width = size_hw
    x0, y0 = min(int(box[0]), width - 1), min(int(box[1]), height - 1)
    return x0, y0, max(x0 + 1, int(np.ceil(box[2]))), max(y0 + 1, int(np.ceil(box[3])))


def _draw(start: NDArray[np.uint8], points: NDArray[Any], radius: float, state: int) -> None:
    height, width = start.shape
    for x, y in points:
        centre = min(int(x), width - 1), min(int(y), height - 1)
        cv2.circle(start, centre, max(1, round(radius)), state, thickness=-1)


def load_promptable(card: ModelCard, folder: Path, device: str) -> GrabCutSegmenter:
    """Facts: `side` (longest side it works at, in pixels), `rounds` of re-estimating colours and cutting."""
    return GrabCutSegmenter(card, device)
