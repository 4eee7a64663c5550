"""Are our nearest neighbours, linear probe and scores the ones that scikit-learn computes?"""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix as sklearn_confusion
from sklearn.metrics import f1_score, log_loss
from sklearn.neighbors import KNeighborsClassifier
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from vizcore.errors import TrainingDiverged
from vizcore.learning.heads import fit_linear, neighbour_shares, softmax
from vizcore.learning.judged import Taught, confusion_matrix, f1_scores
from vizcore.learning.probe import CurveTask, ProbeTask, head_of, learn_probe, learning_curve
from vizcore.learning.split import TEST, split_photos
from vizcore.learning.starts import STARTS, load_start, other_vectors
from vizcore.learning.unknown import choose_threshold, judge_threshold


def clouds(count: int = 90, dimension: int = 40, classes: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Overlapping clouds, so that no method is right everywhere."""
    random = np.random.default_rng(seed)
    truth = np.arange(count) % classes
    centres = random.normal(size=(classes, dimension))
    vectors = centres[truth] * 0.8 + random.normal(size=(count, dimension)) * random.uniform(0.5, 3, dimension)
    return vectors.astype(np.float32), truth.astype(np.int64)


def task(method: str = "linear", **changes: object) -> ProbeTask:
    vectors, classes = clouds()
    parts = split_photos(classes, np.arange(90), ("a", "b", "c")).parts
    return ProbeTask(vectors, classes, parts, ("a", "b", "c"), method, "m", **changes)  # type: ignore[arg-type]


def standardised(train: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    mean, deviation = train.mean(axis=0, dtype=np.float64), train.std(axis=0, dtype=np.float64)
    return (vectors - mean) / deviation


@pytest.mark.parametrize(("count", "dimension"), [(60, 12), (30, 200)], ids=["more photos", "more numbers"])
@pytest.mark.parametrize("strength", [0.1, 1.0])
def test_the_probe_is_sklearns_logistic_regression(count: int, dimension: int, strength: float) -> None:
    vectors, classes = clouds(count + 40, dimension)
    train, test = vectors[:count], vectors[count:]
    head, curves = fit_linear(train, classes[:count], 3, strength=strength)
    peer = LogisticRegression(C=strength, tol=1e-8, max_iter=5000)
    peer.fit(standardised(train, train), classes[:count])
    ours, theirs = softmax(head.logits(test)), peer.predict_proba(standardised(train, test))
    assert np.abs(ours - theirs).max() < 2e-3
    assert (ours.argmax(1) == theirs.argmax(1)).mean() >= 0.99
    assert curves["loss"][-1] == pytest.approx(log_loss(classes[:count], softmax(head.logits(train))), abs=1e-6)


def test_the_first_loss_is_that_of_guessing() -> None:
    _head, curves = fit_linear(*clouds(), 3)
    assert curves["loss"][0] == pytest.approx(np.log(3))
    assert curves["loss"][-1] < 0.1 * curves["loss"][0]


@pytest.mark.parametrize("neighbours", [1, 3, 5])
def test_neighbours_vote_as_sklearns(neighbours: int) -> None:
    vectors, classes = clouds(200)
    ours = neighbour_shares(vectors[:120], classes[:120], 3, vectors[120:], neighbours)
    peer = KNeighborsClassifier(neighbours, metric="cosine", algorithm="brute").fit(vectors[:120], classes[:120])
    assert np.array_equal(ours, peer.predict_proba(vectors[120:]))
    assert np.array_equal(ours.argmax(1), peer.predict(vectors[120:]))


def test_neighbours_worked_by_hand() -> None:
    train = np.array([[1.0, 0], [0.9, 0.1], [0, 1.0]])
    shares = neighbour_shares(train, np.array([0, 0, 1]), 2, np.array([[1.0, 0.2], [0, 3.0]]), 3)
    assert shares == pytest.approx(np.array([[2 / 3, 1 / 3]] * 2))
    assert neighbour_shares(train, np.array([0, 0, 1]), 2, np.array([[0, 3.0]]), 1).tolist() == [[0, 1]]


def test_vectors_that_are_no_numbers_are_named() -> None:
    vectors, classes = clouds()
    vectors[3, 2] = np.nan
    with pytest.raises(TrainingDiverged):
        fit_linear(vectors, classes, 3)


def test_scores_are_sklearns_and_statsmodels() -> None:
    found = learn_probe(None, None, task("knn"))
    assert np.array_equal(found.confusion, sklearn_confusion(found.truth, found.predicted, labels=[0, 1, 2]))
    assert found.macro_f1 == pytest.approx(f1_score(found.truth, found.predicted, average="macro"))
    peer = proportion_confint(found.right, len(found.truth), method="wilson")
    assert found.interval == pytest.approx(peer)


def test_three_of_three_means_44_to_100() -> None:
    low, high = proportion_confint(3, 3, method="wilson")
    assert (round(low, 2), high) == (0.44, 1.0)
    found = learn_probe(None, None, _perfect())
    assert (found.right, len(found.truth)) == (3, 3)
    assert found.interval == pytest.approx((low, high))


def _perfect() -> ProbeTask:
    vectors = np.repeat(np.eye(3, dtype=np.float32), 4, axis=0) + np.float32(0.01)
    classes = np.repeat(np.arange(3), 4)
    parts = split_photos(classes, np.arange(12), ("a", "b", "c")).parts
    return ProbeTask(vectors, classes, parts, ("a", "b", "c"), "linear", "m")


def test_nothing_answered_counts_nothing() -> None:
    none = np.zeros(0, np.int64)
    matrix = confusion_matrix(none, none, 2)
    assert matrix.tolist() == [[0, 0], [0, 0]]
    assert f1_scores(matrix).tolist() == [0, 0]


def test_the_test_photos_change_nothing_that_was_learnt() -> None:
    """Invariance: other numbers in the test part leave every weight as it is."""
    first = task()
    vectors = np.array(first.vectors)
    vectors[first.parts == TEST] += 100
    second = ProbeTask(vectors, first.classes, first.parts, first.labels, "linear", "m")
    before, after = (head_of(learn_probe(None, None, each)) for each in (first, second))
    assert np.array_equal(before.weight, after.weight)


def test_classes_in_another_order_give_the_same_answers() -> None:
    first = task()
    turned = ProbeTask(first.vectors, 2 - first.classes, first.parts, ("c", "b", "a"), "linear", "m")
    ours, theirs = learn_probe(None, None, first), learn_probe(None, None, turned)
    assert np.abs(ours.probabilities - theirs.probabilities[:, ::-1]).max() < 1e-3


@pytest.mark.parametrize("method", ["knn", "linear"])
def test_the_curve_ends_with_the_method_itself(method: str) -> None:
    whole = task(method)
    found = learning_curve(None, None, CurveTask(whole))
    assert found.sizes == (5, 10, 18)
    assert found.accuracies.shape == (3, 5)
    assert set(found.accuracies[-1].tolist()) == {learn_probe(None, None, whole).accuracy}
    assert len(set(found.accuracies[0].tolist())) > 1


def test_a_threshold_worked_by_hand() -> None:
    known = np.array([[0.9, 0.1], [0.8, 0.2], [0.6, 0.4]])
    strange = np.array([[0.7, 0.3], [0.5, 0.5]])
    assert 0.7 < choose_threshold(known, strange) <= 0.8  # keeps 2 of 3, refuses 2 of 2
    found = judge_threshold(0.8, known, np.array([0, 1, 0]), strange)
    assert (found.known_kept, found.known_right, found.strange_refused) == (2, 1, 2)
    assert found.refused_interval == pytest.approx(proportion_confint(2, 2, method="wilson"))


def test_a_threshold_without_strange_photos_or_without_any() -> None:
    known = np.linspace(0.5, 1, 101)[:, None]
    assert choose_threshold(known, np.zeros((0, 1))) == pytest.approx(0.525)
    assert choose_threshold(np.zeros((0, 2)), known) == 0.0
    empty = judge_threshold(0.5, np.zeros((0, 2)), np.zeros(0), np.zeros((0, 2)))
    assert (empty.known, empty.strange) == (0, 0)


@pytest.mark.parametrize(("key", "count", "least"), [("cats_dogs", 400, 0.95), ("breeds", 595, 0.9)])
def test_the_starts_that_ship_can_be_learnt(key: str, count: int, least: float) -> None:
    data = load_start(key)
    assert data.vectors is not None
    assert data.vectors.shape == (count, 1280)
    parts = split_photos(data.bins.classes, data.groups, data.bins.labels).parts
    done = ProbeTask(data.vectors, data.bins.classes, parts, data.bins.labels, "linear", data.model)
    assert learn_probe(None, None, done).accuracy >= least


def test_every_start_has_groups_for_all_its_photos() -> None:
    for key in STARTS:
        data = load_start(key)
        assert len(data.groups) == len(data.bins) >= 100
        assert len({each.sha256 for each in data.bins.examples}) == len(data.bins)
    assert other_vectors().shape == (120, 1280)


def test_a_result_of_the_wrong_shape_is_refused() -> None:
    found = learn_probe(None, None, task())
    with pytest.raises(ValueError, match="expected truth"):
        Taught(
            **{each: getattr(found, each) for each in found.__dataclass_fields__ if each != "truth"},
            truth=np.zeros(1, np.int64),
        )
