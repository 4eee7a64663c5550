"""Does what only a GPU shows hold on this one? `make gpu-check`: a few minutes, for whoever has a CUDA device.

Parity with the CPU, decisions in bfloat16, peak memory, the fall to the CPU when memory runs out, clocks that wait for
the device, and 16 sessions at once. Without a GPU it says "not run" and is no failure.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

MODELS = ("cnn-mini", "vit-mini", "yolo-mini", "detr-mini", "efficientnet-lite0")
CLOCKED = "yolo-mini"  # whose answers carry the time of the model alone
PHOTOS, SESSIONS, BATCH = 16, 16, 8
LEAST_BF16 = 0.94
DECIDED = 0.93  # of the decisions, in full precision: 15 of 16, since other sums move what lies on a threshold
CLOCK_SHARE = 0.8  # of the time of a pass that was waited for, which our clock must show at least


@dataclass(frozen=True)
class Check:
    """name, whether it held, and what was measured."""

    name: str
    held: bool
    found: str


def parity(model: Any, twin: Any) -> Check:
    """model: on the device, twin: the same on the CPU; both in full precision, convolutions without TF32."""
    import torch

    from vizcore.runtimes.calibration import parity_photos
    from vizcore.runtimes.graphs import graph_of
    from vizcore.runtimes.parity import compare

    photos = parity_photos(PHOTOS)
    answers = []
    exact = torch.backends.cudnn.flags(enabled=torch.backends.cudnn.enabled, allow_tf32=False)
    with exact, torch.no_grad():  # no inference mode, which stands for bfloat16 on a GPU
        for each in (twin, model):
            graph = graph_of(each)
            found = [graph(each.pixels([each.prepare(photo)])) for photo in photos]
            answers.append(
                tuple(np.concatenate([f[i].float().cpu().numpy() for f in found]) for i in range(len(found[0])))
            )
    same = compare(model.card.task, answers[0], answers[1], photos)
    return Check(
        f"parity {model.card.key}",
        same.agreement.rate >= DECIDED,
        f"{same.agreement.agreed} of {same.agreement.n} decisions, largest difference {same.difference:.2g}",
    )


def reduced(model: Any, twin: Any) -> Check:
    """The way the app asks on a GPU (inference mode, bfloat16) against the CPU in full precision.

    A detector's boxes are counted and not judged: how many may move was never measured.
    """
    from vizcore.runtimes.calibration import parity_photos
    from vizcore.runtimes.parity import compare, outputs_of
    from vizcore.runtimes.table import open_runner

    photos = parity_photos(PHOTOS)
    right, found = (outputs_of(open_runner("eager", each), each, photos) for each in (twin, model))
    same = compare(model.card.task, right, found, photos)
    judged = model.card.task != "detect"
    held = same.agreement.rate >= LEAST_BF16 or not judged
    remark = "" if judged else ", counted and not judged"
    return Check(f"bf16 {model.card.key}", held, f"{same.agreement.agreed} of {same.agreement.n} decisions{remark}")


def peak_memory(model: Any) -> Check:
    """MB above the weights for a batch of 8."""
    import torch

    from vizcore.runtimes.graphs import example_pixels, graph_of

    if not model.device.startswith("cuda"):
        return Check(f"memory {model.card.key}", True, "counted on a GPU only")
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    with torch.inference_mode():
        graph_of(model)(example_pixels(model, BATCH))
    peak = (torch.cuda.max_memory_allocated() - before) / 1e6
    return Check(f"memory {model.card.key}", peak < 4000, f"{peak:.0f} MB above the weights at batch {BATCH}")


def hungry_classify(model: Any, photo: Any, settings: Any) -> Any:
    """Finds no memory anywhere but on the CPU."""
    import torch

    from vizcore.features.classes import classify

    if not model.device.startswith("cpu"):
        raise torch.cuda.OutOfMemoryError("expected more memory")
    return classify(model, photo)


def falls_to_cpu(device: str) -> Check:
    """An operation that finds no memory on the device is answered by the CPU, and the answer says so."""
    from vizcore.engine import Engine
    from vizcore.samples import SAMPLES, load_sample
    from vizcore.settings import Settings

    engine = Engine(Settings(device=device))
    try:
        found = engine.run(hungry_classify, MODELS[0], load_sample(next(iter(SAMPLES))))
    finally:
        engine.close()
    notes = [note.code for note in found.provenance.notes]
    held = found.provenance.device == "cpu" and ("fell_to_cpu" in notes) == (device != "cpu")
    return Check("out of memory", held, f"answered on {found.provenance.device}, notes {notes}")


def waits_for_the_device(model: Any, wait: Callable[[str], None] | None = None) -> Check:
    """The time of the model that a detector's answer states, beside passes whose end was waited for.

    A clock that is read without waiting shows the launch alone. Least times of 15; wait: for tests.
    """
    import torch

    from vizcore.detection.candidates import propose, wait_for
    from vizcore.samples import SAMPLES, load_sample

    photo, waiting = load_sample(next(iter(SAMPLES))), wait or wait_for
    pixels = model.pixels([model.prepare(photo)])
    spent: dict[str, list[float]] = {"launched": [], "waited": [], "stated": []}
    with torch.inference_mode():
        for _ in range(20):
            waiting(model.device)
            began = time.perf_counter()
            model.scored_boxes(pixels)
            spent["launched"].append(1e3 * (time.perf_counter() - began))
            waiting(model.device)
            spent["waited"].append(1e3 * (time.perf_counter() - began))
            spent["stated"].append(propose(model, photo).provenance.timing_ms["model"])
    launched, waited, stated = (min(each[5:]) for each in spent.values())
    found = f"{stated:.2f} ms stated, {waited:.2f} ms waited for, {launched:.2f} ms launched"
    return Check("synchronised times", stated >= CLOCK_SHARE * waited, found)


def many_sessions(device: str) -> Check:
    """16 sessions ask at once; every answer is the one that the same photo gets alone."""
    from vizcore.engine import Engine
    from vizcore.features.classes import classify
    from vizcore.runtimes.calibration import cut_photos
    from vizcore.settings import Settings

    photos, found = cut_photos(SESSIONS), {}
    engine = Engine(Settings(device=device))

    def ask(place: int) -> None:
        result: Any = engine.run(classify, MODELS[0], photos[place], session=f"session {place}")
        found[place] = result.top(1)[0][1]

    try:
        threads = [threading.Thread(target=ask, args=(place,)) for place in range(SESSIONS)]
        began = time.perf_counter()
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        took = time.perf_counter() - began
    finally:
        engine.close()
    fresh = Engine(Settings(device=device))  # the first one would answer from what it kept
    try:
        alone: list[Any] = [fresh.run(classify, MODELS[0], photo) for photo in photos]
    finally:
        fresh.close()
    right = sum(found.get(place) == each.top(1)[0][1] for place, each in enumerate(alone))
    return Check("16 sessions", right == SESSIONS, f"{right} of {SESSIONS} right in {took:.2f} s")


def checks(device: str, models: Sequence[str] = MODELS) -> list[Callable[[], Check]]:
    """All of them, in order; models are loaded when their check runs."""
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.load import load_model

    def of_pair(check: Callable[[Any, Any], Check], key: str) -> Callable[[], Check]:
        return lambda: check(load_model(card(key), device), load_model(card(key), "cpu"))

    def of_one(check: Callable[[Any], Check], key: str) -> Callable[[], Check]:
        return lambda: check(load_model(card(key), device))

    return [
        *(of_pair(check, key) for key in models for check in (parity, reduced)),
        *(of_one(peak_memory, key) for key in models),
        lambda: falls_to_cpu(device),
        of_one(waits_for_the_device, CLOCKED),
        lambda: many_sessions(device),
    ]


def made(check: Callable[[], Check]) -> Check:
    """The check's finding; what broke it is one too, so that the others are still made."""
    try:
        return check()
    except Exception as problem:  # a border: drivers and kernels raise errors of their own
        return Check("broke", False, f"{type(problem).__name__}: {problem}")


def main() -> int:
    """0 when every check held or none could be made, 1 otherwise."""
    import torch

    if not torch.cuda.is_available():
        print("gpu-check: not run, this machine has no CUDA device")
        return 0
    print(f"gpu-check on {torch.cuda.get_device_name(0)}")
    failed = 0
    for check in checks("cuda"):
        found = made(check)
        failed += not found.held
        print(f"{'held  ' if found.held else 'MISSED'} {found.name}: {found.found}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
