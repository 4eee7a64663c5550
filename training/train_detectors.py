"""Trains `yolo-mini` or `detr-mini` on cached maps of the packaged trunk (see `feature_cache`):

python -m training.train_detectors yolo-mini --packs DIR --cache runs/lite-cache --minutes 35

Both see the same views. `detr-mini` takes over the neck of the finished `yolo-mini` (`--neck runs/yolo-mini/ema.pt`),
which stays as it is for the first part of the schedule. With `--trunk-rate` the trunk is trained too, at a rate of its
own, from its map of stride 8 on (`upper_trunk`); its weights are then in the file. The schedule runs on the clock: the
learning rate follows elapsed / budget.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from training.detection_batches import SIZE
from training.detection_losses import DetectionBatch, DetrCriterion, YoloCriterion, parameter_groups
from training.detector_answers import HeldOut, read_held_out
from training.ema import blend
from training.evaluate_detectors import evaluate
from training.feature_cache import CachedMaps
from training.schedule import rate_at
from training.shipping import load_weights
from training.upper_trunk import UpperTrunk
from vizcore.zoo.bundled.lite_trunk import GivenMaps
from vizcore.zoo.bundled.mini_detectors import detr_mini, yolo_mini

BUILDERS = {"yolo-mini": yolo_mini, "detr-mini": detr_mini}
CRITERIA = {"yolo-mini": YoloCriterion, "detr-mini": DetrCriterion}
PEAK_RATE = {"yolo-mini": 3e-3, "detr-mini": 1e-3}
DECAY = {"yolo-mini": 0.02, "detr-mini": 0.01}
CLIP = {"yolo-mini": 10.0, "detr-mini": 1.0}
FROZEN_NECK = 0.7  # of the schedule
NECK_RATE = 0.3  # of the peak, for a neck that was trained before
KEEP = 0.998  # of the averaged weights at each step


class CachedBatches:
    """Endless random batches of the cached views, every view once before any comes again.

    Files that are finished meanwhile (`feature_cache --first`) are read from the next round on.
    """

    def __init__(self, cache: Path, batch: int, seed: int) -> None:
        self._cache, self._batch, self._rng = cache, batch, np.random.default_rng(seed)
        self._files: dict[str, tuple[CachedMaps, dict[str, np.ndarray]]] = {}
        self._read()

    def _read(self) -> None:
        for file in sorted(self._cache.glob("labels_*.npz")):
            number = file.stem[-2:]
            if number not in self._files:
                maps = CachedMaps(self._cache / f"maps_{number}.npy")
                self._files[number] = maps, dict(np.load(file, allow_pickle=False))
        self.views = sum(len(maps) for maps, _ in self._files.values())
        print(f"{self.views} views", flush=True)

    def _one(self, number: int) -> tuple[list[torch.Tensor], torch.Tensor, torch.Tensor, torch.Tensor]:
        for maps, labels in self._files.values():
            if number < len(maps):
                part = slice(labels["off"][number], labels["off"][number + 1])
                boxes, classes = (torch.from_numpy(labels[key][part]) for key in ("box", "cls"))
                return maps.maps(slice(number, number + 1)), boxes, classes, torch.from_numpy(labels["known"][number])
            number -= len(maps)
        raise ValueError(f"expected a view in 0..{self.views - 1}")

    def __iter__(self) -> Iterator[DetectionBatch]:
        while True:
            order = self._rng.permutation(self.views)
            for start in range(0, self.views - self._batch + 1, self._batch):
                views = [self._one(int(number)) for number in order[start : start + self._batch]]
                maps = [torch.cat(parts) for parts in zip(*(v[0] for v in views), strict=True)]
                known = torch.stack([v[3] for v in views])
                yield DetectionBatch(maps, [v[1] for v in views], [v[2] for v in views], known, SIZE)
            self._read()


def take_over_neck(model: Any, file: Path) -> nn.Module:
    """`detr-mini`'s neck, filled with that of a trained `yolo-mini`."""
    model.model.encoder.load_neck(torch.load(file, weights_only=True))
    neck: nn.Module = model.model.encoder.layers
    return neck


