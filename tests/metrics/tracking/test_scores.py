"""CLEAR, Identity and HOTA: by hand, empty, unchanged under what must not matter, and equal to two other programs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from trackeval.metrics import CLEAR, HOTA, Identity

from tests.metrics.tracking.sequences import QUIET, motmetrics_numbers, random_sequence, trackeval_numbers
from vizcore.metrics.tracking.hota import ALPHAS, association_pairs
from vizcore.metrics.tracking.report import TrackingScores, combined, evaluate_tracking
from vizcore.metrics.tracking.tables import TrackingData, track_table, tracking_data
from vizcore.metrics.tracking.toys import broken_track, golden_sequence, swapped_tracks

NOTHING = track_table([], [], [])


@pytest.mark.parametrize(
    ("data", "switches", "mota", "idf1", "assa", "hota"),
    [
        (broken_track(4, 2), 1, 0.75, 0.5, 0.5, math.sqrt(0.5)),
        (broken_track(4, 3), 1, 0.75, 0.75, 0.625, math.sqrt(0.625)),
        (swapped_tracks(4, 2), 2, 0.75, 0.5, 1 / 3, math.sqrt(1 / 3)),
        (broken_track(4, 4), 0, 1.0, 1.0, 1.0, 1.0),
    ],
    ids=["AABB", "AAAB", "swap", "perfect"],
)
def test_four_frames_by_hand(
    data: TrackingData, switches: int, mota: float, idf1: float, assa: float, hota: float
) -> None:
    found = evaluate_tracking(data).scores.numbers()
    assert found["id_switches"] == switches
    assert [found[name] for name in ("mota", "idf1", "assa", "hota", "deta", "motp")] == pytest.approx(
        [mota, idf1, assa, hota, 1.0, 1.0], abs=1e-12
    )


def test_mota_does_not_see_when_an_identity_breaks() -> None:
    scores = [evaluate_tracking(broken_track(20, place)).scores.numbers() for place in range(1, 20)]
    assert len({each["mota"] for each in scores}) == 1
    assert len({round(each["idf1"], 9) for each in scores}) == 10  # symmetric: 1 and 19, 2 and 18 ... 10
    assert min(scores, key=lambda each: each["hota"]) is scores[9]


def test_golden_sequence() -> None:
    report = evaluate_tracking(golden_sequence())
    numbers, at_half = report.scores.numbers(), int(np.argmin(np.abs(ALPHAS - 0.5)))
    counts = ("tp", "fn", "fp", "id_switches", "idtp", "idfn", "idfp")
    assert [numbers[name] for name in counts] == [11, 1, 1, 1, 8, 4, 4]
    assert [numbers[name] for name in ("mota", "idf1", "hota", "deta", "assa", "loca", "motp")] == pytest.approx(
        [0.75, 2 / 3, 0.6369356789, 0.6842105263, 0.6036682616, 0.8963317384, 0.8484848485], abs=1e-10
    )
    hota = report.scores.hota
    assert [hota.hota_alpha[at_half], hota.deta_alpha[at_half], hota.assa_alpha[at_half]] == pytest.approx(
        [0.7424837044, 0.8461538462, 0.6515151515], abs=1e-10
    )
    assert (numbers["fragmentations"], numbers["mostly_tracked"]) == (0, 2)
    [switch] = report.switches
    assert (switch.frame, switch.truth, switch.before, switch.now, switch.since) == (4, 1, 1, 2, 3)


def test_association_pairs_give_assa() -> None:
    report = evaluate_tracking(golden_sequence())
    pairs = association_pairs(report.overlaps, report.hota_matches, 0.5)
    assert [(each.truth, each.found, each.together, each.only_truth, each.only_found) for each in pairs] == [
        (2, 3, 5, 1, 0), (1, 1, 3, 3, 0), (1, 2, 3, 3, 0)
    ]  # fmt: skip
    assert sum(each.together * each.accuracy for each in pairs) / 11 == pytest.approx(0.6515151515, abs=1e-10)


def test_nothing_at_all_is_undefined() -> None:
    numbers = evaluate_tracking(tracking_data(NOTHING, NOTHING)).scores.numbers()
    assert all(math.isnan(numbers[name]) for name in ("mota", "motp", "idf1", "hota", "deta", "assa"))


def test_no_track_is_all_missed() -> None:
    numbers = evaluate_tracking(broken_track(4, 2).with_found(NOTHING)).scores.numbers()
    assert (numbers["mota"], numbers["idf1"], numbers["hota"], numbers["mostly_lost"]) == (0, 0, 0, 1)
    assert math.isnan(numbers["motp"])


def test_no_truth_is_all_made_up() -> None:
    whole = broken_track(4, 2)
    numbers = evaluate_tracking(tracking_data(NOTHING, whole.found)).scores.numbers()
    assert (numbers["fp"], numbers["hota"], numbers["idf1"]) == (4, 0, 0)
    assert math.isnan(numbers["mota"])


def test_mota_may_be_negative() -> None:
    """497 objects, 467 false alarms, 470 missed, one switch: -88.7 % (a question that people ask about MOTA)."""
    truth = track_table(range(1, 498), [1] * 497, [[0, 0, 9, 9]] * 497)
    boxes = [[0, 0, 9, 9]] * 27 + [[50, 50, 59, 59]] * 467
    found = track_table([*range(1, 28), *range(1, 468)], [1] * 13 + [2] * 14 + [3] * 467, boxes)
    assert evaluate_tracking(tracking_data(truth, found)).scores.clear.mota == pytest.approx(-0.887, abs=5e-4)


def test_names_of_ids_do_not_matter() -> None:
    data = random_sequence(3)
    renamed = data.with_found(track_table(data.found.frames, 1000 - 7 * data.found.ids, data.found.boxes_xyxy))
    assert evaluate_tracking(renamed).scores.numbers() == pytest.approx(evaluate_tracking(data).scores.numbers())


@pytest.mark.parametrize("seed", range(100))
def test_equal_to_trackeval(seed: int) -> None:
    data = random_sequence(seed, frames=20 + seed % 17, objects=2 + seed % 7)
    mine, theirs = evaluate_tracking(data).scores, trackeval_numbers(data)
    for ours, their in (
        ("hota_alpha", "HOTA"), ("deta_alpha", "DetA"), ("assa_alpha", "AssA"), ("loca_alpha", "LocA"),
        ("detection_recall_alpha", "DetRe"), ("detection_precision_alpha", "DetPr"),
        ("association_recall_alpha", "AssRe"), ("association_precision_alpha", "AssPr"),
    ):  # fmt: skip
        assert getattr(mine.hota, ours) == pytest.approx(theirs["hota"][their], abs=1e-9), their
    numbers = mine.numbers()
    expected = {
        **{name: theirs["clear"][their] for name, their in {
            "mota": "MOTA", "motp": "MOTP", "tp": "CLR_TP", "fn": "CLR_FN", "fp": "CLR_FP", "id_switches": "IDSW",
            "mostly_tracked": "MT", "partly_tracked": "PT", "mostly_lost": "ML", "fragmentations": "Frag"}.items()},
        **{name: theirs["identity"][name.upper()] for name in ("idf1", "idp", "idr", "idtp", "idfn", "idfp")},
    }  # fmt: skip
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("seed", range(30))
def test_equal_to_motmetrics_by_its_rules(seed: int) -> None:
    data = random_sequence(seed, frames=20, objects=2 + seed % 6)
    numbers, theirs = evaluate_tracking(data, rules="motmetrics").scores.numbers(), motmetrics_numbers(data)
    expected = {
        "id_switches": theirs["num_switches"], "fn": theirs["num_misses"], "fp": theirs["num_false_positives"],
        "mota": theirs["mota"], "idf1": theirs["idf1"], "idtp": theirs["idtp"], "motp": 1 - theirs["motp"],
        "mostly_tracked": theirs["mostly_tracked"], "mostly_lost": theirs["mostly_lost"],
        "fragmentations": theirs["num_fragmentations"],
    }  # fmt: skip
    assert {name: numbers[name] for name in expected} == pytest.approx(expected, abs=1e-9)


def test_the_two_programs_do_differ() -> None:
    """Otherwise the test above would prove nothing."""
    both = [[evaluate_tracking(random_sequence(seed), rules=rules).scores.clear for seed in range(30)]
            for rules in ("trackeval", "motmetrics")]  # fmt: skip
    assert [each.id_switches for each in both[0]] != [each.id_switches for each in both[1]]


def test_sequences_are_added_and_not_averaged() -> None:
    parts = [random_sequence(seed, frames=10 + 20 * seed) for seed in range(4)]
    each = {str(place): trackeval_numbers(part) for place, part in enumerate(parts)}
    mine = combined([evaluate_tracking(part).scores for part in parts])
    hota = HOTA(QUIET).combine_sequences({name: scores["hota"] for name, scores in each.items()})
    clear = CLEAR(QUIET).combine_sequences({name: scores["clear"] for name, scores in each.items()})
    identity = Identity(QUIET).combine_sequences({name: scores["identity"] for name, scores in each.items()})
    assert [mine.clear.mota, mine.clear.motp, mine.identity.idf1] == pytest.approx(
        [clear["MOTA"], clear["MOTP"], identity["IDF1"]], abs=1e-9
    )
    assert mine.hota.hota_alpha == pytest.approx(hota["HOTA"], abs=1e-9)
    assert mine.hota.assa_alpha == pytest.approx(hota["AssA"], abs=1e-9)


def test_combined_needs_a_sequence() -> None:
    with pytest.raises(ValueError, match="at least one"):
        combined([])


def test_classes_do_not_mix_but_any_fits_all() -> None:
    boxes = [[0, 0, 10, 10]] * 2
    truth = track_table([1, 2], [1, 1], boxes, classes=[3, 3])
    for kind, matched in ((3, 2), (-1, 2), (4, 0)):
        found = track_table([1, 2], [1, 1], boxes, classes=[kind, kind])
        assert evaluate_tracking(tracking_data(truth, found)).scores.clear.true_positives == matched


def test_scores_hold_numbers_only() -> None:
    scores = evaluate_tracking(random_sequence(0)).scores
    assert isinstance(scores, TrackingScores)
    assert all(isinstance(value, (int, float)) for value in scores.numbers().values())


def test_duplicate_ids_in_a_frame_are_refused() -> None:
    with pytest.raises(ValueError, match="once in a frame"):
        track_table([1, 1], [5, 5], [[0, 0, 1, 1], [2, 2, 3, 3]])
