"""The check is green on the right network, red on each mistake, and flags kinks instead of failing."""

from __future__ import annotations

import numpy as np
import pytest

from vizcore.by_hand.gradient_check import (
    NETWORKS,
    PICTURE,
    CheckSettings,
    Problem,
    TensorCheck,
    check_gradients,
    check_problem,
    errors_by_step,
    passed,
    problem,
    relative_error,
)
from vizcore.by_hand.layers import Dense, Flatten, Relu
from vizcore.by_hand.mistakes import MISTAKES
from vizcore.by_hand.network import backward
from vizcore.by_hand.torch_oracle import torch_gradients
from vizcore.cli.by_hand import MistakeName, NetworkName
from vizcore.errors import SettingOutOfRange

GUILTY = {
    "kernel_not_flipped": {"conv1.weight", PICTURE},
    "bias_per_tap": {"conv1.bias", "conv2.bias"},
    "pool_route": {"conv1.weight", PICTURE},
    "softmax_copied": {"conv1.weight", "conv2.weight", "dense.weight", "dense.bias", PICTURE},
    "float32": {PICTURE},
}


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("seed", range(4))
def test_nothing_else_turns_it_red(network: str, seed: int) -> None:
    checks = check_gradients(CheckSettings(network, seed=seed))
    assert passed(checks), [(each.name, each.relative_error) for each in checks]
    assert {each.name for each in checks} == {*problem(CheckSettings(network)).parameters, PICTURE}


@pytest.mark.parametrize("mistake", [name for name in MISTAKES if name != "none"])
@pytest.mark.parametrize("seed", range(4))
def test_every_mistake_turns_it_red(mistake: str, seed: int) -> None:
    checks = check_gradients(CheckSettings("small", mistake, seed))
    red = {each.name for each in checks if each.verdict in ("doubtful", "wrong")}
    assert red >= GUILTY[mistake]
    assert not passed(checks)


def test_the_verbs_know_every_mistake_and_network() -> None:
    assert [each.value for each in MistakeName] == list(MISTAKES)
    assert [each.value for each in NetworkName] == list(NETWORKS)


@pytest.mark.parametrize("network", NETWORKS)
def test_torch_agrees(network: str) -> None:
    asked = problem(CheckSettings(network, seed=5))
    run = asked.run(asked.tensors)
    back = backward(asked.layers, asked.parameters, run, asked.labels)
    theirs, loss = torch_gradients(asked)
    assert run.loss == pytest.approx(loss, abs=1e-10)
    for name, ours in {**back.parameters, PICTURE: back.values[0]}.items():
        np.testing.assert_allclose(ours, theirs[name], rtol=0, atol=1e-10, err_msg=name)


def test_a_step_across_a_kink_is_left_out() -> None:
    """One input lies 1e-6 from the ReLU's corner: its numeric slope is half wrong, and not counted."""
    layers = (Flatten("flatten"), Relu("relu"), Dense("dense", 2))
    parameters = {"dense.weight": np.array([[1.0, 2.0], [0.5, -1.0]]), "dense.bias": np.zeros(2)}
    inputs = np.array([[[[1e-6, 1.0]]]])
    asked = Problem(layers, parameters, inputs, np.array([0]), MISTAKES["none"])
    [picture] = [each for each in check_problem(asked, CheckSettings(step=1e-5)) if each.name == PICTURE]
    assert picture.kinks.tolist() == [True, False]
    assert picture.verdict == "right"
    assert relative_error(picture.analytic, picture.numeric) > 1e-2


def test_both_zero_is_right() -> None:
    none = np.zeros(3)
    check = TensorCheck("w", (3,), np.arange(3), none, none, np.zeros(3, bool))
    assert (check.relative_error, check.verdict) == (0.0, "right")


def test_kinks_alone_are_no_proof() -> None:
    none = np.zeros(3)
    check = TensorCheck("w", (3,), np.arange(3), none, none + 1, np.ones(3, bool))
    assert (check.compared, check.relative_error, check.verdict) == (None, None, "unknown")
    assert not passed([check])
    other = TensorCheck("v", (3,), np.arange(3), none, none, np.array([True, False, False]))
    assert (other.compared, other.verdict) == (1, "right")
    assert not passed([other, check])


@pytest.mark.parametrize(("error", "verdict"), [(1e-9, "right"), (1e-6, "fine"), (1e-3, "doubtful"), (0.5, "wrong")])
def test_verdicts(error: float, verdict: str) -> None:
    a = np.array([1.0])
    check = TensorCheck("w", (1,), np.arange(1), a * (1 + 2 * error), a, np.zeros(1, bool))
    assert check.verdict == verdict


def test_the_error_is_a_v_over_the_step() -> None:
    double = {step: error for step, error, _kinks in errors_by_step(CheckSettings(), "float64")}
    single = {step: error for step, error, _kinks in errors_by_step(CheckSettings(), "float32")}
    assert double[1e-5] < 1e-8 < double[1e-2]
    assert double[1e-12] > 1e-6
    assert min(single, key=lambda step: single[step]) > min(double, key=lambda step: double[step])
    assert single[1e-7] > 0.05


@pytest.mark.parametrize(("name", "value"), [("seed", -1), ("samples", 0), ("pictures", 99)])
def test_settings_out_of_range(name: str, value: int) -> None:
    with pytest.raises(SettingOutOfRange):
        check_gradients(CheckSettings(**{name: value}))  # type: ignore[arg-type]
