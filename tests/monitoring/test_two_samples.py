"""Two-sample tests against other people's, quiet on nothing, awake on a change."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ks_2samp, mannwhitneyu
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve
from sklearn.metrics.pairwise import rbf_kernel
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]

from vizcore.errors import SampleTooSmall
from vizcore.monitoring import outliers
from vizcore.monitoring.changes import CHANGES, changed
from vizcore.monitoring.photo_issues import find_issues
from vizcore.monitoring.properties import measured
from vizcore.monitoring.two_samples import (
    PERMUTATIONS,
    classifier_test,
    cliffs_delta,
    compare_embeddings,
    compare_properties,
    gaussian_kernel,
    holm,
    mmd2_of,
    mmd_test,
)
from vizcore.photo import Photo
from vizcore.runtimes.calibration import cut_photos


def reference_mmd2(first: np.ndarray, second: np.ndarray, gamma: float) -> float:
    """The textbook sums, pair by pair, on scikit-learn's kernel."""
    kxx, kyy, kxy = rbf_kernel(first, first, gamma), rbf_kernel(second, second, gamma), rbf_kernel(first, second, gamma)
    n, m = len(first), len(second)
    inside = sum(kxx[i, j] for i in range(n) for j in range(n) if i != j) / (n * (n - 1))
    outside = sum(kyy[i, j] for i in range(m) for j in range(m) if i != j) / (m * (m - 1))
    return float(inside + outside - 2 * kxy.mean())


def test_mmd_equals_the_reference_to_1e_9() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(size=(25, 6)), rng.normal(0.4, size=(31, 6))
    both = np.concatenate([first, second])
    squares = ((both[:, None] - both[None, :]) ** 2).sum(-1)
    gamma = 1 / (2 * np.median(squares[np.triu_indices(56, 1)]))
    ours = mmd2_of(gaussian_kernel(both), np.arange(56) < 25)
    assert ours == pytest.approx(reference_mmd2(first, second, gamma), abs=1e-9)


def test_holm_as_statsmodels() -> None:
    p_values = [0.01, 0.04, 0.03, 0.005, 1.0]
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])
    assert holm([]) == []
    assert holm([0.2]) == [0.2]


def test_cliffs_delta_by_hand_and_by_mann_whitney() -> None:
    assert cliffs_delta(np.array([1.0, 2.0]), np.array([3.0, 4.0])) == 1
    assert cliffs_delta(np.array([3.0, 4.0]), np.array([1.0, 2.0])) == -1
    assert cliffs_delta(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 5, 30).astype(float), rng.integers(1, 6, 40).astype(float)
    assert cliffs_delta(a, b) == pytest.approx(2 * mannwhitneyu(b, a).statistic / 1200 - 1)


def test_properties_as_scipy_says() -> None:
    rng = np.random.default_rng(2)
    first, second = {"x": rng.normal(size=40)}, {"x": rng.normal(0.9, size=50)}
    [row] = compare_properties(first, second)
    theirs = ks_2samp(first["x"], second["x"])
    assert (row.statistic, row.p) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue))
    assert row.drifted
    [flat] = compare_properties({"x": np.ones(20)}, {"x": np.ones(20)})
    assert (flat.p, flat.effect, flat.drifted) == (1, 0, False)


def test_identical_sets_are_rarely_flagged() -> None:
    """At most 16 of 200 draws from one world: 5 % of 200, and what chance adds."""
    flagged = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        first = {f"p{i}": rng.normal(size=50) for i in range(7)}
        second = {f"p{i}": rng.normal(size=50) for i in range(7)}
        flagged += any(row.drifted for row in compare_properties(first, second))
    assert flagged <= 16


def test_a_darkening_by_30_percent_is_found_with_100_photos() -> None:
    """In at least 95 % of 40 draws of real cuts, without any model."""
    pool = cut_photos(240, 11)
    before = measured(pool)
    after = measured(changed(pool, "darker", 0.3))
    found = 0
    for seed in range(40):
        order = np.random.default_rng(seed).permutation(len(pool))
        left, right = order[:100], order[100:200]
        rows = compare_properties({n: v[left] for n, v in before.items()}, {n: v[right] for n, v in after.items()})
        found += any(row.drifted for row in rows)
    assert found >= 38


def test_a_change_of_spread_alone_drifts() -> None:
    rng = np.random.default_rng(4)
    first, second = rng.normal(size=100), rng.choice([-3.0, 3.0], 100) + rng.normal(0, 0.1, 100)
    [row] = compare_properties({"x": first}, {"x": second})
    assert abs(row.effect) < 0.2 < row.statistic
    assert row.size == row.statistic
    assert row.drifted


def test_trifles_do_not_drift_however_many_photos() -> None:
    rng = np.random.default_rng(3)
    [row] = compare_properties({"x": rng.normal(size=6000)}, {"x": rng.normal(0.1, size=6000)})
    assert row.corrected < 0.001
    assert not row.drifted


