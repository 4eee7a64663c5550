"""What does a convolution give, are the gradients right, and what does the network by hand learn?"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.inputs import finite, read_photo
from vizcore.cli.report import AsJson, Report
from vizcore.errors import FileUnreadable, TrainingDiverged
from vizcore.file_reading import reading

if TYPE_CHECKING:
    from vizcore.by_hand.gradient_check import TensorCheck
    from vizcore.by_hand.results import TrainedDigits
    from vizcore.results import FloatArray

MATRIX_ENDINGS = (".csv", ".txt", ".tsv", ".json")
LONGEST_TEXT = 20_000_000  # bytes of a matrix file
SHOWN_ROWS = 12

Seed = Annotated[int, typer.Option("--seed", metavar="S", help="Equal seeds give equal numbers.")]


class NetworkName(StrEnum):
    """Which network is checked."""

    small = "small"
    deep = "deep"


class MistakeName(StrEnum):
    """Keys of `vizcore.by_hand.mistakes.MISTAKES`."""

    none = "none"
    kernel_not_flipped = "kernel_not_flipped"
    bias_per_tap = "bias_per_tap"
    pool_route = "pool_route"
    softmax_copied = "softmax_copied"
    float32 = "float32"


def convolve(
    picture: Annotated[str, typer.Option("--input", metavar="M.csv|PHOTO", help="A matrix, a picture, sample:KEY.")],
    kernel: Annotated[str, typer.Option("--kernel", metavar="K.csv|NAME", help="A matrix, or a kernel's name.")],
    stride: Annotated[int, typer.Option("--stride", metavar="N", help="Cells from one window to the next.")] = 1,
    padding: Annotated[int, typer.Option("--padding", metavar="N", help="Rings of zeros around the input.")] = 0,
    dilation: Annotated[int, typer.Option("--dilation", metavar="N", help="Cells between the taps.")] = 1,
    bias: Annotated[
        float, typer.Option("--bias", metavar="B", callback=finite, help="Added once to every output.")
    ] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Cross-correlation of a matrix or picture with a kernel, its ReLU and its 2 x 2 maxima (floored)."""
    report = Report("convolve", as_json=as_json)
    files = [picture, kernel]
    with report.about(files):
        from vizcore.by_hand.geometry import Geometry
        from vizcore.by_hand.single import convolve_once

        kernels = _kernel(kernel)
        inputs = _input(picture, len(kernels))
        found = convolve_once(inputs, kernels, Geometry(stride, padding, dilation), bias)
        report.show(files, found, _convolved_text(found))
    report.finish()


