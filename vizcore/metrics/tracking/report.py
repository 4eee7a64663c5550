"""Every number about one tracker on one sequence, with its working, or about several sequences together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from vizcore.metrics.tracking.clear import Clear, clear
from vizcore.metrics.tracking.hota import Hota, HotaMatches, hota
from vizcore.metrics.tracking.identity import Identity, identity
from vizcore.metrics.tracking.matching import Matches, Rules
from vizcore.metrics.tracking.overlaps import Overlaps, overlaps_of
from vizcore.metrics.tracking.tables import TrackingData


@dataclass(frozen=True)
class Switch:
    """In `frame` the object `truth` is matched to tracker id `now`; it was `before` when last matched, in `since`."""

    frame: int
    truth: int
    before: int
    now: int
    since: int


@dataclass(frozen=True, eq=False)
class TrackingScores:
    """The three families of counts for one sequence, or for several added up."""

    clear: Clear
    identity: Identity
    hota: Hota

    def numbers(self) -> dict[str, float]:
        """The values by their language-free names; NaN where one is undefined."""
        return {
            "mota": self.clear.mota,
            "motp": self.clear.motp,
            "idf1": self.identity.idf1,
            "hota": self.hota.hota,
            "deta": self.hota.deta,
            "assa": self.hota.assa,
            "loca": self.hota.loca,
            "idp": self.identity.idp,
            "idr": self.identity.idr,
            "id_switches": self.clear.id_switches,
            "fragmentations": self.clear.fragmentations,
            "mostly_tracked": self.clear.mostly_tracked,
            "partly_tracked": self.clear.partly_tracked,
            "mostly_lost": self.clear.mostly_lost,
            "tp": self.clear.true_positives,
            "fn": self.clear.false_negatives,
            "fp": self.clear.false_positives,
            "idtp": self.identity.id_true_positives,
            "idfn": self.identity.id_false_negatives,
            "idfp": self.identity.id_false_positives,
        }


@dataclass(frozen=True, eq=False)
class TrackingReport:
    """Scores of one sequence with all that they were counted from."""

    data: TrackingData
    overlaps: Overlaps
    scores: TrackingScores
    matches: Matches
    hota_matches: HotaMatches
    switches: tuple[Switch, ...]


def evaluate_tracking(data: TrackingData, threshold: float = 0.5, rules: Rules = "trackeval") -> TrackingReport:
    """CLEAR and Identity at IoU >= threshold, HOTA over its own thresholds. rules: whose CLEAR it is."""
    overlaps = overlaps_of(data)
    counted, matches = clear(overlaps, threshold, rules)
    over_alpha, assignment = hota(overlaps)
    scores = TrackingScores(counted, identity(overlaps, threshold), over_alpha)
    return TrackingReport(data, overlaps, scores, matches, assignment, _switches(data, overlaps, matches))


def combined(parts: Sequence[TrackingScores]) -> TrackingScores:
    """Several sequences as one: counts are added and every value computed anew, never averaged."""
    if not parts:
        raise ValueError("expected at least one sequence")
    return reduce(_added, parts)


def plain_means(parts: Sequence[TrackingScores]) -> dict[str, float]:
    """The means of the sequences' values where they are known: what `combined` is not, since a short sequence weighs as
    much as a long one. NaN where no sequence has the value."""
    numbers = [each.numbers() for each in parts]
    known = {name: [row[name] for row in numbers if row[name] == row[name]] for name in numbers[0]}
    return {name: sum(values) / len(values) if values else float("nan") for name, values in known.items()}


def _added(a: TrackingScores, b: TrackingScores) -> TrackingScores:
    names = Identity.__match_args__[:3]
    return TrackingScores(
        Clear(*(getattr(a.clear, name) + getattr(b.clear, name) for name in Clear.__match_args__)),
        Identity(*(getattr(a.identity, name) + getattr(b.identity, name) for name in names)),
        Hota(*(getattr(a.hota, name) + getattr(b.hota, name) for name in Hota.__match_args__)),
    )


def _switches(data: TrackingData, overlaps: Overlaps, matches: Matches) -> tuple[Switch, ...]:
    """In the order of the frames."""
    rows = np.flatnonzero(matches.switches)
    since = _frame_of_last_match(data, overlaps, matches)
    return tuple(
        Switch(
            frame=int(data.truth.frames[matches.truth_rows[row]]),
            truth=int(data.truth.ids[matches.truth_rows[row]]),
            before=int(overlaps.found_ids[matches.before[row]]),
            now=int(overlaps.found_ids[matches.found_places[row]]),
            since=since[int(row)],
        )
        for row in rows
    )


def _frame_of_last_match(data: TrackingData, overlaps: Overlaps, matches: Matches) -> dict[int, int]:
    """For each match that is not an object's first: the frame of the match before."""
    last: dict[int, int] = {}
    found: dict[int, int] = {}
    frames = data.truth.frames[matches.truth_rows].tolist()
    for row, (who, frame) in enumerate(zip(overlaps.truth_places[matches.truth_rows].tolist(), frames, strict=True)):
        if who in last:
            found[row] = last[who]
        last[who] = frame
    return found
