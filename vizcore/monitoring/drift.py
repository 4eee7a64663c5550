"""Have the photos changed between two sets? Properties, a model's answers and vectors, and a control beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import choose
from vizcore.errors import SampleTooSmall
from vizcore.monitoring.properties import measured
from vizcore.monitoring.two_samples import (
    FEWEST,
    EmbeddingDrift,
    PropertyDrift,
    compare_embeddings,
    compare_properties,
    expect_enough,
)
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result
from vizcore.snapshots import Snapshot

BATCH = 8
TAIL = 3


@dataclass(frozen=True)
class DriftSettings:
    """first: how many of the photos, from the start, are the reference. seed: of folds, permutations and halves."""

    first: int
    seed: int = 0


@dataclass(frozen=True, eq=False)
class DriftReport(Result):
    """properties: by name, the largest size first. embedding: of a model with vectors, else None.

    control, control_embedding: the reference's two halves against each other, which must not drift; empty and None
    where a half has fewer photos than a verdict takes. tails: for each property the places (in all photos) of the
    current photos that lie furthest out of the reference. vectors (n, D): for other questions about the same photos.
    """

    first: int
    properties: tuple[PropertyDrift, ...]
    embedding: EmbeddingDrift | None
    control: tuple[PropertyDrift, ...]
    control_embedding: EmbeddingDrift | None
    tails: dict[str, tuple[int, ...]]
    values: dict[str, FloatArray]
    vectors: FloatArray
    logits: FloatArray

    @property
    def drifted(self) -> bool:
        return any(each.drifted for each in self.properties) or bool(self.embedding and self.embedding.drifted)

    @property
    def control_drifted(self) -> bool:
        """Whether the test found something where there is nothing: its verdicts are then not to be believed."""
        found = any(each.drifted for each in self.control)
        return found or bool(self.control_embedding and self.control_embedding.drifted)

    def to_json(self) -> dict[str, Any]:
        """Without the vectors and logits, which belong to other answers."""
        content = super().to_json()
        for name in ("vectors", "logits"):
            content.pop(name)
        return content


def drift(model: Any, photos: Photo | tuple[Photo, ...], settings: DriftSettings) -> Iterator[Snapshot]:
    """photos: the reference, then the current ones. A snapshot every few photos; the last one has the report.

    Errors: SampleTooSmall before any model runs, InvalidOutput.
    """
    pictures = (photos,) if isinstance(photos, Photo) else tuple(photos)
    expect_enough(settings.first, len(pictures) - settings.first)
    values = measured(pictures)
    vectors, logits, extra = [], [], []
    for start in range(0, len(pictures), BATCH):
        part = pictures[start : start + BATCH]
        with torch.inference_mode():
            found = ASKERS[model.card.task](model, part)
        vectors.append(found[0])
        logits.append(found[1])
        extra.append(found[2])
        done = start + len(part)
        if done < len(pictures):
            yield Snapshot(done, len(pictures))
    values |= {name: np.concatenate([each[name] for each in extra]) for name in extra[0]}
    result = _report(model, pictures, settings, values, np.concatenate(vectors), np.concatenate(logits))
    yield Snapshot(len(pictures), len(pictures), result=result)


Asked = tuple[FloatArray, FloatArray, dict[str, FloatArray]]


def _ask_classifier(model: Any, photos: tuple[Photo, ...]) -> Asked:
    pixels = model.pixels([model.prepare(photo) for photo in photos])
    embedding, logits = model.both(pixels)
    best = logits.double().softmax(1).amax(1).cpu().numpy()
    return embedding.float().cpu().numpy(), logits.float().cpu().numpy(), {"scores": best}


def _ask_embedder(model: Any, photos: tuple[Photo, ...]) -> Asked:
    vectors = model.embed(model.pixels([model.prepare(photo) for photo in photos])).float().cpu().numpy()
    return vectors, np.zeros((len(photos), 0)), {}


def _ask_detector(model: Any, photos: tuple[Photo, ...]) -> Asked:
    found = [choose(propose(model, photo, ProposeSettings(floor=0.25))) for photo in photos]
    scores = np.array([float(each.scores.max(initial=0.0)) for each in found])
    counts = np.array([float(len(each)) for each in found])
    return np.zeros((len(photos), 0)), np.zeros((len(photos), 0)), {"scores": scores, "boxes": counts}


ASKERS = {"classify": _ask_classifier, "embed": _ask_embedder, "detect": _ask_detector}


def _report(
    model: Any,
    photos: tuple[Photo, ...],
    settings: DriftSettings,
    values: dict[str, FloatArray],
    vectors: FloatArray,
    logits: FloatArray,
) -> DriftReport:
    first, seed = settings.first, settings.seed
    before = {name: each[:first] for name, each in values.items()}
    after = {name: each[first:] for name, each in values.items()}
    rows = sorted(compare_properties(before, after), key=lambda row: -row.size)
    known = vectors.shape[1] > 0
    embedding = compare_embeddings(vectors[:first], vectors[first:], seed=seed) if known else None
    control, control_embedding = _control(before, vectors[:first] if known else None, seed)
    return DriftReport(
        provenance_of("drift", model, photos, settings),
        first,
        tuple(rows),
        embedding,
        control,
        control_embedding,
        {name: _tail(each[:first], each[first:], first) for name, each in values.items()},
        values,
        vectors,
        logits,
    )


def _control(
    before: dict[str, FloatArray], vectors: FloatArray | None, seed: int
) -> tuple[tuple[PropertyDrift, ...], EmbeddingDrift | None]:
    """The reference halved at random; nothing for a reference too small to be halved."""
    count = len(next(iter(before.values())))
    if count < 2 * FEWEST:
        return (), None
    order = np.random.default_rng(seed).permutation(count)
    left, right = order[: count // 2], order[count // 2 :]
    try:
        rows = compare_properties({n: v[left] for n, v in before.items()}, {n: v[right] for n, v in before.items()})
        found = None if vectors is None else compare_embeddings(vectors[left], vectors[right], seed=seed)
    except SampleTooSmall:
        return (), None
    return rows, found


def _tail(before: FloatArray, after: FloatArray, first: int) -> tuple[int, ...]:
    """Places of the TAIL current photos furthest from the reference's median, in its own spread."""
    middle = np.median(before)
    spread = float(np.median(np.abs(before - middle))) or 1.0
    return tuple(int(place) + first for place in np.argsort(-np.abs(after - middle) / spread)[:TAIL])
