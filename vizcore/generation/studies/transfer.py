"""Is a model fooled by a picture that was made to fool another one?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import PhotosMissing
from vizcore.generation.attacks.results import AttackSet
from vizcore.generation.class_names import same_class
from vizcore.generation.gradients import answers
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Result, expect_shape
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True)
class JudgeSettings:
    """target: the label that the pictures were made for, in the maker's words; "" for untargeted attacks."""

    target: str = ""


@dataclass(frozen=True, eq=False)
class Judgement(Result):
    """What one model says to n pairs of pictures before and after an attack made on any model.

    source (n,): its own first answer before. answer (n,): after. source_confidence, rival_confidence (of the strongest
    other class), target_confidence (n,): after; the last NaN without a target or where the model lacks that class.
    fooled (n,) bool: another answer than before, and the target's where there is one. A pair in which it already saw
    the target is not counted: counted (n,) bool.
    """

    target: str
    labels: tuple[str, ...]
    source: NDArray[np.int64]
    answer: NDArray[np.int64]
    source_confidence: FloatArray
    rival_confidence: FloatArray
    target_confidence: FloatArray
    fooled: NDArray[np.bool_]
    counted: NDArray[np.bool_]

    def validate(self) -> None:
        for name in ("answer", "source_confidence", "rival_confidence", "target_confidence", "fooled", "counted"):
            expect_shape(name, getattr(self, name), self.source.shape)

    @property
    def success_rate(self) -> float:
        """Share of the counted pairs that fool the model; NaN where none counts or it lacks the target's class."""
        return float(self.fooled[self.counted].mean()) if self.counted.any() else float("nan")


def pairs_of(attacked: AttackSet) -> tuple[Photo, ...]:
    """The pictures for `judge` and `defend`: before, after, before, after ..."""
    return tuple(picture for each in attacked.results for picture in (each.clean, each.adversarial))


@torch.inference_mode()
def judge(model: FeatureModel, photo: Sequence[Photo], settings: JudgeSettings | None = None) -> Judgement:
    """Asks the model about pairs of pictures (before, after, before, after ...), each prepared by its own recipe.

    Its answer to the picture before the attack is the measure, not the maker's. Errors: PhotosMissing, InvalidOutput.
    """
    chosen = settings or JudgeSettings()
    if len(photo) < 2 or len(photo) % 2:
        raise PhotosMissing(needed=max(len(photo) + 1, 2), given=len(photo))
    asked = [answers(model, model.pixels([model.prepare(each)]))[0].double().softmax(0).cpu().numpy() for each in photo]
    before, after = np.stack(asked[::2]), np.stack(asked[1::2])  # (n, classes)
    target = same_class(model.labels, chosen.target) if chosen.target else None
    source, answer = before.argmax(1), after.argmax(1)
    missing = np.full(len(source), np.nan)
    others = after.copy()
    np.put_along_axis(others, source[:, None], 0.0, 1)
    return Judgement(
        provenance_of("judge", model, tuple(photo), chosen),
        target=chosen.target,
        labels=tuple(model.labels),
        source=source,
        answer=answer,
        source_confidence=np.take_along_axis(after, source[:, None], 1)[:, 0],
        rival_confidence=others.max(axis=1),
        target_confidence=missing if target is None else after[:, target],
        fooled=(answer != source) if target is None else (answer == target) & (source != target),
        counted=np.full(len(source), not chosen.target) if target is None else source != target,
    )


@dataclass(frozen=True)
class TransferMatrix:
    """success_rate and target_confidence (or, untargeted, rival_confidence): made on (rows), judged by (columns).

    NaN where nothing could be counted. counted: of how many pictures each is a share.
    """

    made_on: tuple[str, ...]
    judged_by: tuple[str, ...]
    success_rate: NDArray[np.float64]
    confidence: NDArray[np.float64]
    counted: NDArray[np.int64]


def transfer_matrix(judgements: Mapping[tuple[str, str], Judgement]) -> TransferMatrix:
    """From {(made on, judged by): judgement}, rows and columns in the order of their first appearance."""
    rows = tuple(dict.fromkeys(made for made, _by in judgements))
    columns = tuple(dict.fromkeys(by for _made, by in judgements))
    rate, confidence = np.full((2, len(rows), len(columns)), np.nan)
    counted = np.zeros(rate.shape, np.int64)
    for (made, by), found in judgements.items():
        place = rows.index(made), columns.index(by)
        rate[place], counted[place] = found.success_rate, found.counted.sum()
        shown = found.target_confidence if found.target else found.rival_confidence
        confidence[place] = shown[found.counted].mean() if found.counted.any() else np.nan
    return TransferMatrix(rows, columns, rate, confidence, counted)
