"""Runs any attack of the table on one photo or several, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vizcore.errors import AlreadyTarget, PhotosMissing
from vizcore.generation.attacks.case import Answer, Case, Curves, case_of
from vizcore.generation.attacks.problem import Attempt
from vizcore.generation.attacks.results import AttackResult, AttackSet
from vizcore.generation.attacks.rounding import as_rgb
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS
from vizcore.generation.gradients import answers
from vizcore.generation.pace import Pace
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.snapshots import Snapshot
from vizcore.zoo.protocols import FeatureModel

PREVIEW_S, RESULT_S = 0.25, 1.0


def attack(
    model: FeatureModel, photo: Photo | Sequence[Photo], settings: AttackSettings | None = None
) -> Iterator[Snapshot]:
    """One photo ends in an AttackResult, several in an AttackSet. values: loss, source, rival (see AttackResult).

    Errors: UnknownClass, AlreadyTarget (one photo, or all of a universal attack), PhotosMissing (a universal attack on
    one photo, or no photo), ModelCannot without a head, InvalidOutput for NaN.
    """
    chosen = settings or AttackSettings()
    if chosen.attack not in ATTACKS:
        raise ValueError(f"expected one of {list(ATTACKS)}, got {chosen.attack}")
    photos = (photo,) if isinstance(photo, Photo) else tuple(photo)
    needed = 2 if ATTACKS[chosen.attack].together else 1
    if len(photos) < needed:
        raise PhotosMissing(needed=needed, given=len(photos))
    if ATTACKS[chosen.attack].together:
        return _together(model, photos, chosen)
    if isinstance(photo, Photo):
        return _alone(model, photo, chosen)
    return _one_by_one(model, photos, chosen)


@dataclass(eq=False)
class _Progress:
    """The best answer so far and what to show of the way there."""

    case: Case
    curves: Curves = field(default_factory=Curves)  # since the start that the walk is on
    best: Answer | None = None
    best_curves: Curves | None = None  # of the start that led to the best answer
    latest: Attempt | None = None
    candidate: Attempt | None = None
    steps: int = 0

    def take(self, step: int, attempt: Attempt) -> dict[str, float]:
        """Remembers a state and says its numbers; a candidate of an attack with a budget is judged at once."""
        self.latest, self.steps = attempt, step
        if attempt.starts:
            self.curves = Curves()
        logits = attempt.logits
        if attempt.candidate and self.case.row.budget:
            found = self.case.answer(attempt)
            if self.best is None or found.worth > self.best.worth:
                self.best, self.best_curves = found, self.curves
            logits = found.logits if logits is None else logits  # the end of the curve is the picture that is exported
        elif attempt.candidate:
            self.candidate = attempt
            logits = self.case.answer(attempt).logits if logits is None else logits
        return {} if logits is None else self.curves.add(self.case.problem.goal, logits)

    def results(self) -> tuple[AttackResult, ...]:
        """What the attack would answer if it ended now."""
        attempt = self.candidate or self.latest
        if attempt is None:
            raise ValueError("expected at least one step before a result, got none")
        curves = self.best_curves or self.curves
        return self.case.results(self.best or self.case.answer(attempt), curves, self.steps)


def _alone(model: FeatureModel, photo: Photo, chosen: AttackSettings) -> Iterator[Snapshot]:
    for snapshot, found in _steps(case_of(model, (photo,), chosen)):
        yield _with_result(snapshot, found[0] if found else None)


def _together(model: FeatureModel, photos: tuple[Photo, ...], chosen: AttackSettings) -> Iterator[Snapshot]:
    """Photos in which the model already sees the target are left out, unless it sees it in all of them."""
    provenance = provenance_of("attack", model, photos, chosen)
    skipped = _already(model, photos, chosen.target)
    kept = tuple(photo for i, photo in enumerate(photos) if i not in skipped) or photos
    for snapshot, found in _steps(case_of(model, kept, chosen)):
        yield _with_result(snapshot, AttackSet(provenance, chosen.attack, found, skipped) if found else None)


def _already(model: FeatureModel, photos: tuple[Photo, ...], target: int | None) -> tuple[int, ...]:
    """Places of the photos whose first answer is the target."""
    if target is None:
        return ()
    first = answers(model, model.pixels([model.prepare(each) for each in photos])).argmax(1)
    return tuple(i for i, each in enumerate(first.tolist()) if each == target)


def _one_by_one(model: FeatureModel, photos: tuple[Photo, ...], chosen: AttackSettings) -> Iterator[Snapshot]:
    """Photos in which the model already sees the target are left out."""
    length = ATTACKS[chosen.attack].length(chosen)
    total = (length + 1) * len(photos)
    provenance = provenance_of("attack", model, photos, chosen)
    done: tuple[AttackResult, ...] = ()
    skipped: tuple[int, ...] = ()
    for index, photo in enumerate(photos):
        latest: tuple[AttackResult, ...] = ()
        try:
            for snapshot, found in _steps(case_of(model, (photo,), chosen)):
                latest = found or latest
                step = index * (length + 1) + snapshot.step
                yield Snapshot(step, total, snapshot.values, snapshot.preview)
        except AlreadyTarget:
            skipped = (*skipped, index)
        done = (*done, *latest)
        yield Snapshot((index + 1) * (length + 1), total, result=AttackSet(provenance, chosen.attack, done, skipped))


def _steps(case: Case) -> Iterator[tuple[Snapshot, tuple[AttackResult, ...]]]:
    """Snapshots without results, beside the results at that moment where they are due; always at the end."""
    progress, total = _Progress(case), case.row.length(case.problem.settings)
    preview, answer = Pace(PREVIEW_S), Pace(RESULT_S)
    for step, attempt in enumerate(case.row.method(case.problem)):
        values = progress.take(step, attempt)
        picture = None
        if preview.due():
            with preview.spending():
                picture = as_rgb(attempt.pixels[0])
        found: tuple[AttackResult, ...] = ()
        if answer.due():
            with answer.spending():
                found = progress.results()
        yield Snapshot(min(step, total), total, values, picture), found
    final = progress.results()
    yield Snapshot(total, total, preview=final[0].adversarial_seen.rgb), final


def _with_result(snapshot: Snapshot, result: AttackResult | AttackSet | None) -> Snapshot:
    return Snapshot(snapshot.step, snapshot.total, snapshot.values, snapshot.preview, result)
