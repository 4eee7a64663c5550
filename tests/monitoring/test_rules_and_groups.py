"""Rules on boxes, rates by group, the price of labels, and a PR-AUC at another prevalence, worked by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import fisher_exact
from sklearn.metrics import average_precision_score

from vizcore.errors import GroupsMissing
from vizcore.monitoring.annotation import KINDS, AnnotationPlan, annotation_cost, guideline, labels_needed
from vizcore.monitoring.groups import by_group
from vizcore.monitoring.outliers import at_prevalence, judge
from vizcore.monitoring.rules import BusinessRule, decide
from vizcore.results import Detections, Provenance

RULE = BusinessRule("person", (0.0, 0.5, 1.0, 1.0), least_area=0.01, fewest=0, most=1, low=0.2, high=0.6)


def boxes(*rows: tuple[tuple[float, float, float, float], int, float]) -> Detections:
    """In a photo of 100 x 100 pixels; classes: person, car."""
    return Detections(
        Provenance(),
        np.array([row[0] for row in rows], float).reshape(-1, 4),
        np.array([row[2] for row in rows], float),
        np.array([row[1] for row in rows], np.int64),
        np.arange(len(rows)),
        labels=("person", "car"),
        size_wh=(100, 100),
    )


LOW, HIGH = (10.0, 60.0, 30.0, 90.0), (10.0, 10.0, 30.0, 40.0)


def test_each_box_has_its_reason() -> None:
    found = boxes((LOW, 0, 0.9), (LOW, 1, 0.9), (HIGH, 0, 0.9), ((0, 60, 5, 65), 0, 0.9), (LOW, 0, 0.4), (LOW, 0, 0.1))
    outcome = decide(found, RULE)
    assert outcome.reasons == ("counts", "class", "place", "size", "unsure", "score")
    assert (outcome.sure, outcome.possible) == (1, 2)
    assert outcome.verdict == "review"  # one is allowed; the unsure one would be the second


@pytest.mark.parametrize(
    ("scores", "verdict"),
    [((), "accept"), ((0.9,), "accept"), ((0.3,), "accept"), ((0.9, 0.9), "alert"), ((0.9, 0.9, 0.3), "alert")],
)
def test_the_verdict_by_hand(scores: tuple[float, ...], verdict: str) -> None:
    assert decide(boxes(*((LOW, 0, score) for score in scores)), RULE).verdict == verdict
    needed = replace(RULE, fewest=1, most=5)
    expected = {"accept": "accept", "alert": "accept"}[verdict] if 0.9 in scores else "review" if scores else "alert"
    assert decide(boxes(*((LOW, 0, score) for score in scores)), needed).verdict == expected


def test_a_rule_that_makes_no_sense() -> None:
    for change in ({"region": (0.5, 0, 0.5, 1)}, {"low": 0.7}, {"fewest": 2}):
        with pytest.raises(ValueError, match="expected"):
            replace(RULE, **change)  # type: ignore[arg-type]


def test_a_group_that_differs_and_one_that_is_small() -> None:
    groups = ["day"] * 60 + ["night"] * 40 + ["fog"] * 5 + [""] * 5
    hits = [True] * 57 + [False] * 3 + [True] * 20 + [False] * 20 + [True] * 5 + [True] * 5
    rows = {row.name: row for row in by_group(groups, hits)}
    night = rows["night"]
    assert (night.hits, night.n, night.rate) == (20, 40, 0.5)
    assert night.gap == pytest.approx(0.5 - 67 / 70)
    plain = fisher_exact([[20, 20], [67, 3]]).pvalue
    assert plain <= night.corrected <= 2 * plain
    assert night.differs
    assert not rows["fog"].enough
    assert not rows["fog"].differs
    assert by_group(groups, hits)[0].name == "night"
    order = np.random.default_rng(0).permutation(len(groups))
    shuffled = by_group([groups[i] for i in order], [hits[i] for i in order])
    assert [(row.name, row.hits, row.n, row.differs) for row in shuffled] == [
        (row.name, row.hits, row.n, row.differs) for row in by_group(groups, hits)
    ]


def test_two_groups_that_are_all_photos_are_one_question() -> None:
    groups, hits = ["a"] * 40 + ["b"] * 40, [True] * 30 + [False] * 10 + [True] * 20 + [False] * 20
    plain = fisher_exact([[30, 10], [20, 20]]).pvalue
    assert [row.corrected for row in by_group(groups, hits)] == pytest.approx([plain, plain])
    assert plain < 0.05 < 2 * plain
    assert all(row.differs for row in by_group(groups, hits))
    more = by_group([*groups, *[""] * 2], [*hits, True, False])
    assert all(row.corrected > plain for row in more)


def test_equal_groups_do_not_differ_and_one_group_is_refused() -> None:
    assert not any(row.differs for row in by_group(["a", "b"] * 40, [True, True, False, False] * 20))
    with pytest.raises(GroupsMissing) as caught:
        by_group(["a", ""], [True, False])
    assert caught.value.values == {"found": 1}
    with pytest.raises(ValueError, match="one outcome"):
        by_group(["a"], [])


def test_the_price_of_labels_by_hand() -> None:
    assert labels_needed(0.5, 0.05) == 385  # the textbook's number
    assert labels_needed(0.9, 0.03) == 385
    cost = annotation_cost(AnnotationPlan("box", 0.05, 0.5, per_photo=5, twice=0.0, hourly=36.0))
    assert (cost.labels, cost.photos) == (385, 77)
    assert cost.hours == pytest.approx(385 * KINDS["box"].seconds / 3600)
    assert cost.money == pytest.approx(36 * cost.hours)
    dearer = annotation_cost(AnnotationPlan("mask", 0.05, 0.5, per_photo=5, twice=0.5, hourly=36.0))
    assert dearer.hours > 1.5 * cost.hours
    with pytest.raises(ValueError, match="shares"):
        AnnotationPlan(half_width=0)


@pytest.mark.parametrize(
    ("kind", "photos", "seconds"), [("class", 385, 385), ("scene", 385, 385 * 5400), ("point", 129, 387 * 2.4)]
)
def test_a_whole_photo_has_one_label(kind: str, photos: int, seconds: float) -> None:
    cost = annotation_cost(AnnotationPlan(kind, 0.05, 0.5, per_photo=3, twice=0.0))
    assert (cost.labels, cost.photos) == (385, photos)
    assert cost.hours == pytest.approx(seconds / 3600)


def test_the_guideline_is_filled_in() -> None:
    text = guideline(str, task="Anomaly", metric="PR-AUC", label="Box", size=1, twice=10, days=30)
    assert text.startswith("# ")
    assert "{" not in text
    assert text.count("\n1") >= 1


def test_pr_auc_at_its_own_and_at_another_prevalence() -> None:
    rng = np.random.default_rng(0)
    known, strange = rng.normal(0, 1, 60).round(1), rng.normal(1.5, 1, 30).round(1)
    found = judge("energy", known, strange)
    assert at_prevalence(found, found.prevalence) == pytest.approx(found.aupr)
    many = np.concatenate([np.tile(known, 5), strange])
    truth = np.concatenate([np.zeros(300), np.ones(30)])
    assert at_prevalence(found, 30 / 330) == pytest.approx(average_precision_score(truth, many))
    assert at_prevalence(found, 0.01) < found.aupr
