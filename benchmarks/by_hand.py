"""How does the CNN by hand compare with torch, with loops, and with its own limits?

The convolution is that of a first layer: 8 pictures of 1 x 28 x 28, 8 filters of 3 x 3, forward and all gradients, in
the same number type on both sides and one thread each.
"""

from __future__ import annotations

import time

import numpy as np
import torch

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.by_hand.convolution import convolve, convolve_backward
from vizcore.by_hand.digits import all_digits
from vizcore.by_hand.geometry import Geometry
from vizcore.by_hand.learner import TrainingSettings, learner
from vizcore.by_hand.loops import convolve_by_loops
from vizcore.by_hand.results import TrainedDigits
from vizcore.by_hand.training import train_digits

ROUNDS, REPEATS = 15, 20
SEEDS = 5
TO_TORCH, TO_LOOPS = 3.0, 1 / 50
EPOCH_S, TRAINING_S, ERRORS = 2.0, 20.0, 0.05


def main() -> list[Measurement]:
    rng = np.random.default_rng(0)
    inputs, kernels, bias = rng.normal(size=(8, 1, 28, 28)), rng.normal(size=(8, 1, 3, 3)), rng.normal(size=8)
    gradient = rng.normal(size=(8, 8, 26, 26))
    return [
        *_against_torch(inputs, kernels, bias, gradient),
        compare(
            "by_hand.loops",
            lambda: convolve(inputs, kernels, bias),
            lambda: convolve_by_loops(inputs, kernels, bias, Geometry()),
            rounds=3,
            target=TO_LOOPS,
            equal=lambda mine, peer: bool(np.allclose(mine, peer, atol=1e-10)),
            peer_name="the double loop",
        ),
        _epoch(),
        *_training(),
    ]


def _against_torch(
    inputs: np.ndarray, kernels: np.ndarray, bias: np.ndarray, gradient: np.ndarray
) -> list[Measurement]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [_one_type(dtype, inputs, kernels, bias, gradient) for dtype in ("float64", "float32")]
    finally:
        torch.set_num_threads(threads)


def _one_type(
    dtype: str, inputs: np.ndarray, kernels: np.ndarray, bias: np.ndarray, gradient: np.ndarray
) -> Measurement:
    arrays = [each.astype(dtype) for each in (inputs, kernels, bias)]
    down = gradient.astype(dtype)
    leaves = [torch.from_numpy(each).requires_grad_(True) for each in arrays]
    torch_down = torch.from_numpy(down)

    def ours() -> np.ndarray:
        for _ in range(REPEATS):
            convolve(*arrays)
            found = convolve_backward(down, arrays[0], arrays[1])
        return found[1]

    def theirs() -> np.ndarray:
        for _ in range(REPEATS):
            output = torch.nn.functional.conv2d(leaves[0], leaves[1], leaves[2])
            found = torch.autograd.grad(output, leaves, torch_down)
        return found[1].numpy()

    return compare(
        f"by_hand.convolution_{dtype}",
        ours,
        theirs,
        rounds=ROUNDS,
        target=TO_TORCH,
        equal=lambda mine, peer: bool(np.allclose(mine, peer, rtol=1e-4)),
        peer_name="torch conv2d, forward and backward",
    )


def _epoch() -> Measurement:
    """One epoch over all 1,797 digits."""
    state = learner(TrainingSettings(epochs=4), all_digits())
    seconds = []
    for _ in range(3):
        begun = time.perf_counter()
        list(state.epoch())
        seconds.append(time.perf_counter() - begun)
    return Measurement("by_hand.epoch_of_1797", float(np.median(seconds)), "s", EPOCH_S, rounds=3)


def _training() -> list[Measurement]:
    """The default training with several seeds: the longest one's time and the worst test error."""
    results, seconds = [], []
    for seed in range(SEEDS):
        begun = time.perf_counter()
        last = None
        for snapshot in train_digits(None, None, TrainingSettings(seed=seed)):
            last = snapshot.result or last
        seconds.append(time.perf_counter() - begun)
        if not isinstance(last, TrainedDigits):
            raise ValueError(f"expected a TrainedDigits, got {type(last).__name__}")
        results.append(last)
    said = ", ".join(f"{each.test_accuracy:.4f}" for each in results)
    worst = max(1 - each.test_accuracy for each in results)
    return [
        Measurement("by_hand.training", max(seconds), "s", TRAINING_S, rounds=SEEDS),
        Measurement("by_hand.test_error", worst, "", ERRORS, rounds=SEEDS, remark=f"accuracy of each seed: {said}"),
    ]
