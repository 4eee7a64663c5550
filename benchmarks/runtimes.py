"""The bundled classifiers in ONNX Runtime and INT8 beside torch eager: time, size, decisions; what watching costs.

One thread each, in turn. Decisions are compared on cuts of the samples (equality, no accuracy). The files are exported
into a folder of the benchmark's own.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import torch

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare, within
from vizcore.monitoring.alarms import Watch
from vizcore.monitoring.events import EventLog, event_of
from vizcore.results import Classification
from vizcore.runtimes import store
from vizcore.runtimes.calibration import cut_photos, parity_photos
from vizcore.runtimes.parity import compare as parity
from vizcore.runtimes.parity import outputs_of
from vizcore.runtimes.profiling import ProfileSettings, profile
from vizcore.runtimes.table import open_runner
from vizcore.samples import SAMPLES, load_sample
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.load import load_model

ROUNDS, PHOTOS = 25, 60
# model, most of eager's time in ONNX Runtime, and in INT8
TARGETS = (
    ("cnn-mini", 0.6, 1 / 3),
    ("vit-mini", 0.65, 1 / 2),
    ("efficientnet-lite0", 0.6, 1 / 3),
    ("efficientnet-lite2", 0.6, 1 / 3),
)
LEAST_AGREEMENT, MOST_SIZE = 0.94, 0.35
DECIDED = ("cnn-mini", "vit-mini", "yolo-mini", "detr-mini", "efficientnet-lite0", "efficientnet-lite2")
DECISIONS = 200
PASSES = 300


def main() -> list[Measurement]:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(store, "cache_folder", return_value=Path(folder)):
        rows = [each for row in TARGETS for each in _model(*row)] + [
            each for key in DECIDED for each in _decisions(key)
        ]
        return [*rows, _overhead(), _event_cost(), _event_size()]


def _decisions(key: str) -> list[Measurement]:
    """ONNX against torch and INT8 against ONNX, by decisions on spoiled cuts too, and both sizes."""
    model, photos = load_model(CARDS[key], "cpu"), parity_photos(DECISIONS)
    runners = {name: open_runner(name, model) for name in ("eager", "onnx", "int8")}
    answers = {name: outputs_of(each, model, photos) for name, each in runners.items()}
    found = []
    for name, against, most in (("onnx", "eager", 0.0), ("int8", "onnx", 1 - LEAST_AGREEMENT)):
        same = parity(model.card.task, answers[against], answers[name], photos)
        agreed = same.agreement
        boxes = "" if same.worst_iou is None else f", boxes at mean IoU {same.iou:.3f}, worst {same.worst_iou:.3f}"
        remark = f"{agreed.agreed} of {agreed.n} as in {against} ({agreed.low:.3f} to {agreed.high:.3f}){boxes}"
        found.append(Measurement(f"runtimes.{key}_{name}_other", 1 - agreed.rate, "share", most, remark=remark))
    sizes = runners["int8"].size_mb, runners["onnx"].size_mb
    return [*found, within(f"runtimes.{key}_int8_size", *sizes, target=MOST_SIZE, unit="MB", peer_name="float32")]


def _model(key: str, onnx_target: float, int8_target: float) -> list[Measurement]:
    model, photos = load_model(CARDS[key], "cpu"), cut_photos(PHOTOS, 21)
    runners = {name: open_runner(name, model) for name in ("eager", "onnx", "int8")}
    pixels = model.pixels([model.prepare(photos[0])])  # type: ignore[attr-defined]
    right = outputs_of(runners["eager"], model, photos)
    found: list[Measurement] = []
    for name, target in (("onnx", onnx_target), ("int8", int8_target)):
        same = parity(model.card.task, right, outputs_of(runners[name], model, photos), photos)
        least = 1.0 if name == "onnx" else LEAST_AGREEMENT
        rate = same.agreement.rate
        found.append(
            compare(
                f"runtimes.{key}_{name}",
                _run(runners[name].run, pixels),
                _run(runners["eager"].run, pixels),
                rounds=ROUNDS,
                target=target,
                equal=lambda ours, theirs, rate=rate, least=least: rate >= least,  # type: ignore[misc]
                peer_name="torch eager, one thread",
            )
        )
    sizes = runners["int8"].size_mb, runners["onnx"].size_mb
    found.append(within(f"runtimes.{key}_int8_size", *sizes, target=MOST_SIZE, unit="MB", peer_name="float32"))
    return found


def _run(run: Callable[[torch.Tensor], Any], pixels: torch.Tensor) -> Callable[[], Any]:
    return lambda: run(pixels)


def _photo() -> Any:
    return load_sample(next(iter(SAMPLES)))


def _overhead() -> Measurement:
    """A round of the profile beside a bare pass, in turn: what opens the runtime once is in neither."""
    model, photo = load_model(CARDS["cnn-mini"], "cpu"), _photo()
    runner = open_runner("eager", model)
    rounds = profile(model, photo, ProfileSettings(("eager",), runs=2 * PASSES, warm_up=0, parity_photos=0))
    next(rounds)

    def bare() -> None:
        runner.run(model.pixels([model.prepare(photo)]))[0].argmax(axis=1)  # type: ignore[attr-defined]

    return compare(
        "runtimes.profile_overhead", lambda: next(rounds), bare, rounds=PASSES, target=1.02, peer_name="a bare pass"
    )


def _event_cost() -> Measurement:
    """One event beside the answer that it is about: at most a hundredth."""
    from vizcore.features.classes import classify

    model, photo = load_model(CARDS["cnn-mini"], "cpu"), _photo()
    found = classify(model, photo)  # type: ignore[arg-type]
    times = _times(lambda: classify(model, photo)), _times(lambda: _note(found))  # type: ignore[arg-type]
    return within("monitoring.event_time", times[1], times[0], target=0.01, unit="ms", peer_name="one answer")


def _note(found: Classification) -> None:
    WATCH.heard(LOG)
    LOG.add(event_of("vizcore.features.classes.classify", "cnn-mini", found.provenance.photos_sha256, result=found))


LOG, WATCH = EventLog(), Watch()


def _times(work: Callable[[], object]) -> float:
    """Median processor milliseconds of 30 calls."""
    spent = []
    for _ in range(30):
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) * 1e3)
    return float(np.median(spent))


def _event_size() -> Measurement:
    line = event_of("vizcore.detection.candidates.propose", "yolo-mini", ("a" * 64,) * 8, weights="b" * 64).line()
    json.loads(line)
    return Measurement("monitoring.event_size", float(len(line.encode())), "bytes", 1000)
