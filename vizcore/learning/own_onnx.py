"""A classifier that somebody brings as an ONNX file: scores and one vector; no layer and no gradient can be had."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vizcore.errors import ModelCannot, OnnxRefused, UnknownModel
from vizcore.i18n import N_
from vizcore.learning.onnx_checks import CheckedOnnx, checked_onnx
from vizcore.learning.own_model import TERMS, labels_of
from vizcore.preprocessing.recipes import IMAGENET_DEVIATION, IMAGENET_MEAN, Recipe
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.zoo import session_cards
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.session_cards import SessionModel

Triple = tuple[float, float, float]
SHORTER_SIDE = 256 / 224  # of the side, before the central crop, as ImageNet's recipes have it
VECTOR, SCORES = N_("what the last matrix product is given"), N_("the scores themselves")
OF_VECTOR = N_(
    "Brought in this visit as ONNX: what it learnt, and how good it is, only its owner knows. It gives scores and, for"
    " likeness, the vector that its last matrix product is given; no layer, no gradient."
)
OF_SCORES = N_(
    "Brought in this visit as ONNX: what it learnt, and how good it is, only its owner knows. It gives scores alone:"
    " its graph shows no vector before them, so the scores stand for the photo where likeness is measured."
)
CHILD = Path(__file__).with_name("trial_child.py")
TRIAL_S = 60
LEAST = 1e-12  # of a probability, before its logarithm
SUM_ERROR = 1e-3


@dataclass(frozen=True)
class OnnxSettings:
    """side: pixels where the file leaves it open. mean, deviation: of R, G, B in [0, 1]."""

    title: str
    family: Literal["cnn", "vit"] = "cnn"
    side: int = 224
    mean: Triple = IMAGENET_MEAN
    deviation: Triple = IMAGENET_DEVIATION


@dataclass(frozen=True, eq=False)
class Brought:
    """A session that was tried. probabilities: whether its scores are shares that sum to 1. vector: whether a second
    output gives the vector before the head."""

    session: OnnxSession
    size_bytes: int
    probabilities: bool
    vector: bool = False


class OnnxClassifier(TorchFeatureModel):
    """Scores and vectors of pictures in [0, 1], one at a time, always on the CPU. ModelCannot for everything else."""

    def __init__(self, card: ModelCard, made: SessionModel) -> None:
        self.card, self.labels, self.weights_sha256 = card, made.labels, made.weights_sha256
        self.module, self.stages, self.recipe = nn.Module(), {}, card.facts["given_recipe"]
        self._brought: Brought = made.module
        self.to_device("cpu")

    def to_device(self, device: str) -> None:
        """Stays where ONNX Runtime is: on the CPU."""
        super().to_device("cpu")

    def memory_bytes(self) -> int:
        """About the size of the file."""
        return self._brought.size_bytes

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels (B, 3, S, S) in [0, 1] -> (B, classes); logarithms where the file gives probabilities."""
        return self.both(pixels)[1]

    def embed(self, pixels: torch.Tensor) -> torch.Tensor:
        """(B, D): what the last matrix product is given; the scores where the graph shows no such vector."""
        return self.both(pixels)[0]

    def both(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors and scores of one run. ModelCannot where a gradient is wanted."""
        if torch.is_grad_enabled() and pixels.requires_grad:
            raise ModelCannot(model=self.card.title, ability="gradient")
        normalised = self._normalised(pixels).detach().numpy()
        rows = [self._brought.session.run(each[None]) for each in normalised]
        scores = torch.from_numpy(np.concatenate([row[0] for row in rows]).astype(np.float32))
        if self._brought.probabilities:
            scores = scores.clamp_min(LEAST).log()
        if not self._brought.vector:
            return scores, scores
        return torch.from_numpy(np.concatenate([row[1] for row in rows]).astype(np.float32)), scores


def load_onnx(card: ModelCard, folder: Path, device: str) -> OnnxClassifier:
    """The model of this card. Errors: UnknownModel after the visit that brought it."""
    made = session_cards.find(card.key)
    if made is None:
        raise UnknownModel(key=card.key, known=[])
    return OnnxClassifier(card, made)


def own_onnx(data: bytes, settings: OnnxSettings, labels: Sequence[str] = ()) -> SessionModel:
    """data: the bytes of an .onnx file. labels: in the order of the scores; ImageNet's for 1,000 classes without,
    numbers otherwise. Errors: OnnxRefused with the reason."""
    if not all(np.isfinite([*settings.mean, *settings.deviation])) or min(settings.deviation) <= 0:
        raise OnnxRefused(reason="numbers", found="", limit=0)
    checked = checked_onnx(data, settings.side)
    session, probabilities, classes = _tried(checked)
    if labels and len(labels) != classes:
        raise OnnxRefused(reason="labels", found=len(labels), limit=classes)
    name = f"own-onnx-{checked.side}-bilinear"
    recipe = Recipe(
        name, round(checked.side * SHORTER_SIDE), checked.side, "bilinear", settings.mean, settings.deviation
    )
    digest = hashlib.sha256(data + repr((settings.title, settings.family, recipe, tuple(labels))).encode()).hexdigest()
    card = ModelCard(
        key=f"own-{digest[:12]}",
        title=settings.title,
        family=settings.family,
        task="classify",
        source="session",
        loader="vizcore.learning.own_onnx:load_onnx",
        files=(),
        recipe=name,
        labels="own",
        parameters_m=checked.parameters / 1e6,
        licences=TERMS,
        paper="",
        facts={"classes": classes, "scores_only": True, "given_recipe": recipe},
        embedding=VECTOR if checked.vector else SCORES,
        limits=OF_VECTOR if checked.vector else OF_SCORES,
    )
    brought = Brought(session, len(checked.data), probabilities, bool(checked.vector))
    return SessionModel(card, labels_of(labels, classes), f"own-{digest}", "own", {}, brought)


def _tried(checked: CheckedOnnx) -> tuple[OnnxSession, bool, int]:
    """The session, whether a grey and a noisy picture got shares that sum to 1, and how many classes there are."""
    _expect_it_ends(checked)
    shape = (1, 3, checked.side, checked.side)
    noise = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    try:
        session = OnnxSession(checked.data, threads=torch.get_num_threads())
        rows = [_row(session, each) for each in (np.zeros(shape, np.float32), noise)]
    except OnnxRefused:
        raise
    except Exception:  # a border: the runtime's exceptions have no common parent but this
        raise OnnxRefused(reason="run", found="", limit=0) from None
    shares = all(each.min() >= 0 and abs(float(each.sum()) - 1) < SUM_ERROR for each in rows)
    return session, shares, rows[0].shape[1]


def _expect_it_ends(checked: CheckedOnnx) -> None:
    """OnnxRefused (run) for a graph that hangs the process that runs it, or ends it where no exception tells of it."""
    command = [sys.executable, "-P", str(CHILD), str(checked.side)]
    try:
        ended = subprocess.run(
            command, input=checked.data, capture_output=True, timeout=TRIAL_S, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        ended = -1
    if ended:
        raise OnnxRefused(reason="run", found="", limit=0)


def _row(session: OnnxSession, pixels: NDArray[np.float32]) -> NDArray[Any]:
    row, *_vector = session.run(pixels)
    if row.ndim != 2 or row.shape[0] != 1 or not np.isfinite(row).all():
        raise OnnxRefused(reason="output", found=" × ".join(map(str, row.shape)), limit=0)
    return row
