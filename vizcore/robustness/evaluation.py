"""How does a model's answer suffer under each corruption and severity, on the visitor's own photos?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import PhotosMissing, UnknownClass
from vizcore.generation.attacks.rounding import RgbArray, as_pixels
from vizcore.generation.gradients import answers
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Result, expect_shape
from vizcore.robustness.corruptions import CORRUPTIONS, SEVERITIES, corrupt
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class RobustnessSettings:
    """truth: each photo's class index where it is known, else None; () for no truth at all.

    Where it is None the model's own answer to the clean photo is the reference. corruptions: keys of CORRUPTIONS.
    """

    truth: tuple[int | None, ...] = ()
    corruptions: tuple[str, ...] = tuple(CORRUPTIONS)
    severities: tuple[int, ...] = SEVERITIES
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Robustness(Result):
    """confidence and kept, (C, S, n): for each corruption, severity and photo the probability of the photo's reference
    class, and whether it is still the first answer. reference (n,): its index; known (n,): whether it is the truth.
    clean_confidence (n,), clean_kept (n,): without any corruption.
    """

    labels: tuple[str, ...]
    corruptions: tuple[str, ...]
    severities: tuple[int, ...]
    reference: NDArray[np.int64]
    known: NDArray[np.bool_]
    clean_confidence: NDArray[np.float64]
    clean_kept: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    kept: NDArray[np.bool_]

    def validate(self) -> None:
        shape = (len(self.corruptions), len(self.severities), len(self.reference))
        for name in ("confidence", "kept"):
            expect_shape(name, getattr(self, name), shape)
        for name in ("known", "clean_confidence", "clean_kept"):
            expect_shape(name, getattr(self, name), shape[2:])

    @property
    def mean_confidence(self) -> NDArray[np.float64]:
        """(C, S): over the photos."""
        return np.asarray(self.confidence.mean(axis=2))

    @property
    def kept_rate(self) -> NDArray[np.float64]:
        """(C, S): share of photos with the right (or unchanged) answer: accuracy where the truth is known."""
        return np.asarray(self.kept.mean(axis=2))

    def worst(self) -> tuple[str, int, int] | None:
        """(corruption, severity, photo) with the lowest confidence among photos answered well when clean, or None."""
        if not self.clean_kept.any():
            return None
        c, s, i = np.unravel_index(np.where(self.clean_kept, self.confidence, np.inf).argmin(), self.confidence.shape)
        return self.corruptions[int(c)], self.severities[int(s)], int(i)


def robustness(
    model: FeatureModel, photo: Photo | Sequence[Photo], settings: RobustnessSettings | None = None
) -> Iterator[Snapshot]:
    """Corrupts what the model sees of each photo (no second crop) and asks again; one snapshot a corruption.

    values: mean confidence and kept rate of that corruption. Only the last snapshot holds a result.
    Errors: PhotosMissing, UnknownClass, ModelCannot, InvalidOutput.
    """
    chosen = settings or RobustnessSettings()
    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    seen = [model.prepare(each).rgb for each in photos]
    reference, known = _references(model, seen, chosen.truth)
    clean = _asked(model, seen)
    confidence = np.zeros((len(chosen.corruptions), len(chosen.severities), len(photos)))
    kept = np.zeros(confidence.shape, dtype=bool)
    rows, total = np.arange(len(photos)), len(chosen.corruptions)
    for c, name in enumerate(chosen.corruptions):
        for i, rgb in enumerate(seen):
            worse = [corrupt(rgb, name, severity, chosen.seed + i) for severity in chosen.severities]
            shares = _asked(model, worse)
            confidence[c, :, i], kept[c, :, i] = shares[:, reference[i]], shares.argmax(1) == reference[i]
            if i + 1 < len(seen):
                yield Snapshot(c, total, preview=worse[-1])
        values = {"confidence": float(confidence[c].mean()), "kept": float(kept[c].mean())}
        yield Snapshot(c + 1, total, values, worse[-1])
    result = Robustness(
        provenance_of("robustness", model, photos, chosen),
        labels=tuple(model.labels),
        corruptions=chosen.corruptions,
        severities=chosen.severities,
        reference=reference,
        known=known,
        clean_confidence=clean[rows, reference],
        clean_kept=clean.argmax(1) == reference,
        confidence=confidence,
        kept=kept,
    )
    yield Snapshot(total, total, result=result)


def _references(
    model: FeatureModel, seen: list[RgbArray], truth: tuple[int | None, ...]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    if not seen:
        raise PhotosMissing(needed=1, given=0)
    if truth and len(truth) != len(seen):
        raise ValueError(f"expected {len(seen)} classes or none, got {len(truth)}")
    for index in truth:
        if index is not None and not 0 <= index < len(model.labels):
            raise UnknownClass(wanted=index, model=model.card.key)
    own = _asked(model, seen).argmax(1)
    given = truth or (None,) * len(seen)
    pairs = zip(given, own, strict=True)
    return np.array([int(o) if t is None else t for t, o in pairs]), np.array([t is not None for t in given])


@torch.no_grad()
def _asked(model: FeatureModel, rgbs: list[RgbArray]) -> NDArray[np.float64]:
    """(n, classes) probabilities of pictures (S, S, 3)."""
    batch = as_pixels(rgbs, model.device)
    shares: NDArray[np.float64] = answers(model, batch).double().softmax(1).cpu().numpy()
    return shares
