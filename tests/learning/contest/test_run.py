"""A contestant spends its budget and no more, repeats itself for a seed, leaves the thread as it was, and is scored."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix, f1_score, log_loss
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from vizcore.errors import Busy, SettingOutOfRange, UnknownChoice
from vizcore.learning.contest import run as running
from vizcore.learning.contest.contestants import CLASSIFIERS, CONTESTANTS
from vizcore.learning.contest.digits import DigitData, packaged_data
from vizcore.learning.contest.numpy_learner import NumpyLearner
from vizcore.learning.contest.results import ClassifierRun, DetectorRun, hardest, wrong_counts
from vizcore.learning.contest.run import ContestSettings, rate_share, run_contestant, shifted
from vizcore.learning.contest.torch_learner import TorchLearner, built
from vizcore.snapshots import Snapshot


@pytest.fixture(scope="module")
def few() -> DigitData:
    data = packaged_data()
    return DigitData(data.train.at(np.arange(600)), data.test.at(np.arange(0, 1000, 5)), "mnist-5k")


def ran(few: DigitData, **settings: object) -> tuple[list[Snapshot], ClassifierRun]:
    chosen = ContestSettings(**{"contestant": "numpy-cnn", "regime": "epochs", "budget": 2.0, **settings})  # type: ignore[arg-type]
    snapshots = list(run_contestant(None, few, chosen))
    result = snapshots[-1].result
    assert isinstance(result, ClassifierRun)
    return snapshots, result


@pytest.fixture(scope="module")
def learned(few: DigitData) -> ClassifierRun:
    return ran(few)[1]


@pytest.mark.parametrize("key", ["numpy-cnn", "small-cnn", "small-vit"])
def test_small_contestants_learn_and_repeat_themselves(few: DigitData, key: str) -> None:
    snapshots, first = ran(few, contestant=key)
    again = ran(few, contestant=key)[1]
    assert first.epochs == pytest.approx(2, abs=0.11)  # whole batches
    assert first.complete
    assert snapshots[-1].step == snapshots[-1].total
    assert first.looks[0].train_loss == pytest.approx(math.log(10), abs=0.45)
    assert first.looks[-1].train_loss < first.looks[0].train_loss
    assert np.array_equal(first.answers, again.answers)
    assert first.weights.keys() == again.weights.keys()
    assert all(np.array_equal(first.weights[name], again.weights[name]) for name in first.weights)
    assert not np.array_equal(ran(few, contestant=key, seed=1, budget=0.2)[1].sureness, first.sureness)


def test_what_is_hard_for_all(learned: ClassifierRun) -> None:
    right = replace(learned, answers=learned.labels)
    worse = replace(learned, answers=np.where(np.arange(len(learned.labels)) < 2, 99, learned.labels))
    worst = replace(learned, answers=np.where(np.arange(len(learned.labels)) == 1, 99, learned.labels))
    wrong = wrong_counts([right, worse, worst])
    assert wrong[:3].tolist() == [1, 2, 0]
    assert hardest(wrong, 24).tolist() == [1, 0]
    assert hardest(wrong, 1).tolist() == [1]
    assert hardest(wrong_counts([right]), 24).tolist() == []


def test_the_scores_are_those_of_others(learned: ClassifierRun) -> None:
    truth, answers = learned.labels, learned.answers
    assert learned.accuracy > 0.6
    assert learned.accuracy == learned.looks[-1].score == float((truth == answers).mean())
    assert learned.macro_f1 == pytest.approx(
        f1_score(truth, answers, average="macro", labels=range(10), zero_division=0)
    )
    assert np.array_equal(learned.confusion, confusion_matrix(truth, answers, labels=range(10)))
    assert learned.interval == pytest.approx(proportion_confint(learned.right, len(truth), method="wilson"))
    row = CONTESTANTS["numpy-cnn"]
    learner = NumpyLearner(row, 0)
    learner.load(learned.weights)
    test = packaged_data().test.at(np.arange(0, 1000, 5))
    shares = learner.probabilities(test.pictures)
    shares /= shares.sum(axis=1, keepdims=True)
    assert learned.test_loss == pytest.approx(log_loss(truth, shares, labels=range(10)), rel=1e-5)
    assert learned.sureness[learned.hardest(5)].tolist() == sorted(learned.sureness)[:5]
    assert "weights" not in learned.to_json()
    assert learned.to_json()["test_count"] == 200


def test_a_run_says_which_digits_it_was_about(few: DigitData, learned: ClassifierRun) -> None:
    asked = learned.provenance.settings
    assert (asked["data_sha256"], asked["test_most"]) == (few.sha256, 2_000)
    assert few.sha256 != packaged_data().sha256


def test_a_time_budget_ends(few: DigitData) -> None:
    result = ran(few, regime="time", budget=1.0, clock="cpu")[1]
    assert result.seconds >= 1.0
    assert result.complete
    assert result.inference_ms > 0


def test_stopping_keeps_what_was_there(few: DigitData) -> None:
    steps = run_contestant(None, few, ContestSettings("numpy-cnn", "epochs", 100.0))
    kept = next(each.result for each in steps if each.result is not None)
    steps.close()
    assert isinstance(kept, ClassifierRun)
    assert not kept.complete
    assert 0 < kept.epochs < 100
    assert kept.weights


def test_a_loss_that_is_no_number_ends_the_run(few: DigitData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NumpyLearner, "learn", lambda *_: math.nan)
    snapshots, result = ran(few)
    assert result.diverged
    assert not result.complete
    assert not result.weights
    assert snapshots[-1].step < snapshots[-1].total


def test_the_thread_stays_as_it_was(few: DigitData) -> None:
    before = torch.get_rng_state()
    with torch.inference_mode():
        ran(few, contestant="small-cnn", budget=0.2)
        assert torch.is_inference_mode_enabled()
    assert torch.equal(before, torch.get_rng_state())
    assert torch.is_grad_enabled()


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        (ContestSettings("resnet"), UnknownChoice),
        (ContestSettings("small-cnn", budget=0.5), SettingOutOfRange),
        (ContestSettings("small-cnn", budget=math.nan), SettingOutOfRange),
        (ContestSettings("small-cnn", "epochs", 101), SettingOutOfRange),
        (ContestSettings("small-cnn", seed=-1), SettingOutOfRange),
    ],
)
def test_settings_out_of_range(settings: ContestSettings, error: type[Exception]) -> None:
    with pytest.raises(error):
        next(run_contestant(None, None, settings))


def test_only_one_large_network_at_a_time(few: DigitData, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {**CONTESTANTS, "numpy-cnn": replace(CONTESTANTS["numpy-cnn"], memory_mb=2_000)}
    monkeypatch.setattr(running, "CONTESTANTS", rows)
    first = run_contestant(None, few, ContestSettings("numpy-cnn", "epochs", 1.0))
    next(first)
    with pytest.raises(Busy):
        next(run_contestant(None, few, ContestSettings("numpy-cnn", "epochs", 1.0)))
    first.close()
    assert ran(few, budget=0.1)[1].complete


def test_rates_rise_and_fall() -> None:
    assert rate_share(0.0, 0.0) == 1.0
    assert rate_share(0.5, 0.0) == pytest.approx(0.5)
    assert rate_share(1.0, 0.1) == pytest.approx(0.0)
    assert 0 < rate_share(0.0, 0.1) < rate_share(0.05, 0.1) < rate_share(0.1, 0.1) == 1.0


def test_shifting_moves_by_at_most_two_pixels(few: DigitData) -> None:
    some = few.train.at(np.arange(40))
    moved = shifted(some, np.random.default_rng(0))
    assert moved.shape == some.pictures.shape
    for before, after in zip(some.pictures, moved, strict=True):
        wide = np.pad(before, 2)
        assert any(
            np.array_equal(after, wide[y : y + 28, x : x + 28]) for y in range(5) for x in range(5)
        )  # nothing but a shift
    assert not np.array_equal(moved, some.pictures)


def test_fine_tuning_leaves_the_batch_statistics_alone(few: DigitData) -> None:
    learner = TorchLearner(CONTESTANTS["efficientnet-lite0"], 0)
    assert learner.start == "imagenet"
    before = learner.weights()
    learner.learn(few.train.pictures[:4], few.train.labels[:4], 1.0)
    after = learner.weights()
    same = {name for name in before if np.array_equal(before[name], after[name])}
    assert same == {name for name in before if "running" in name}
    new, old = learner._optimiser.param_groups
    assert old["lr"] == pytest.approx(new["lr"] / 10)
    assert len(new["params"]) == 2


@pytest.mark.parametrize(("key", "parameters"), [("alexnet", 57_044_810), ("vgg16", 134_301_514)])
def test_the_classics_have_ten_classes(key: str, parameters: int) -> None:
    """On torch's "meta" device, which has shapes and no memory."""
    with torch.device("meta"):
        module, start = built(CONTESTANTS[key])
    assert start == "noise"  # no ImageNet weights of these in the tests
    assert sum(each.numel() for each in module.parameters()) == parameters
    assert module(torch.zeros(2, 3, CONTESTANTS[key].side, CONTESTANTS[key].side, device="meta")).shape == (2, 10)


def test_weights_of_another_network_are_refused() -> None:
    weights = TorchLearner(CONTESTANTS["small-cnn"], 0).weights()
    for key in ("small-vit", "numpy-cnn"):
        learner = running.learner_for(CONTESTANTS[key], 0)
        with pytest.raises(ValueError, match="expected the tensors"):
            learner.load(weights)


def test_who_takes_part() -> None:
    assert set(CONTESTANTS) - set(CLASSIFIERS) == {"faster-rcnn"}


def test_a_detector_runs_too(few: DigitData) -> None:
    data = DigitData(few.train.at(np.arange(16)), few.test.at(np.arange(12)), "mnist-5k")
    *_, last = run_contestant(None, data, ContestSettings("faster-rcnn", "epochs", 1.0))
    assert isinstance(last.result, DetectorRun)
    assert 0 <= last.result.mean_ap <= last.result.ap50 <= 1
    assert last.result.looks[-1].test_loss is None
    assert 0 < last.result.test_count <= 12