def gradient_check(
    network: Annotated[NetworkName, typer.Option("--network", help="Which network.")] = NetworkName.small,
    mistake: Annotated[MistakeName, typer.Option("--break", help="A mistake to make on purpose.")] = MistakeName.none,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Analytic against numeric gradients of the network by hand, tensor by tensor."""
    report = Report("gradient-check", as_json=as_json)
    with report.about(None):
        from vizcore.by_hand.gradient_check import CheckSettings, check_gradients, passed

        checks = check_gradients(CheckSettings(network.value, mistake.value, seed))
        tensors = [_tensor(each) for each in checks]
        content = {"network": network.value, "break": mistake.value, "seed": seed, "passed": passed(checks)}
        report.show(None, {**content, "tensors": tensors}, _checked_text(checks))
    report.finish()


def train_digits(
    seed: Seed = 0,
    epochs: Annotated[int, typer.Option("--epochs", metavar="N", help="Rounds over the training digits.")] = 20,
    learning_rate: Annotated[float, typer.Option("--lr", metavar="R", help="Learning rate of SGD.")] = 0.05,
    batch: Annotated[int, typer.Option("--batch", metavar="N", help="Digits in one step.")] = 32,
    momentum: Annotated[float, typer.Option("--momentum", metavar="M", help="Of SGD, 0 to 0.99.")] = 0.9,
    as_json: AsJson = False,
) -> None:
    """Trains the network by hand on scikit-learn's 1,797 digits (1,197 train, 200 validation, 400 test)."""
    report = Report("train-digits", as_json=as_json)
    with report.about(None):
        from vizcore.by_hand.learner import TrainingSettings
        from vizcore.by_hand.training import train_digits as training

        settings = TrainingSettings(seed, epochs, learning_rate, batch, momentum)
        found: TrainedDigits | None = None
        for snapshot in training(None, None, settings):
            found = snapshot.result or found  # type: ignore[assignment]
        if found is None:
            raise ValueError("expected a result, got none")
        if found.diverged_at is not None:
            loss = f"{found.batch_losses[-1]:.4g}"
            raise TrainingDiverged(step=found.diverged_at, learning_rate=learning_rate, loss=loss)
        report.show(None, _trained(found), _trained_text(found), found.provenance)
    report.finish()


def _input(name: str, channels: int) -> FloatArray:
    """(C, H, W): a matrix file, or a picture: grey (luma, 0 to 255), its three colours for a kernel of three."""
    if name.lower().endswith(MATRIX_ENDINGS):
        return _matrices(name)
    from vizcore.by_hand.photo_crop import pixels_of

    return pixels_of(read_photo(name).rgb, colour=channels == 3)


def _kernel(name: str) -> FloatArray:
    from vizcore.by_hand.kernels import KERNELS

    if name in KERNELS:
        return KERNELS[name].matrix[None]
    return _matrices(name)


def _matrices(name: str) -> FloatArray:
    from vizcore.by_hand.matrices import read_matrices

    path = Path(name)
    with reading(path):
        if not path.is_file() and path.exists():
            raise FileUnreadable(file=path.name, reason="not_a_file")
        with path.open("rb") as file:
            return read_matrices(file.read(LONGEST_TEXT).decode("utf-8", errors="replace"))


def _convolved_text(found: dict[str, Any]) -> str:
    lines = [f"{name} {found['shapes'][name]}" for name in ("input", "kernel", "output")]
    for name in ("output", "relu", "pooled"):
        rows = found[name] or []
        lines.append(f"{name}:")
        lines += ["  " + " ".join(f"{value:8.4g}" for value in row[:SHOWN_ROWS]) for row in rows[:SHOWN_ROWS]]
    return "\n".join(lines)


def _tensor(check: TensorCheck) -> dict[str, Any]:
    return {
        "name": check.name,
        "shape": list(check.shape),
        "entries": check.entries,
        "analytic": check.analytic,
        "numeric": check.numeric,
        "kinks": int(check.kinks.sum()),
        "relative_error": check.relative_error,
        "verdict": check.verdict,
    }


def _checked_text(checks: list[TensorCheck]) -> str:
    return "\n".join(
        f"{each.name:14} {_error_text(each.relative_error)}  {each.verdict:8} {len(each.entries)} entries,"
        f" {int(each.kinks.sum())} kinks left out"
        for each in checks
    )


def _error_text(error: float | None) -> str:
    return f"{'–':>9}" if error is None else f"{error:9.2e}"


def _trained(found: TrainedDigits) -> dict[str, Any]:
    return {
        "epochs": [
            {"epoch": place + 1, **{name: values[place] for name, values in found.curves.items()}}
            for place in range(len(found.seconds))
        ],
        "first_loss": found.first_loss,
        "best_epoch": found.best_epoch,
        "test_accuracy": found.test_accuracy,
        "interval": list(found.interval),
        "test_loss": found.test_loss,
        "split": {"train": 1197, "validation": 200, "test": len(found.test_labels)},
        "seconds": found.seconds[-1],
    }


def _trained_text(found: TrainedDigits) -> str:
    lines = [
        f"epoch {place + 1:3}  loss {loss:.4f}  validation accuracy {accuracy:.4f}"
        for place, (loss, accuracy) in enumerate(
            zip(found.curves["loss"], found.curves["validation_accuracy"], strict=True)
        )
    ]
    low, high = found.interval
    lines.append(
        f"test accuracy {found.test_accuracy:.4f} (95 % interval {low:.4f} to {high:.4f}, {len(found.test_labels)}"
        f" digits, weights of epoch {found.best_epoch}), {found.seconds[-1]:.1f} s"
    )
    return "\n".join(lines)
