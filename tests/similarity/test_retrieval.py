"""Average precision by hand and against scikit-learn and torchmetrics; recall and mAP over class folders."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score
from torchmetrics.functional.retrieval import retrieval_average_precision

from vizcore.errors import ClassesMissing
from vizcore.similarity import average_precision, evaluate_retrieval

SCORES = np.array([0.2, 0.3, 0.5])
RELEVANT = np.array([True, False, True])


@pytest.mark.parametrize("shift", [0.0, -0.4, -1.0, 10.0])
def test_the_worked_example_whatever_the_sign_of_the_scores(shift: float) -> None:
    """Ranks 1 and 3 are relevant: (1/1 + 2/3) / 2."""
    assert average_precision(SCORES + shift, RELEVANT) == pytest.approx(0.8333, abs=5e-5)


def test_torchmetrics_agrees_only_while_scores_are_positive() -> None:
    def theirs(shift: float) -> float:
        return float(retrieval_average_precision(torch.tensor(SCORES + shift), torch.tensor(RELEVANT)))

    assert average_precision(SCORES, RELEVANT) == pytest.approx(theirs(0.0))
    assert average_precision(SCORES - 0.4, RELEVANT) != pytest.approx(theirs(-0.4))  # it drops what is not above 0


def test_equals_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        scores, relevant = rng.normal(size=30), rng.random(30) < 0.3
        relevant[0] = True
        assert average_precision(scores, relevant) == pytest.approx(average_precision_score(relevant, scores))


def test_equal_scores_never_help() -> None:
    scores = np.zeros(4)
    assert average_precision(scores, np.array([True, False, False, False])) == pytest.approx(1 / 4)
    assert average_precision(scores, np.array([False, False, False, True])) == pytest.approx(1 / 4)
    assert average_precision(scores, np.array([True] * 4)) == 1


def test_at_r_by_hand() -> None:
    """Two relevant, so the first two places count: the first is a hit, the second is not: (1/1) / 2."""
    assert average_precision(SCORES, RELEVANT, 2) == pytest.approx(0.5)


def test_nothing_relevant_has_no_precision() -> None:
    assert math.isnan(average_precision(SCORES, np.zeros(3, dtype=bool)))
    assert math.isnan(average_precision(np.array([]), np.array([], dtype=bool)))


def test_three_pictures_by_hand() -> None:
    """a1 finds b first and a2 second; a2 finds a1 first. b has nobody of its class."""
    angles = np.radians([0.0, 100.0, 30.0])
    found = evaluate_retrieval(np.stack([np.cos(angles), np.sin(angles)], 1), ["a", "a", "b"])
    assert found.queries.tolist() == [0, 1]
    assert found.without_match == 1
    assert found.first_hits.tolist() == [2, 2]
    assert found.average_precisions.tolist() == [0.5, 0.5]
    assert found.at_r.tolist() == [0, 0]
    assert (found.recall_at(1), found.recall_at(2)) == (0, 1)
    assert found.mean_average_precision == 0.5


def test_separated_classes_are_found_and_all_cosines_may_be_negative_or_not() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.1], [-1.0, 0.0], [-1.0, 0.1]])
    found = evaluate_retrieval(vectors, ["x", "x", "y", "y"])
    assert found.mean_average_precision == found.mean_average_precision_at_r == found.recall_at(1) == 1


def test_pictures_without_a_folder_are_there_to_distract() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.2], [1.0, 0.01], [0.9, 0.0]])
    found = evaluate_retrieval(vectors, ["x", "x", "", ""])
    assert found.queries.tolist() == [0, 1]
    assert found.first_hits.tolist() == [3, 3]
    assert found.without_match == 2


def test_500_identical_pictures_give_no_credit() -> None:
    vectors = np.tile(np.random.default_rng(0).normal(size=(1, 64)).astype(np.float32), (500, 1))
    found = evaluate_retrieval(vectors, ["x", "y"] * 250)
    assert len(found.queries) == 500
    assert found.recall_at(1) == 0
    assert np.ptp(found.average_precisions) < 1e-12  # no class profits from its place in the gallery
    assert found.mean_average_precision_at_r == 0


@pytest.mark.parametrize("labels", [[], ["a"], ["a", "b"], ["", ""]])
def test_without_two_of_a_class_there_is_nothing_to_measure(labels: list[str]) -> None:
    with pytest.raises(ClassesMissing):
        evaluate_retrieval(np.ones((len(labels), 3)), labels)


def test_order_of_the_gallery_does_not_matter() -> None:
    rng = np.random.default_rng(3)
    vectors, labels = rng.normal(size=(30, 8)), np.array(list("abc") * 10)
    order = rng.permutation(30)
    before = evaluate_retrieval(vectors, list(labels))
    after = evaluate_retrieval(vectors[order], list(labels[order]))
    assert before.mean_average_precision == pytest.approx(after.mean_average_precision)
    assert before.recall_at(5) == pytest.approx(after.recall_at(5))
