"""What ships as recorded is whole, belongs to the packaged digits, and its weights still answer so."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from vizcore.learning.contest.asking import Question, as_mnist, ask
from vizcore.learning.contest.contestants import CONTESTANTS
from vizcore.learning.contest.digits import packaged_data
from vizcore.learning.contest.recorded import decoded, encoded, recorded_weights, recording
from vizcore.learning.contest.results import ClassifierRun, DetectorRun
from vizcore.learning.contest.standings import overlap, spread, standing, standings

ROOT = Path(__file__).parents[3]
SHIPPED = ("small-cnn", "numpy-cnn", "small-vit")


def test_every_contestant_was_recorded_both_ways() -> None:
    runs = recording().runs
    made = Counter((run.contestant, run.regime, run.seed) for run in runs)
    assert made == Counter(product(CONTESTANTS, ("time", "epochs"), range(3)))
    for regime in ("time", "epochs"):
        assert len({run.budget for run in runs if run.regime == regime}) == 1
    assert all(run.complete and not run.diverged and run.clock == "cpu" for run in runs)


def test_the_recording_belongs_to_these_digits() -> None:
    made = recording().made
    assert made["data_sha256"] == packaged_data().sha256
    assert (ROOT / str(made["script"])).is_file()
    logged = [json.loads(line) for line in (ROOT / str(made["log"])).read_text().splitlines()]
    for run in recording().runs:
        last = [
            each for each in logged if each["run"] == f"{run.contestant}-{run.regime}-{run.seed}" and "score" in each
        ][-1]
        assert last["score"] == pytest.approx(run.looks[-1].score, abs=1e-5)
        if isinstance(run, ClassifierRun):
            assert run.accuracy == pytest.approx(run.looks[-1].score)
            assert np.array_equal(run.labels, packaged_data().test.labels)


def test_the_small_cnn_reads_97_percent() -> None:
    [row] = [each for each in standings(recording().runs, "time") if each.contestant == "small-cnn"]
    assert len(row.runs) == 3
    assert row.seconds.high < 61
    assert row.score.mean >= 0.97


@pytest.mark.parametrize("key", SHIPPED)
def test_the_shipped_weights_answer_as_recorded(key: str) -> None:
    [run] = [r for r in recording().runs if (r.contestant, r.regime, r.seed) == (key, "time", 0)]
    assert isinstance(run, ClassifierRun)
    found = ask(None, None, Question(packaged_data().test.pictures, (key,), {}))
    assert found.contestants == (key,)
    assert (found.probabilities[0].argmax(1) == run.answers).mean() >= 0.995  # half precision
    assert sum(each.size for each in recorded_weights(key).values()) == run.parameters


def test_who_has_no_weights_is_left_out() -> None:
    found = ask(None, None, Question(np.zeros((1, 28, 28), np.uint8), ("vgg16", "small-cnn"), {}))
    assert found.contestants == ("small-cnn",)
    assert ask(None, None, Question(np.zeros((0, 28, 28), np.uint8), ("small-cnn",), {})).probabilities.shape == (
        1,
        0,
        10,
    )
    assert ask(None, None, Question(np.zeros((1, 28, 28), np.uint8), ("vgg16",), {})).contestants == ()


def test_a_run_comes_back_from_its_record() -> None:
    for kind in (ClassifierRun, DetectorRun):
        run = next(each for each in recording().runs if isinstance(each, kind))
        record = json.loads(json.dumps(encoded(run)))
        again = decoded(record, packaged_data().test.labels)
        assert again.to_json() == run.to_json()


def test_a_row_is_the_mean_of_its_seeds() -> None:
    runs = [run for run in recording().runs if (run.contestant, run.regime) == ("small-cnn", "time")]
    row = standing(runs)
    accuracies = [run.accuracy for run in runs if isinstance(run, ClassifierRun)]
    assert row.score == spread(accuracies)
    assert row.interval is not None
    assert row.interval[0] < row.score.mean < row.interval[1]
    assert overlap(row, row)
    with pytest.raises(ValueError, match="one contestant"):
        standing([runs[0], replace(runs[1], budget=1.0)])
    with pytest.raises(ValueError, match="one contestant"):
        standing([])
    with pytest.raises(ValueError, match="at least one"):
        spread([])


def test_a_drawing_becomes_a_digit_of_mnist() -> None:
    drawing = np.zeros((32, 32), bool)
    assert not as_mnist(drawing).any()
    drawing[2:12, 20:24] = True
    picture = as_mnist(drawing)
    rows, columns = np.nonzero(picture)
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (4, 24, 10, 18)
    elsewhere = np.zeros((32, 32), bool)
    elsewhere[20:30, 0:4] = True
    assert np.array_equal(as_mnist(elsewhere), picture)
    dot = np.zeros((32, 32), bool)
    dot[0, 0] = True
    assert as_mnist(dot).max() == 255
