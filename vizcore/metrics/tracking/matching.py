"""Which box belongs to which object in each frame, and where does an identity change?

TrackEval and py-motmetrics decide it by rules of their own. Both follow Bernardin and Stiefelhagen 2008: a pair of the
past goes on while it overlaps enough, the rest is assigned anew. They differ in how far back "the past" reaches and in
what the assignment aims at.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vizcore.metrics.tracking.overlaps import FrameOverlap, Overlaps
from vizcore.metrics.tracking.tables import IntArray
from vizcore.results import FloatArray

Rules = Literal["trackeval", "motmetrics"]
EPSILON = float(np.finfo(float).eps)
KEPT = 1000.0  # TrackEval's bonus for the pair of the frame before: more than any overlap
NOBODY = -1


@dataclass(frozen=True, eq=False)
class Matches:
    """m matched pairs, frame by frame. truth_rows, found_rows, iou (m,); kept (m,): the pair went on from before;
    before (m,): place of the tracker id that the object had when last matched, -1 if never."""

    truth_rows: IntArray
    found_rows: IntArray
    iou: FloatArray
    kept: NDArray[np.bool_]
    before: IntArray
    found_places: IntArray

    @property
    def switches(self) -> NDArray[np.bool_]:
        """(m,): the object had another tracker id when it was last matched."""
        return np.asarray((self.before != NOBODY) & (self.before != self.found_places))


class Memory:
    """What both rules remember from frame to frame, by the true id's place: the last partner ever, and the pair that
    may go on."""

    def __init__(self, identities: int) -> None:
        self.last = np.full(identities, NOBODY, dtype=np.int64)
        self.going_on = np.full(identities, NOBODY, dtype=np.int64)


Pick = Callable[[FrameOverlap, Memory, float], tuple[IntArray, IntArray]]
Remember = Callable[[Memory, IntArray, IntArray], None]


def match_frames(overlaps: Overlaps, threshold: float, rules: Rules = "trackeval") -> Matches:
    """The pairs with IoU >= threshold that the rule chooses in each frame."""
    pick, remember = RULES[rules]
    memory = Memory(len(overlaps.truth_ids))
    rows: list[tuple[IntArray, IntArray, FloatArray, NDArray[np.bool_], IntArray]] = []
    for frame in overlaps:
        if not frame.iou.size:
            continue  # as TrackEval does: a frame without truth or without tracks interrupts nothing
        at, of = pick(frame, memory, threshold)
        who, partner = frame.truth_places[at], frame.found_places[of]
        kept = memory.going_on[who] == partner
        rows.append((frame.truth_rows[at], frame.found_rows[of], frame.iou[at, of], kept, memory.last[who]))
        memory.last[who] = partner
        remember(memory, who, partner)
    none = np.zeros(0, np.int64)
    empty = (none, none, np.zeros(0), np.zeros(0, bool), none)
    truth_rows, found_rows, iou, kept, before = (np.concatenate(each) for each in zip(empty, *rows, strict=True))
    return Matches(truth_rows, found_rows, iou, kept, before, overlaps.found_places[found_rows])


def _pick_trackeval(frame: FrameOverlap, memory: Memory, threshold: float) -> tuple[IntArray, IntArray]:
    """The assignment with the greatest sum of 1000 * [same pair as in the frame before] + IoU."""
    same = memory.going_on[frame.truth_places][:, None] == frame.found_places[None, :]
    score = KEPT * same + frame.iou
    score[frame.iou < threshold - EPSILON] = 0
    at, of = linear_sum_assignment(-score)
    keep = score[at, of] > EPSILON
    return at[keep], of[keep]


def _remember_frame(memory: Memory, who: IntArray, partner: IntArray) -> None:
    memory.going_on[:] = NOBODY
    memory.going_on[who] = partner


def _pick_motmetrics(frame: FrameOverlap, memory: Memory, threshold: float) -> tuple[IntArray, IntArray]:
    """Every pair of any earlier frame that still overlaps, then as many new pairs as possible at the least distance."""
    allowed = frame.iou >= threshold - EPSILON
    same = memory.going_on[frame.truth_places][:, None] == frame.found_places[None, :]
    old_at, old_of = np.nonzero(same & allowed)
    old_of, first = np.unique(old_of, return_index=True)  # two objects may remember one partner: the first keeps it
    old_at = old_at[first]
    allowed[old_at, :] = False
    allowed[:, old_of] = False
    rows, columns = np.flatnonzero(allowed.any(axis=1)), np.flatnonzero(allowed.any(axis=0))
    free, dear = allowed[np.ix_(rows, columns)], 4.0 * min(frame.iou.shape) + 1  # one more pair outweighs any distance
    new_at, new_of = linear_sum_assignment(np.where(free, 1 - frame.iou[np.ix_(rows, columns)], dear))
    new = free[new_at, new_of]
    at = np.concatenate([old_at, rows[new_at[new]]])
    order = np.argsort(at)
    return at[order], np.concatenate([old_of, columns[new_of[new]]])[order]


def _remember_always(memory: Memory, who: IntArray, partner: IntArray) -> None:
    memory.going_on[who] = partner


RULES: dict[Rules, tuple[Pick, Remember]] = {
    "trackeval": (_pick_trackeval, _remember_frame),
    "motmetrics": (_pick_motmetrics, _remember_always),
}
