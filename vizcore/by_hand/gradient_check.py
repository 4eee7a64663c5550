"""Is every gradient what the loss really does when one number is nudged?

Central differences (f(w + h) - f(w - h)) / 2h of sampled entries of each tensor, after the notes of Stanford's CS231n.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vizcore.by_hand.layers import Conv, Dense, Flatten, Layer, Parameters, Pool, Relu, initial_parameters
from vizcore.by_hand.mistakes import MISTAKES, Mistake
from vizcore.by_hand.network import Forward, backward, forward
from vizcore.errors import SettingOutOfRange
from vizcore.results import FloatArray

Verdict = Literal["right", "fine", "doubtful", "wrong", "unknown"]
BOUNDS: tuple[tuple[float, Verdict], ...] = ((1e-7, "right"), (1e-4, "fine"), (1e-2, "doubtful"))
STEP = 1e-5
SAMPLES = 24
STEPS = tuple(10.0**power for power in range(-1, -13, -1))
LIMITS = {"seed": (0, 2**31 - 1), "samples": (1, 200), "pictures": (1, 8)}
PICTURE = "picture"  # the input is checked like a parameter

NETWORKS: dict[str, tuple[tuple[int, int, int], tuple[Layer, ...]]] = {
    "small": (
        (1, 8, 8),
        (Conv("conv1", 2), Relu("relu1"), Pool("pool1"), Conv("conv2", 3, (2, 2)), Relu("relu2"), Flatten("flatten"),
         Dense("dense", 3)),
    ),
    "deep": (
        (2, 10, 10),
        (Conv("conv1", 3), Relu("relu1"), Pool("pool1"), Conv("conv2", 4, (2, 2)), Relu("relu2"),
         Pool("pool2", "average"), Flatten("flatten"), Dense("dense1", 6), Relu("relu3"), Dense("dense2", 4)),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class CheckSettings:
    """network: a key of NETWORKS. mistake: of MISTAKES. samples: entries of each tensor that are nudged by `step`."""

    network: str = "small"
    mistake: str = "none"
    seed: int = 0
    samples: int = SAMPLES
    pictures: int = 2
    step: float = STEP

    def validate(self) -> None:
        """SettingOutOfRange for the first number outside its limits."""
        for name, (least, most) in LIMITS.items():
            if not least <= getattr(self, name) <= most:
                raise SettingOutOfRange(setting=name, least=least, most=most, actual=getattr(self, name))


@dataclass(frozen=True, eq=False)
class TensorCheck:
    """entries: flat indices that were nudged. analytic, numeric: their gradients. kinks: where a step changed a winner.

    relative_error: ||a - n|| / (||a|| + ||n||) over the entries without kinks; 0 where both are zero, None where every
    entry is a kink.
    """

    name: str
    shape: tuple[int, ...]
    entries: NDArray[np.intp]
    analytic: FloatArray
    numeric: FloatArray
    kinks: NDArray[np.bool_]

    @property
    def compared(self) -> int | None:
        """The place of the first entry without a kink; None where there is nothing left to compare."""
        left = np.flatnonzero(~self.kinks)
        return int(left[0]) if len(left) else None

    @property
    def relative_error(self) -> float | None:
        if self.compared is None:
            return None
        return relative_error(self.analytic[~self.kinks], self.numeric[~self.kinks])

    @property
    def verdict(self) -> Verdict:
        """Below 1e-7 right, below 1e-4 fine where there are kinks, below 1e-2 doubtful, else wrong; unknown where every
        entry is a kink."""
        error = self.relative_error
        return "unknown" if error is None else next((word for bound, word in BOUNDS if error < bound), "wrong")


def passed(checks: list[TensorCheck]) -> bool:
    """Whether every tensor is right or fine: none is doubtful, wrong or unknown."""
    return all(each.verdict in ("right", "fine") for each in checks)


def relative_error(analytic: FloatArray, numeric: FloatArray) -> float:
    """||a - n|| / (||a|| + ||n||) in float64; 0 where both are all zero, or nothing is compared."""
    a, n = analytic.astype(np.float64), numeric.astype(np.float64)
    scale = float(np.linalg.norm(a) + np.linalg.norm(n))
    return float(np.linalg.norm(a - n)) / scale if scale else 0.0


@dataclass(frozen=True, eq=False)
class Problem:
    """A network with its numbers: what is differentiated."""

    layers: tuple[Layer, ...]
    parameters: Parameters
    inputs: FloatArray
    labels: NDArray[np.integer]
    mistake: Mistake

    def run(self, parameters: Parameters) -> Forward:
        """The forward pass with these tensors, the picture among them."""
        rest = {name: value for name, value in parameters.items() if name != PICTURE}
        return forward(self.layers, rest, parameters[PICTURE], self.labels, self.mistake.use)

    @property
    def tensors(self) -> Parameters:
        return {**self.parameters, PICTURE: self.inputs}


def problem(settings: CheckSettings) -> Problem:
    """Random pictures, labels and parameters of this seed; biases too, since one of zero hides its own mistakes."""
    settings.validate()
    shape, layers = NETWORKS[settings.network]
    mistake = MISTAKES[settings.mistake]
    generator = np.random.default_rng(settings.seed)
    drawn = initial_parameters(layers, shape, settings.seed)
    parameters = {
        name: (generator.normal(0, 0.2, each.shape) if name.endswith(".bias") else each).astype(mistake.dtype)
        for name, each in drawn.items()
    }
    last = [name for name in parameters if name.endswith(".weight")][-1]
    parameters[last] = parameters[last] * parameters[last].dtype.type(10)  # initial_parameters makes it ten times small
    inputs = generator.normal(0, 1, (settings.pictures, *shape)).astype(mistake.dtype)
    units = next(layer.units for layer in reversed(layers) if isinstance(layer, Dense))
    return Problem(layers, parameters, inputs, generator.integers(0, units, settings.pictures), mistake)


def check_gradients(settings: CheckSettings) -> list[TensorCheck]:
    """Every parameter tensor, then the picture. Errors: SettingOutOfRange."""
    return check_problem(problem(settings), settings)


def check_problem(asked: Problem, settings: CheckSettings) -> list[TensorCheck]:
    """The same of given numbers."""
    here = asked.run(asked.tensors)
    back = backward(asked.layers, asked.parameters, here, asked.labels, asked.mistake.use)
    analytic = {**back.parameters, PICTURE: back.values[0]}
    generator = np.random.default_rng(settings.seed + 1)
    checks = []
    for name, tensor in asked.tensors.items():
        entries = np.sort(generator.permutation(tensor.size)[: settings.samples])
        numeric, kinks = _numeric(asked, here, name, entries, settings.step)
        checks.append(TensorCheck(name, tensor.shape, entries, analytic[name].reshape(-1)[entries], numeric, kinks))
    return checks


def errors_by_step(settings: CheckSettings, dtype: str) -> Iterator[tuple[float, float, float]]:
    """(step, relative error over all tensors, share of entries with kinks) for each of STEPS, in this number type."""
    exact = problem(settings)
    asked = Problem(
        exact.layers,
        {name: each.astype(dtype) for name, each in exact.parameters.items()},
        exact.inputs.astype(dtype),
        exact.labels,
        exact.mistake,
    )
    for step in STEPS:
        checks = check_problem(asked, CheckSettings(settings.network, settings.mistake, settings.seed, 8, step=step))
        a = np.concatenate([each.analytic[~each.kinks] for each in checks])
        n = np.concatenate([each.numeric[~each.kinks] for each in checks])
        yield step, relative_error(a, n), float(np.mean(np.concatenate([each.kinks for each in checks])))


def _numeric(
    asked: Problem, here: Forward, name: str, entries: NDArray[np.intp], step: float
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Central differences of these entries, and whether a ReLU or a pooling changed its winner on the way."""
    tensor = asked.tensors[name]
    slopes, kinks = np.zeros(len(entries)), np.zeros(len(entries), bool)
    for place, entry in enumerate(entries):
        runs = []
        for sign in (1, -1):
            nudged = tensor.copy()
            nudged.reshape(-1)[entry] += nudged.dtype.type(sign * step)
            runs.append(asked.run({**asked.tensors, name: nudged}))
        slopes[place] = (runs[0].loss - runs[1].loss) / (2 * step)
        kinks[place] = any(_switched(asked.layers, here, each) for each in runs)
    return slopes, kinks


def _switched(layers: tuple[Layer, ...], here: Forward, there: Forward) -> bool:
    """Whether another unit of a ReLU is open, or another cell of a pooling window won."""
    if any(not np.array_equal(here.winners[name], there.winners[name]) for name in here.winners):
        return True
    return any(
        isinstance(layer, Relu) and not np.array_equal(before > 0, after > 0)
        for layer, before, after in zip(layers, here.values[:-1], there.values[:-1], strict=True)
    )
