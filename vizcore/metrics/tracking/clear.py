"""CLEAR MOT: how many objects were found, missed or made up, and how often did one change its identity?

Bernardin and Stiefelhagen 2008, counted as TrackEval 1.3 or py-motmetrics 1.4 count it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.metrics.tracking.matching import Matches, Rules, match_frames
from vizcore.metrics.tracking.overlaps import Overlaps
from vizcore.metrics.tracking.tables import IntArray

TRACKED, LOST = 0.8, 0.2


@dataclass(frozen=True)
class Clear:
    """Counts, from which every value follows, so that sequences are added and never averaged."""

    true_positives: int
    false_negatives: int
    false_positives: int
    id_switches: int
    iou_sum: float
    mostly_tracked: int
    partly_tracked: int
    mostly_lost: int
    fragmentations: int

    @property
    def truth(self) -> int:
        """True boxes in all frames."""
        return self.true_positives + self.false_negatives

    @property
    def mota(self) -> float:
        """1 - (FN + FP + IDSW) / true boxes: at most 1, without a lower end; NaN without truth."""
        mistakes = self.false_negatives + self.false_positives + self.id_switches
        return 1 - mistakes / self.truth if self.truth else float("nan")

    @property
    def motp(self) -> float:
        """Mean IoU of the matched pairs (motmetrics writes 1 - this); NaN without a match."""
        return self.iou_sum / self.true_positives if self.true_positives else float("nan")


def clear(overlaps: Overlaps, threshold: float = 0.5, rules: Rules = "trackeval") -> tuple[Clear, Matches]:
    """The counts at one IoU threshold, and the matches that they count."""
    matches = match_frames(overlaps, threshold, rules)
    return clear_of(overlaps, matches, rules), matches


def clear_of(overlaps: Overlaps, matches: Matches, rules: Rules) -> Clear:
    """The counts of matches. "Mostly tracked" is more than 80 % in TrackEval, 80 % or more in motmetrics."""
    count = len(matches.truth_rows)
    who = overlaps.truth_places[matches.truth_rows]
    share = np.bincount(who, minlength=len(overlaps.truth_ids)) / np.maximum(overlaps.truth_counts, 1)
    tracked = int((share > TRACKED if rules == "trackeval" else share >= TRACKED).sum())
    lost = int((share < LOST).sum())
    return Clear(
        true_positives=count,
        false_negatives=len(overlaps.truth_places) - count,
        false_positives=len(overlaps.found_places) - count,
        id_switches=int(matches.switches.sum()),
        iou_sum=float(matches.iou.sum()),
        mostly_tracked=tracked,
        partly_tracked=len(share) - tracked - lost,
        mostly_lost=lost,
        fragmentations=_fragmentations(overlaps, matches, rules),
    )


def _fragmentations(overlaps: Overlaps, matches: Matches, rules: Rules) -> int:
    """How often an object is matched again after frames in which it was not.

    TrackEval counts in frames with both truth and tracks, motmetrics in the frames that the object itself is in.
    """
    rows = matches.truth_rows
    at = (_turn_of_frame(overlaps) if rules == "trackeval" else _turn_of_object(overlaps))[rows]
    who = overlaps.truth_places[rows]
    order: IntArray = np.lexsort((at, who))
    same = np.diff(who[order]) == 0
    return int((same & (np.diff(at[order]) > 1)).sum())


def _turn_of_frame(overlaps: Overlaps) -> IntArray:
    """For each row of the truth: the number of its frame among those with both truth and tracks."""
    per_frame = np.diff(overlaps.truth_starts)
    both = (per_frame > 0) & (np.diff(overlaps.found_starts) > 0)
    return np.repeat(np.cumsum(both), per_frame)


def _turn_of_object(overlaps: Overlaps) -> IntArray:
    """For each row of the truth: how many rows the same identity had before."""
    order = np.argsort(overlaps.truth_places, kind="stable")
    firsts = np.cumsum(overlaps.truth_counts) - overlaps.truth_counts
    turn = np.empty(len(order), dtype=np.int64)
    turn[order] = np.arange(len(order)) - firsts[overlaps.truth_places[order]]
    return turn
