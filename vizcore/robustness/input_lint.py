"""What does each fault of the input do to a model's decision? The right pipeline beside every faulty one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.detection.choosing import ChoiceSettings
from vizcore.errors import PhotosMissing
from vizcore.metrics.proportion import wilson_interval
from vizcore.photo import Photo
from vizcore.preprocessing.variants.feeding import faulty_photo, feed, right_photo
from vizcore.preprocessing.variants.statistics import TensorStatistics, statistics_of
from vizcore.preprocessing.variants.table import VARIANTS, AnyRecipe, Variant, applicable, recipe_named
from vizcore.provenance import provenance_of
from vizcore.results import Result
from vizcore.robustness.lint_answers import ANSWERERS, Decision, Given
from vizcore.snapshots import Snapshot


@dataclass(frozen=True)
class LintSettings:
    """variants: names of VARIANTS; () for all that mean something for the model. choice: of a detector's boxes."""

    variants: tuple[str, ...] = ()
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)


@dataclass(frozen=True)
class LintRow:
    """One fault. right, right_confidence: the answer without it. top1, confidence: with it; "" and 0 for none.

    changed: another decision: another first class, another set of boxes at IoU 0.5, a mask under IoU 0.9. overlap in
    [0, 1]: of the class probabilities, the boxes or the masks with the right ones. damage: 1 - overlap. lost, extra:
    boxes. statistics: of what the network was given, None for a model that normalises out of sight.
    """

    name: str
    changed: bool
    right: str
    right_confidence: float
    top1: str
    confidence: float
    overlap: float
    lost: int
    extra: int
    statistics: TensorStatistics | None

    @property
    def damage(self) -> float:
        return 1.0 - self.overlap


@dataclass(frozen=True, eq=False)
class LintReport(Result):
    """rows: the most damage first. answer, confidence: of the right pipeline on the photo itself."""

    task: str
    answer: str
    confidence: float
    statistics: TensorStatistics | None
    rows: tuple[LintRow, ...]

    @property
    def changed(self) -> int:
        return sum(row.changed for row in self.rows)


@dataclass(frozen=True)
class LintRate:
    """One fault over many photos: changed of n decisions, its 95 % interval (Wilson), and the mean damage."""

    name: str
    changed: int
    n: int
    low: float
    high: float
    damage: float

    @property
    def rate(self) -> float:
        return self.changed / self.n


@dataclass(frozen=True, eq=False)
class LintSummary(Result):
    """rates: the largest share of changed decisions first. photos: how many were asked so far."""

    task: str
    photos: int
    rates: tuple[LintRate, ...]


@torch.inference_mode()
def lint(model: Any, photo: Photo, settings: LintSettings | None = None) -> LintReport:
    """All faults on one photo. model: a FeatureModel with a head, a Detector or a PromptableSegmenter.

    Errors: ModelCannot, InvalidOutput.
    """
    chosen = settings or LintSettings()
    rows, right, statistics = _rows(model, photo, chosen)
    return LintReport(
        provenance_of("lint", model, photo, chosen),
        task=model.card.task,
        answer=right.label,
        confidence=right.confidence,
        statistics=statistics,
        rows=tuple(sorted(rows, key=lambda row: (-row.damage, row.name))),
    )


def lint_folder(model: Any, photo: Photo | Sequence[Photo], settings: LintSettings | None = None) -> Iterator[Snapshot]:
    """The same over many photos, one snapshot a photo; stopping keeps the photos so far. Error: PhotosMissing."""
    chosen = settings or LintSettings()
    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    if not photos:
        raise PhotosMissing(needed=1, given=0)
    seen: dict[str, list[LintRow]] = {}
    for place, each in enumerate(photos, start=1):
        with torch.inference_mode():
            rows, _right, _statistics = _rows(model, each, chosen)
        for row in rows:
            seen.setdefault(row.name, []).append(row)
        provenance = provenance_of("lint_folder", model, photos, chosen)
        rates = sorted((_rate(name, found) for name, found in seen.items()), key=lambda one: (-one.rate, -one.damage))
        values = {"changed": float(np.mean([one.rate for one in rates]))}
        summary = LintSummary(provenance, model.card.task, place, tuple(rates))
        yield Snapshot(place, len(photos), values, result=summary)


def _rate(name: str, rows: Sequence[LintRow]) -> LintRate:
    changed, n = sum(row.changed for row in rows), len(rows)
    low, high = wilson_interval(changed, n)
    return LintRate(name, changed, n, low, high, float(np.mean([row.damage for row in rows])))


def variants_for(card: Any, settings: LintSettings) -> tuple[Variant, ...]:
    """The faults to try on a model with this card. ValueError for an unknown name."""
    possible = applicable(recipe_named(card.recipe))
    if unknown := set(settings.variants) - set(VARIANTS):
        raise ValueError(f"expected names of {list(VARIANTS)}, got {sorted(unknown)}")
    return tuple(each for each in possible if not settings.variants or each.name in settings.variants)


def _rows(model: Any, photo: Photo, settings: LintSettings) -> tuple[list[LintRow], Decision, TensorStatistics | None]:
    recipe, variants = recipe_named(model.card.recipe), variants_for(model.card, settings)
    references = {each.name: right_photo(photo, each) for each in variants if each.reference is not None}
    given = [_given(recipe, photo, None), *(_given(recipe, each, None) for each in references.values())]
    given += [_given(recipe, photo, variant) for variant in variants]
    answerer = ANSWERERS[model.card.task]
    decisions = answerer.decide(model, given, settings.choice)
    right, rights = decisions[0], dict(zip(references, decisions[1:], strict=False))
    rows = []
    for variant, fed, found in zip(variants, given[-len(variants) :], decisions[-len(variants) :], strict=True):
        expected = rights.get(variant.name, right)
        judged = answerer.compare(expected, found)
        rows.append(
            LintRow(
                variant.name,
                judged.changed,
                expected.label,
                expected.confidence,
                found.label,
                found.confidence,
                judged.overlap,
                judged.lost,
                judged.extra,
                _statistics(fed),
            )
        )
    return rows, right, _statistics(given[0])


def _given(recipe: AnyRecipe | None, photo: Photo, variant: Variant | None) -> Given:
    source = faulty_photo(photo, variant)
    turned = variant.turned if variant else 0
    fed = None if recipe is None else feed(recipe, photo, variant)
    return Given(source, fed, turned, (photo.width, photo.height))


def _statistics(given: Given) -> TensorStatistics | None:
    values: NDArray[np.float32] | None = None if given.fed is None else given.fed.network
    return None if values is None else statistics_of(values)
