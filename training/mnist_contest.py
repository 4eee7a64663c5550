"""Records the MNIST contest: every contestant at equal time and at equal epochs, three seeds, one run after another.

    OMP_NUM_THREADS=1 python -m training.mnist_contest --runs runs/mnist --core-minutes 60
    python -m training.mnist_contest --runs runs/mnist --collect

A finished run is one JSON file in the folder and is not made again, so that the recording can be stopped and taken up.
`--collect` writes what ships: `vizcore/learning/contest/recorded/` and `training/logs/mnist-contest.jsonl`. Seconds
are CPU seconds of this process, which has one thread.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from vizcore.learning.contest.digits import packaged_data
from vizcore.learning.contest.recorded import HERE, encoded
from vizcore.learning.contest.results import ContestRun, Regime
from vizcore.learning.contest.run import ContestSettings, run_contestant

SECONDS, EPOCHS = 30.0, 2.0
LIGHT = ("small-cnn", "numpy-cnn", "small-vit")
HEAVY = ("efficientnet-lite0", "faster-rcnn", "alexnet", "vgg16")
SHIPPED_WEIGHTS = LIGHT
LOG = Path(__file__).parent / "logs" / "mnist-contest.jsonl"

Plan = tuple[str, Regime, int]


def plans() -> Iterator[Plan]:
    """What is recorded, in this order, so that what comes first is there when the time runs out."""
    regimes: tuple[Regime, Regime] = ("time", "epochs")
    for seed in range(3):
        yield from ((key, regime, seed) for key in LIGHT for regime in regimes)
    yield from ((key, regime, 0) for regime in regimes for key in HEAVY)
    yield from ((key, regime, seed) for regime in regimes for seed in (1, 2) for key in HEAVY)


def record(plan: Plan, folder: Path) -> None:
    """One run; its numbers and, for small networks, its weights."""
    key, regime, seed = plan
    budget = SECONDS if regime == "time" else EPOCHS
    settings = ContestSettings(key, regime, budget, seed, "cpu", test_most=1_000)
    began, processed = time.time(), time.process_time()
    run: ContestRun | None = None
    for snapshot in run_contestant(None, None, settings):
        if snapshot.result is not None:
            run = snapshot.result  # type: ignore[assignment]
            report(folder, plan, step=snapshot.step, **snapshot.values)
    if run is None:
        raise ValueError("expected a result, got none")
    report(folder, plan, wall_s=round(time.time() - began, 1), cpu_s=round(time.process_time() - processed, 1))
    if key in SHIPPED_WEIGHTS and regime == "time" and seed == 0:
        np.savez(folder / f"{key}.npz", **dict(run.weights))  # type: ignore[arg-type]
    content = {**encoded(run), "made": machine(), "cpu_s": time.process_time() - processed}
    place = folder / f"{name_of(plan)}.json"
    place.with_suffix(".part").write_text(json.dumps(content), encoding="utf-8")
    place.with_suffix(".part").rename(place)


def name_of(plan: Plan) -> str:
    return "-".join(str(each) for each in plan)


def report(folder: Path, plan: Plan, **values: float) -> None:
    """A line of the log."""
    line = {"run": name_of(plan), **{name: round(value, 5) for name, value in values.items()}}
    with (folder / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
    print(line, flush=True)


def machine() -> dict[str, Any]:
    """What the seconds were measured on."""
    import torch

    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "script": "training/mnist_contest.py",
        "log": "training/logs/mnist-contest.jsonl",
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "processor": (names or [platform.processor() or platform.machine()])[0],
        "cores": os.cpu_count() or 1,
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "data_sha256": packaged_data().sha256,
    }


def collect(folder: Path) -> None:
    """From the folder of runs to the files that ship."""
    from safetensors.numpy import save_file

    contents = [json.loads(path.read_text()) for path in sorted(folder.glob("*-[0-9].json"))]
    order = {name_of(plan): place for place, plan in enumerate(plans())}
    contents.sort(key=lambda each: order[name_of((each["contestant"], each["regime"], each["seed"]))])
    made = contents[0]["made"]
    for each in contents:
        if {**each.pop("made"), "date": made["date"]} != made:
            raise ValueError(f"expected all runs from one machine, got another for {each['contestant']}")
        each.pop("cpu_s")
    HERE.mkdir(exist_ok=True)
    labels = "".join(str(each) for each in packaged_data().test.labels)
    rows = ",\n".join(json.dumps(each, separators=(",", ":")) for each in contents)
    head = f'{{"made": {json.dumps(made)},\n"labels": "{labels}",\n"runs": [\n'
    (HERE / "runs.json").write_text(f"{head}{rows}\n]}}\n", encoding="utf-8")
    for key in SHIPPED_WEIGHTS:
        with np.load(folder / f"{key}.npz") as found:
            save_file({name: found[name].astype(np.float16) for name in found.files}, HERE / f"{key}.safetensors")
        (HERE / f"{key}.safetensors").chmod(0o644)
    LOG.write_text((folder / "log.jsonl").read_text(encoding="utf-8"), encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=Path, required=True, help="folder of the finished runs")
    options.add_argument("--core-minutes", type=float, default=60.0, help="no further run begins after these")
    options.add_argument("--most", type=int, default=100, help="runs before it ends")
    options.add_argument("--collect", action="store_true", help="write the files that ship, and end")
    given = options.parse_args()
    if given.collect:
        collect(given.runs)
        return
    import torch

    torch.set_num_threads(1)
    given.runs.mkdir(parents=True, exist_ok=True)
    wanted = [plan for plan in plans() if not (given.runs / f"{name_of(plan)}.json").is_file()]
    for plan in wanted[: given.most]:
        spent_s = sum(json.loads(path.read_text())["cpu_s"] for path in given.runs.glob("*-[0-9].json"))
        if spent_s > 60 * given.core_minutes:
            break
        record(plan, given.runs)


if __name__ == "__main__":
    main()
