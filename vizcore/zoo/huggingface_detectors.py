"""Loads the DETR family through transformers, built from the card's own facts: no file but the weights is trusted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from vizcore.errors import WeightsMismatch
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.detection_labels import COCO_80, columns_of
from vizcore.zoo.detector_models import TorchDetector
from vizcore.zoo.weights.state import COUNTERS

FAULTS = ("missing", "unexpected", "mismatched")
LABEL_COUNT = {"coco-80": 80, "coco-91": 91}


def load_detector(card: ModelCard, folder: Path, device: str) -> QueryDetector:
    """Facts: `class` (a transformers class), `config` (its config's numbers; `backbone_config` with a `model_type`).

    transformers renames the published names itself; WeightsMismatch where it then misses a tensor or finds a strange
    one. Counters of batch norm count as neither: they are not read, and some files have them.
    """
    import transformers

    kind: Any = getattr(transformers, card.facts["class"])
    try:
        with quiet_transformers():
            module, report = kind.from_pretrained(
                folder,
                config=config_of(card, kind),
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
                dtype=torch.float32,
                attn_implementation=card.facts.get("attention"),
                output_loading_info=True,
            )
    except RuntimeError as problem:  # how transformers reports shapes that differ
        raise WeightsMismatch(model=card.key, missing=0, unexpected=0, reshaped=1) from problem
    missing, unexpected, reshaped = (_that_matter(report[f"{each}_keys"]) for each in FAULTS)
    if missing or unexpected or reshaped:
        raise WeightsMismatch(model=card.key, missing=missing, unexpected=unexpected, reshaped=reshaped)
    return QueryDetector(card, module, COCO_80, card.files[0].sha256 or "", device)


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """No progress bars and no tables of names: what is wrong becomes an error of ours."""
    from transformers.utils import logging as theirs

    logging: Any = theirs
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


def _that_matter(names: Iterable[Any]) -> int:
    return sum(not str(name).endswith(COUNTERS) for name in names)


def config_of(card: ModelCard, kind: Any) -> Any:
    """The transformers config that the card's facts describe."""
    facts: Any = card.facts
    return kind.config_class(num_labels=LABEL_COUNT[str(facts["numbering"])], **dict(facts["config"]))


class QueryDetector(TorchDetector):
    """A DETR: a fixed number of queries, each with one box and a score for every class.

    Fact `scores`: "softmax" over the classes and "no object" (DETR), or "sigmoid" for each class alone (the others).
    """

    def answer(self, pixels: torch.Tensor) -> Any:
        """transformers' own output, with `logits` (B, N, C) and `pred_boxes` (B, N, 4) as shares of the picture."""
        return self.module(pixel_values=self.normalised(pixels))

    def torch_boxes(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Boxes (B, N, 4) in the model's pixels and scores (B, N, C), one row for each query."""
        answer = self.answer(pixels)
        return self.boxes_of(answer, pixels), self.scores_of(answer)

    def boxes_of(self, answer: Any, pixels: torch.Tensor) -> torch.Tensor:
        """(B, N, 4) corners in the model's pixels."""
        height, width = pixels.shape[2:]
        centre, size = answer.pred_boxes.float().split(2, -1)
        corners: torch.Tensor = torch.cat([centre - size / 2, centre + size / 2], -1)
        return corners * torch.tensor([width, height, width, height], device=corners.device)

    def scores_of(self, answer: Any) -> torch.Tensor:
        """(B, N, C) in [0, 1]."""
        logits = answer.logits.float()
        softmax = self.card.facts["scores"] == "softmax"
        scores: torch.Tensor = logits.softmax(-1)[..., :-1] if softmax else logits.sigmoid()
        return scores[..., self._columns]

    def class_logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, N, C) before softmax or sigmoid, differentiable."""
        logits: torch.Tensor = self.answer(pixels).logits[..., self._columns]
        return logits

    @property
    def _columns(self) -> list[int]:
        numbering = self.card.facts["numbering"]
        return list(range(len(self.labels))) if numbering == "own" else list(columns_of(numbering))
