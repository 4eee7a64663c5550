"""What does a climb leave behind? Everything is measured on the clean 8-bit pictures that can be saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vizcore.generation.picture_results import PictureResult
from vizcore.photo import Photo
from vizcore.results import Classification, FloatArray, Result, expect_shape


@dataclass(frozen=True, eq=False)
class IdealResult(PictureResult):
    """n ideal pictures. They are for the network: nothing makes them look like the class to us.

    target: its name; of two, both with their weights. target_class: its index, None for a layer's target and for two,
    of which none is the one that the pictures are for. labels and probabilities (n, classes): what
    the model says to each picture ((n, 0) for a model without a head). activation (n,): of the target.
    jittered (n,): mean probability of the class under fresh small shifts, NaN without one class
    and for a climb that was stopped.
    total_variation (n,): see `variation_loss`. best_step (n,): where each picture was met. mixed: each target's name
    and weight where two are climbed; mixed_classes: their indices, None for a layer's target. curves: loss terms by
    name, one value a step. frames: JPEG files of the way, at frame_steps.
    """

    target: str
    target_class: int | None
    labels: tuple[str, ...]
    pictures: tuple[Photo, ...]
    probabilities: FloatArray
    activation: FloatArray
    jittered: FloatArray
    total_variation: FloatArray
    best_step: NDArray[np.int64]
    steps: int
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    frames: tuple[bytes, ...] = ()
    frame_steps: tuple[int, ...] = ()
    mixed: tuple[tuple[str, float], ...] = ()
    mixed_classes: tuple[int | None, ...] = ()

    def validate(self) -> None:
        count = len(self.pictures)
        expect_shape("probabilities", self.probabilities, (count, len(self.labels)))
        for name in ("activation", "jittered", "total_variation", "best_step"):
            expect_shape(name, getattr(self, name), (count,))
        if len(self.frames) != len(self.frame_steps):
            raise ValueError(f"expected {len(self.frames)} frame steps, got {len(self.frame_steps)}")
        if len(self.mixed) != len(self.mixed_classes):
            raise ValueError(f"expected {len(self.mixed)} mixed classes, got {len(self.mixed_classes)}")

    def probability(self, picture: int = 0) -> float:
        """Of the target's class on one picture; NaN without one class."""
        return float("nan") if self.target_class is None else float(self.probabilities[picture, self.target_class])

    def class_probabilities(self, picture: int = 0) -> list[tuple[str, float]]:
        """(label, probability) on one picture of each class that is climbed: one, or both of two; [] for layers."""
        wanted = (self.target_class,) if not self.mixed else self.mixed_classes
        shares = self.probabilities[picture]
        return [(self.labels[each], float(shares[each])) for each in wanted if each is not None]

    def top(self, picture: int = 0, count: int = 5) -> list[tuple[int, str, float]]:
        """(class, label, probability) of the most probable classes on one picture."""
        shares = self.probabilities[picture]
        order = np.argsort(-shares, kind="stable")[: count or None]
        return [(int(i), self.labels[i], float(shares[i])) for i in order]

    def classification(self, picture: int = 0) -> Classification:
        """The model's answer to one picture; log-probabilities stand in for its logits, whose softmax is the same."""
        shares = self.probabilities[picture]
        return Classification(self.provenance, self.labels, shares, np.log(np.maximum(shares, 1e-300)))

    def roughness_against(self, other: IdealResult) -> float:
        """Total variation of the first picture as a share of another result's first one."""
        return float(self.total_variation[0] / other.total_variation[0])

    @property
    def last_values(self) -> dict[str, float]:
        """The loss terms of the last step by name; {} without any step."""
        return {name: values[-1] for name, values in self.curves.items() if values}


@dataclass(frozen=True, eq=False)
class TimeEstimate(Result):
    """seconds: expected for the whole run, from the measured duration of one step on this machine, step_ms."""

    seconds: float
    step_ms: float
    steps: int


def neighbour_differences(rgb: NDArray[np.uint8]) -> tuple[float, float]:
    """Mean |difference| of neighbours across and down, of 8-bit pixels (H, W, 3) as shares; 0 without a neighbour.

    Their sum is `variation_loss` of the saved picture.
    """
    pixels = rgb.astype(np.float64) / 255
    across, down = (np.abs(np.diff(pixels, axis=axis)) for axis in (1, 0))
    return float(across.mean()) if across.size else 0.0, float(down.mean()) if down.size else 0.0
