"""Which numbers compare two masks? Adding one is adding a row, which pages and the command line read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from vizcore.i18n import N_
from vizcore.metrics.masks.boundary import SurfaceDistances, boundary_counts, boundary_width, surface_distances
from vizcore.metrics.masks.overlap import Counts, EmptyPolicy, Mask, counts_of, dice, iou, precision, recall

Unit = Literal["share", "px"]


@dataclass(frozen=True, eq=False)
class ComparedMasks:
    """What the metrics are made of, each part made once and only when a metric asks for it.

    truth, prediction (H, W); boundary_px: width of the band, None for 2 % of the diagonal. Error: MaskSizesDiffer.
    """

    truth: Mask
    prediction: Mask
    boundary_px: int | None = None
    empty: EmptyPolicy = "one"

    @cached_property
    def counts(self) -> Counts:
        """Pixels in both, in one and in the other."""
        return counts_of(self.truth, self.prediction)

    @property
    def width_px(self) -> int:
        """Width of the band of boundary IoU, in pixels."""
        return boundary_width(*self.truth.shape) if self.boundary_px is None else self.boundary_px

    @cached_property
    def band(self) -> Counts:
        """The same counts of the two bands along the outlines."""
        return boundary_counts(self.truth, self.prediction, self.width_px)

    @cached_property
    def distances(self) -> SurfaceDistances:
        """Both directions between the two surfaces."""
        return surface_distances(self.truth, self.prediction)


@dataclass(frozen=True)
class CountRatio:
    """A metric that is a ratio of counts: what stands above and below the line in LaTeX of TP, FP, FN and TN (its
    working is written from that), and its value."""

    above: str
    below: str
    value: Callable[[Counts, EmptyPolicy], float]


@dataclass(frozen=True)
class MaskMetric:
    """One row: how it is measured, how it is called, what it overlooks.

    unit: "share" lies in [0, 1]; "px" is a distance, infinite where one mask is empty. ratio: None for what is no ratio
    of counts.
    """

    measure: Callable[[ComparedMasks], float]
    title: str
    overlooks: str
    unit: Unit = "share"
    ratio: CountRatio | None = None


def ratio(above: str, below: str, value: Callable[[Counts, EmptyPolicy], float], title: str, blind: str) -> MaskMetric:
    """The row of a metric of counts."""
    return MaskMetric(lambda pair: value(pair.counts, pair.empty), title, blind, ratio=CountRatio(above, below, value))


# In the order in which they are shown: name in JSON and CSV -> row.
MASK_METRICS: dict[str, MaskMetric] = {
    "iou": ratio(
        "TP",
        "TP + FP + FN",
        iou,
        N_("IoU"),
        N_("Where the wrong pixels lie, and how far; thin parts of a large object weigh next to nothing."),
    ),
    "dice": ratio(
        r"2 \cdot TP",
        r"2 \cdot TP + FP + FN",
        dice,
        N_("Dice"),
        N_("The same as IoU: it is another scale for the same order, kinder to the same mistake."),
    ),
    "precision": ratio(
        "TP",
        "TP + FP",
        precision,
        N_("Precision"),
        N_("Everything that was missed: a single right pixel has precision 1."),
    ),
    "recall": ratio(
        "TP",
        "TP + FN",
        recall,
        N_("Recall"),
        N_("Everything that was claimed in vain: the whole picture has recall 1."),
    ),
    "boundary_iou": MaskMetric(
        lambda pair: iou(pair.band, pair.empty),
        N_("Boundary IoU"),
        N_("How large a wrong area is: beyond the band nothing counts, and the answer depends on the band's width."),
    ),
    "hausdorff": MaskMetric(
        lambda pair: pair.distances.hausdorff(pair.empty),
        N_("Hausdorff"),
        N_("Everything but the worst pixel; one stray pixel decides it."),
        "px",
    ),
    "hausdorff_95": MaskMetric(
        lambda pair: pair.distances.hausdorff_95(pair.empty),
        N_("Hausdorff 95%"),
        N_("The worst 5% of the surface, such as a small object on its own."),
        "px",
    ),
    "average_surface_distance": MaskMetric(
        lambda pair: pair.distances.average(pair.empty),
        N_("Average surface distance"),
        N_("How much area is wrong; a rare, large mistake drowns in a long, good outline."),
        "px",
    ),
}


def measured(pair: ComparedMasks, *units: Unit) -> Mapping[str, float]:
    """Every metric of these units (of all units for none), by name, in the table's order."""
    return {name: row.measure(pair) for name, row in MASK_METRICS.items() if not units or row.unit in units}


@dataclass(frozen=True)
class MaskScores:
    """One mask against a reference: its counts, and every metric in [0, 1] by its name in MASK_METRICS."""

    counts: Counts
    shares: Mapping[str, float]


def scores_of(reference: Mask, mask: Mask) -> MaskScores:
    """Counts and shares of a mask (H, W) against its reference (H, W); two empty masks agree in full, 1."""
    pair = ComparedMasks(reference, mask)
    return MaskScores(pair.counts, measured(pair, "share"))
