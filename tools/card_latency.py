"""How long does each model that comes with the app take for one photo? Writes the times that its card states.

`python -m tools.card_latency` on a machine that does nothing else, after training or on new hardware. Each model runs
the app's own operation (preparing the photo included) by torch on two threads, 30 times; the models take turns, so that
what disturbs the machine disturbs all of them. The median of the wall-clock times is kept.
"""

from __future__ import annotations

import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from vizcore.detection.detect import detect
from vizcore.features.classes import classify
from vizcore.samples import load_sample
from vizcore.segmentation import Prompts, SegmentSettings, embed, segment
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.catalogue.latencies import LATENCY_FILE, ROUNDS, THREADS
from vizcore.zoo.load import load_model

MODELS = ("cnn-mini", "vit-mini", "efficientnet-lite0", "efficientnet-lite2", "yolo-mini", "detr-mini", "sam-mini")
SAMPLE = "cat"
WARM_UP = 3

Run = Callable[[], Any]


def runs(key: str, photo: Any) -> dict[str, Run]:
    """The parts of one model that are timed."""
    model: Any = load_model(CARDS[key], "cpu")
    task = CARDS[key].task
    if task == "promptable":
        (*_, last) = embed(model, photo)
        asked = SegmentSettings(Prompts(((photo.width / 2, photo.height / 2),), (1,)))
        embedding: Any = last.result
        return {"embed": lambda: list(embed(model, photo)), "click": lambda: segment(model, embedding, asked)}
    operation: Any = detect if task == "detect" else classify
    return {"photo": lambda: operation(model, photo)}


def measured(all_runs: dict[str, dict[str, Run]], rounds: int) -> dict[str, dict[str, float]]:
    """Median milliseconds of every part, the parts in turn; the first few rounds do not count."""
    times: dict[tuple[str, str], list[float]] = {(key, part): [] for key, parts in all_runs.items() for part in parts}
    for _ in range(WARM_UP + rounds):
        for (key, part), found in times.items():
            began = time.perf_counter()
            all_runs[key][part]()
            found.append(1000 * (time.perf_counter() - began))
    medians = {each: round(statistics.median(found[WARM_UP:]), 1) for each, found in times.items()}
    return {key: {part: medians[key, part] for part in parts} for key, parts in all_runs.items()}


def machine() -> str:
    """Processor and versions, in one line."""
    names = [
        line.partition(":")[2].strip()
        for line in (Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else [])
        if line.startswith("model name")
    ]
    return f"tools/card_latency.py; {(names or [platform.processor()])[0]}, torch {torch.__version__.partition('+')[0]}"


def main() -> None:
    torch.set_num_threads(THREADS)
    photo = load_sample(SAMPLE)
    found = measured({key: runs(key, photo) for key in MODELS}, ROUNDS)
    LATENCY_FILE.write_text(json.dumps({"machine": machine(), "models": found}, indent=1) + "\n")
    print(LATENCY_FILE.read_text())


if __name__ == "__main__":
    main()