def built(args: argparse.Namespace) -> tuple[Any, nn.Module]:
    """The model on given maps, from its first weights or from those of a run before, and its trunk."""
    trunk = UpperTrunk() if args.trunk_rate else GivenMaps()
    model: Any = BUILDERS[args.model](trunk=trunk).to(memory_format=torch.channels_last)
    if args.start:
        model.load_state_dict(model.state_dict() | load_weights(args.start))
    if args.model == "detr-mini":
        model.set_attn_implementation("eager")  # faster than the fused one for so few queries
    return model, trunk


def set_rates(optimiser: torch.optim.Optimizer, progress: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * max(rate_at(progress), 0.01)


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    model, trunk = built(args)
    neck = take_over_neck(model, args.neck) if args.neck else None
    average = copy.deepcopy(model).eval().requires_grad_(False)
    criterion = CRITERIA[args.model](model)
    batches = CachedBatches(args.cache, args.batch, args.seed)
    report = Reports(
        args.runs / args.model, args.model, read_held_out(args.packs), CachedMaps(args.cache / "held_out.npy")
    )
    rate = args.rate or PEAK_RATE[args.model]
    slower = [(neck, NECK_RATE * rate)] if neck is not None else []
    slower += [(trunk, args.trunk_rate)] if args.trunk_rate else []
    groups = parameter_groups(model, rate, DECAY[args.model], slower)
    optimiser = torch.optim.AdamW(groups, betas=(0.9, 0.99))
    start, step, pictures, next_report = time.monotonic(), 0, 0, args.progress + 0.5
    for batch in batches:
        progress = args.progress + (1 - args.progress) * (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        set_rates(optimiser, progress)
        model.train()
        if neck is not None:
            neck.train(progress >= FROZEN_NECK).requires_grad_(progress >= FROZEN_NECK)
        loss = criterion(batch)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP[args.model])
        optimiser.step()
        step, pictures = step + 1, pictures + len(batch.boxes)
        blend(average, model, keep=min(KEEP, step / (step + 10)))
        facts = {"progress": progress, "step": step, "pictures": pictures, "loss": float(loss.detach())}
        if step % 50 == 0:
            print(json.dumps(facts), flush=True)
        if progress > next_report:
            next_report += 0.25
            report(average, quick=True, **facts)
    report(average, quick=False, **(facts | {"progress": 1.0}))


class Reports:
    """Writes the averaged weights and their scores: a quarter of the natural photos while training, all at the end."""

    def __init__(self, run: Path, name: str, held_out: HeldOut, maps: CachedMaps) -> None:
        run.mkdir(parents=True, exist_ok=True)
        self._run, self._name, self._held_out, self._maps = run, name, held_out, maps
        self._log = (run / "log.jsonl").open("w")

    def __call__(self, average: nn.Module, *, quick: bool, **facts: float) -> None:
        torch.save(average.state_dict(), self._run / "ema.tmp")
        (self._run / "ema.tmp").replace(self._run / "ema.pt")
        numbers = evaluate(self._name, average, self._held_out, every=4 if quick else 1, maps=self._maps)
        self._log.write(json.dumps({**facts, **numbers, "all": not quick}) + "\n")
        self._log.flush()
        print(facts, numbers, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=list(BUILDERS))
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--minutes", type=float, default=35)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, help="peak learning rate")
    parser.add_argument("--trunk-rate", type=float, help="the trunk's own peak rate: it is trained too")
    parser.add_argument("--neck", type=Path, help="detr-mini: weights of a trained yolo-mini whose neck it takes over")
    parser.add_argument("--start", type=Path, help="weights to go on from: a run's, or a file that ships")
    parser.add_argument("--progress", type=float, default=0.0, help="where on the schedule to go on")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