@pytest.mark.parametrize("sizes", [(1, 30), (30, 19), (0, 0)])
def test_a_verdict_takes_photos(sizes: tuple[int, int]) -> None:
    with pytest.raises(SampleTooSmall):
        compare_properties({"x": np.zeros(sizes[0])}, {"x": np.zeros(sizes[1])})
    with pytest.raises(SampleTooSmall):
        compare_embeddings(np.zeros((sizes[0], 3)), np.zeros((sizes[1], 3)))


def test_vectors_that_moved_and_vectors_that_did_not() -> None:
    rng = np.random.default_rng(5)
    first, same, moved = rng.normal(size=(40, 8)), rng.normal(size=(40, 8)), rng.normal(1.0, size=(40, 8))
    assert not compare_embeddings(first, same).drifted
    found = compare_embeddings(first, moved)
    assert found.drifted
    assert found.auc > 0.9
    assert found.mmd_p == pytest.approx(1 / (1 + PERMUTATIONS))
    assert mmd_test(first, moved) == mmd_test(first, moved)
    assert classifier_test(first, same)[0] < 0.75


def test_scores_of_strangeness_as_scikit_learn_judges_them() -> None:
    rng = np.random.default_rng(6)
    known, strange = rng.normal(size=50).round(1), rng.normal(1, size=30).round(1)
    truth, values = np.r_[np.zeros(50), np.ones(30)], np.r_[known, strange]
    found = outliers.judge("energy", known, strange)
    assert found.auroc == pytest.approx(roc_auc_score(truth, values))
    assert found.aupr == pytest.approx(average_precision_score(truth, values))
    assert found.prevalence == pytest.approx(30 / 80)
    rates = roc_curve(truth == 0, -values, drop_intermediate=False)
    assert found.fpr95 == pytest.approx(rates[0][np.argmax(rates[1] >= 0.95)])


@pytest.mark.parametrize("count", [20, 22, 30, 100])
def test_at_least_95_percent_of_the_known_are_accepted(count: int) -> None:
    known = np.arange(count) / count
    reached = known[int(np.ceil(0.95 * count)) - 1]
    strange = np.r_[np.full(20, reached), np.full(20, 2.0)]
    assert outliers.judge("energy", known, strange).fpr95 == 0.5


def test_equal_clouds_are_called_different_no_more_often_than_said() -> None:
    rng = np.random.default_rng(8)
    found = [classifier_test(*rng.normal(size=(2, 20, 192)), seed=seed)[1] for seed in range(120)]
    assert sum(p < 0.05 for p in found) <= 12, "binomial(120, 5 %) is over 12 once in 100"


def test_higher_is_stranger_by_hand() -> None:
    logits = np.array([[9.0, 0.0], [0.1, 0.0]])
    for score in (outliers.max_probability, outliers.energy):
        sure, unsure = score(logits)
        assert unsure > sure
    assert outliers.max_probability(np.array([[0.0, 0.0]]))[0] == pytest.approx(-0.5)
    assert outliers.energy(np.array([[0.0, 0.0]]))[0] == pytest.approx(-np.log(2))
    known = np.eye(6) + 0.01
    near, far = outliers.neighbour_distance(known, np.array([np.ones(6), -np.ones(6)]))
    assert far > near
    with pytest.raises(SampleTooSmall):
        outliers.judge("energy", np.zeros(3), np.zeros(30))


@pytest.mark.parametrize("name", list(CHANGES))
def test_changes_leave_nothing_at_zero_and_something_at_half(name: str) -> None:
    photos = cut_photos(3, 2)
    assert [each.sha256 for each in changed(photos, name, 0)] == [each.sha256 for each in photos]
    half = changed(photos, name, 0.5)
    assert ([each.sha256 for each in half] == [each.sha256 for each in photos]) is (name == "none")
    with pytest.raises(ValueError, match="amount"):
        changed(photos, name, 1.5)


def test_photos_to_look_at_by_hand() -> None:
    photo = cut_photos(1, 4)[0]
    dark = Photo((photo.rgb * 0.05).astype(np.uint8), "")
    strip = Photo(np.ascontiguousarray(np.tile(photo.rgb[:40], (1, 4, 1))), "")
    white = Photo(np.full((50, 50, 3), 250, np.uint8), "")
    issues = find_issues([photo, photo, dark, strip, white])
    kinds = {(each.kind, each.photo) for each in issues}
    assert {("duplicate", 1), ("dark", 2), ("odd_shape", 3), ("bright", 4), ("flat", 4)} <= kinds
    assert find_issues([]) == ()
    vectors = np.array([[1.0, 0], [1.0, 0], [1.0, 0.01], [0, 1.0], [0.5, -1]])
    near = [each for each in find_issues([photo, photo, dark, strip, white], vectors) if each.kind == "near_duplicate"]
    assert [(each.photo, each.other) for each in near] == [(2, 0)]
