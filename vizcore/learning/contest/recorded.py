"""What did the contestants do when they were recorded, and on which machine?

`recorded/runs.json` is written by `training/mnist_contest.py`; nothing in it was typed. Answers are one digit a test
picture, in the order of `packaged_data().test`; the sureness is kept to a thousandth.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from vizcore.learning.contest.results import ClassifierRun, ContestRun, DetectorRun, Look
from vizcore.results import FloatArray, Provenance

HERE = Path(__file__).parent / "recorded"
SHARED = (
    "contestant", "regime", "budget", "clock", "seed", "start", "parameters", "source", "train_count", "test_count",
    "seconds", "epochs", "inference_ms", "complete", "diverged",
)  # fmt: skip


@dataclass(frozen=True)
class Recording:
    """machine, threads, script, log, date, data_sha256: how and on what the runs were made."""

    made: Mapping[str, str | int]
    runs: tuple[ContestRun, ...]


@lru_cache(maxsize=1)
def recording() -> Recording:
    """The recorded runs that ship, without their weights."""
    content = json.loads((HERE / "runs.json").read_text(encoding="utf-8"))
    labels = np.array([int(each) for each in content["labels"]], np.int64)
    return Recording(content["made"], tuple(decoded(each, labels) for each in content["runs"]))


def encoded(run: ContestRun) -> dict[str, Any]:
    """One run as JSON types; `decoded` gives it back, but for weights, labels and the last digits of the sureness."""
    record: dict[str, Any] = {name: getattr(run, name) for name in SHARED}
    record["versions"] = dict(run.provenance.versions)
    record["settings"] = dict(run.provenance.settings)
    record["looks"] = [list(asdict(each).values()) for each in run.looks]
    if isinstance(run, ClassifierRun):
        record["answers"] = "".join(str(each) for each in run.answers)
        record["sureness_permille"] = [int(each) for each in np.round(1000 * run.sureness)]
        record["test_loss"] = run.test_loss
    elif isinstance(run, DetectorRun):
        record |= {"mean_ap": run.mean_ap, "ap50": run.ap50}
    return record


def decoded(record: Mapping[str, Any], labels: np.ndarray[Any, np.dtype[np.int64]]) -> ContestRun:
    """One run of the file. labels: of the test digits."""
    shared = {name: record[name] for name in SHARED}
    shared["looks"] = tuple(Look(*each) for each in record["looks"])
    shared["weights"] = {}
    shared["provenance"] = Provenance(
        operation="run_contestant", model=record["contestant"], settings=record["settings"], seed=record["seed"],
        device="cpu", dtype="float32", versions=record["versions"],
    )  # fmt: skip
    if "mean_ap" in record:
        return DetectorRun(**shared, mean_ap=record["mean_ap"], ap50=record["ap50"])
    return ClassifierRun(
        **shared,
        answers=np.array([int(each) for each in record["answers"]], np.int64),
        labels=labels,
        sureness=np.array(record["sureness_permille"]) / 1000,
        test_loss=record["test_loss"],
    )


def recorded_weights(key: str) -> Mapping[str, FloatArray]:
    """The weights of the run of seed 0 at equal time, in half precision; empty where they are too large to ship."""
    path = HERE / f"{key}.safetensors"
    if not path.is_file():
        return {}
    from safetensors.numpy import load_file

    return {name: np.asarray(each, np.float32) for name, each in load_file(path).items()}
