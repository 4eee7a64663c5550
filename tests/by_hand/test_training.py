"""The digits are learned, rewound and repeated; a wild learning rate is caught; the scripts give the same numbers."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.patience import PATIENCE_S
from vizcore.by_hand.digit_network import LAYERS, SHAPE, filters_preview
from vizcore.by_hand.digits import all_digits, digit_split
from vizcore.by_hand.layers import initial_parameters
from vizcore.by_hand.learner import GUESSING_LOSS, OVERFIT_BELOW, TrainingSettings, overfit_losses, settings_of
from vizcore.by_hand.results import TrainedDigits
from vizcore.by_hand.script import training_script, walk_script
from vizcore.by_hand.training import train_digits
from vizcore.by_hand.weights_file import npz_bytes
from vizcore.errors import SettingOutOfRange
from vizcore.snapshots import Snapshot


def trained(**settings: float) -> tuple[list[Snapshot], TrainedDigits]:
    snapshots = list(train_digits(None, None, TrainingSettings(**settings)))  # type: ignore[arg-type]
    result = snapshots[-1].result
    assert isinstance(result, TrainedDigits)
    return snapshots, result


@pytest.fixture(scope="module")
def two_epochs() -> tuple[list[Snapshot], TrainedDigits]:
    return trained(epochs=2)


def test_the_split_is_clean_and_even() -> None:
    split = digit_split()
    assert (len(split.train), len(split.validation), len(split.test)) == (1197, 200, 400)
    assert np.bincount(split.test.labels).tolist() == [40] * 10
    rows = [part.pictures.reshape(len(part), -1) for part in (split.train, split.validation, split.test)]
    together = np.concatenate(rows)
    assert sorted(map(bytes, together)) == sorted(map(bytes, all_digits().pictures.reshape(1797, -1)))
    assert (together.min(), together.max()) == (0.0, 1.0)


def test_the_first_loss_is_that_of_guessing(two_epochs: tuple[list[Snapshot], TrainedDigits]) -> None:
    snapshots, result = two_epochs
    assert math.log(10) == GUESSING_LOSS
    assert result.first_loss == pytest.approx(GUESSING_LOSS, abs=0.05)
    assert settings_of(result) == TrainingSettings(epochs=2)
    assert snapshots[0].step == 0
    assert snapshots[0].result is not None  # Stop at once still leaves the initial weights


def test_it_learns_and_keeps_the_best(two_epochs: tuple[list[Snapshot], TrainedDigits]) -> None:
    snapshots, result = two_epochs
    assert result.test_accuracy > 0.8
    assert result.best_epoch == 1 + int(np.argmin(result.curves["validation_loss"]))
    assert snapshots[-1].step == snapshots[-1].total == 2 * 38
    low, high = result.interval
    assert low < result.test_accuracy < high
    assert json.dumps(result.to_json(), allow_nan=False)


def test_equal_settings_give_equal_numbers(two_epochs: tuple[list[Snapshot], TrainedDigits]) -> None:
    _snapshots, again = trained(epochs=2, attempt=1)
    assert again.curves == two_epochs[1].curves
    _snapshots, other = trained(epochs=2, seed=1)
    assert other.curves != again.curves


def test_twenty_pictures_are_learned_by_heart() -> None:
    losses = overfit_losses(TrainingSettings())
    assert losses[0] == pytest.approx(math.log(10), abs=0.1)
    assert losses[-1] < OVERFIT_BELOW


def test_they_are_learned_by_heart_at_a_rate_that_stays() -> None:
    """A rate that fell on the way would leave a loss of 0.05, and a right network called broken."""
    assert overfit_losses(TrainingSettings(learning_rate=0.02))[-1] < OVERFIT_BELOW


def test_a_learning_rate_that_diverges_is_caught() -> None:
    snapshots, result = trained(epochs=3, learning_rate=100.0)
    assert result.diverged_at == snapshots[-1].step <= 5
    assert result.best_epoch == 0
    assert all(np.isfinite(each).all() for each in result.parameters.values())


@pytest.mark.parametrize(
    ("name", "value"), [("epochs", 0), ("batch", 0), ("momentum", 1.0), ("learning_rate", math.nan), ("seed", -1)]
)
def test_settings_out_of_range(name: str, value: float) -> None:
    with pytest.raises(SettingOutOfRange):
        trained(**{name: value})


def test_the_filters_preview() -> None:
    picture = filters_preview(initial_parameters(LAYERS, SHAPE, 0))
    assert picture.shape == (140, 300, 3)
    assert picture.std() > 10


def test_weights_as_npz(two_epochs: tuple[list[Snapshot], TrainedDigits]) -> None:
    result = two_epochs[1]
    with np.load(io.BytesIO(npz_bytes(result.parameters)), allow_pickle=False) as stored:
        assert set(stored) == set(result.parameters)
        assert all((stored[name] == each).all() for name, each in result.parameters.items())


def run_script(folder: Path, source: str) -> list[str]:
    file = folder / "script.py"
    file.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(file)], capture_output=True, text=True, check=False, timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_the_training_script_gives_the_same_numbers(
    two_epochs: tuple[list[Snapshot], TrainedDigits], tmp_path: Path
) -> None:
    result = two_epochs[1]
    *epochs, last = run_script(tmp_path, training_script(TrainingSettings(epochs=2)))
    assert last == f"test accuracy {result.test_accuracy}"
    losses = [float(line.split()[3]) for line in epochs]
    assert losses == pytest.approx(result.curves["loss"], rel=1e-9)


def test_the_walk_script_gives_the_same_numbers(tmp_path: Path) -> None:
    from tests.by_hand.test_trace import lecture

    found = lecture()
    parameters = {
        name: found.tensors[name].values for name in ("conv.weight", "conv.bias", "dense.weight", "dense.bias")
    }
    lines = run_script(tmp_path, walk_script(found.layers, parameters, found.tensors["picture"].values, 0))
    assert "conv [[[-6.0, 12.0, 12.0], [-6.0, 8.0, 8.0], [-6.0, 6.0, 6.0]]]" in lines
    [loss] = [float(line.split()[1]) for line in lines if line.startswith("loss")]
    assert loss == pytest.approx(found.run.loss, rel=1e-12)
    [gradient] = [line for line in lines if line.startswith("d conv.weight")]
    np.testing.assert_allclose(
        json.loads(gradient.removeprefix("d conv.weight ")), found.tensors["d conv.weight"].values
    )
