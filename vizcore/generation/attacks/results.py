"""What does an attack leave behind? All is measured on the 8-bit picture that can be saved and uploaded again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vizcore.generation.attacks.export import pasted_into
from vizcore.generation.attacks.measures import Change
from vizcore.generation.picture_results import PictureResult
from vizcore.photo import Photo
from vizcore.results import FloatArray, expect_shape


@dataclass(frozen=True, eq=False)
class AttackResult(PictureResult):
    """One attacked photo. Its provenance names all the photos that a universal attack was made of.

    clean, adversarial: the picture files before and after; the model sees exactly clean_seen and adversarial_seen
    (S, S) in them. before, after (n,): probabilities of `labels`. source: the first answer before. target: what was
    wanted, None for anything else. change: between the two. budget_kept: None for an attack without a budget.
    region_xyxy: the part of the photo, in its pixels, that the model saw. The curves hold one value for each step at
    which the model was asked: loss (higher is nearer the goal) and the confidences of the source and of its rival.
    """

    attack: str
    labels: tuple[str, ...]
    clean: Photo
    adversarial: Photo
    clean_seen: Photo
    adversarial_seen: Photo
    before: FloatArray
    after: FloatArray
    source: int
    target: int | None
    success: bool
    change: Change
    budget_kept: bool | None
    region_xyxy: tuple[float, float, float, float]
    steps: int
    loss_curve: FloatArray
    source_curve: FloatArray
    rival_curve: FloatArray

    def validate(self) -> None:
        expect_shape("before", self.before, (len(self.labels),))
        expect_shape("after", self.after, (len(self.labels),))
        expect_shape("source_curve", self.source_curve, self.loss_curve.shape)
        expect_shape("rival_curve", self.rival_curve, self.loss_curve.shape)

    @property
    def answer(self) -> int:
        """The model's first answer after the attack."""
        return int(self.after.argmax())

    @property
    def difference(self) -> FloatArray:
        """(S, S, 3): after - before, in grey levels from -255 to 255."""
        return self.adversarial_seen.rgb.astype(np.float32) - self.clean_seen.rgb

    def top_before(self, count: int = 5) -> list[tuple[int, str, float]]:
        """(class, label, probability) of the most probable classes before the attack."""
        return self._top(self.before, count)

    def top_after(self, count: int = 5) -> list[tuple[int, str, float]]:
        """(class, label, probability) of the most probable classes after the attack."""
        return self._top(self.after, count)

    def in_photo(self, photo: Photo) -> Photo:
        """The change laid over the photo it came from, at the photo's own size, for the eye (see `pasted_into`)."""
        return pasted_into(photo, self.difference, self.region_xyxy)

    def named(self, name: str) -> AttackResult:
        """The same under the photo's name, which the engine takes off a visitor's pictures."""
        attacked = attacked_name(name, self.attack)
        return replace(
            self,
            clean=replace(self.clean, name=name),
            clean_seen=replace(self.clean_seen, name=name),
            adversarial=replace(self.adversarial, name=attacked),
            adversarial_seen=replace(self.adversarial_seen, name=attacked),
        )

    def _top(self, probabilities: FloatArray, count: int) -> list[tuple[int, str, float]]:
        order = np.argsort(-probabilities, kind="stable")[: count or None]
        return [(int(i), self.labels[i], float(probabilities[i])) for i in order]


def attacked_name(name: str, attack: str) -> str:
    """ "cat · fgsm"; the attack alone for a picture without a name."""
    return " · ".join(piece for piece in (name, attack) if piece)


@dataclass(frozen=True, eq=False)
class AttackSet(PictureResult):
    """One attack on several photos. skipped: places (from 0) of photos in which the model already saw the target."""

    attack: str
    results: tuple[AttackResult, ...]
    skipped: tuple[int, ...] = ()

    @property
    def success_rate(self) -> float:
        """Share of attacked photos whose goal was reached; NaN without any."""
        return float(np.mean([each.success for each in self.results])) if self.results else float("nan")
