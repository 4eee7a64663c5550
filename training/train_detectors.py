"""Trains `yolo-mini` or `detr-mini` on the packs: python -m training.train_detectors yolo-mini --packs DIR --minutes 75

Both see the same batches: photos with boxes drawn by people, photos with corrected boxes of teacher B, Tiny-ImageNet's
boxed cats and dogs in mosaics, and pasted cut-outs. YOLO starts from `prepare_yolo`'s backbone (`--start`) and follows
cnn-mini's maps at first (`--follow`); RT-DETR's trunk is cnn-mini's (`--trunk`).
The schedule runs on the clock: rate, resolution and augmentation follow elapsed / budget.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path

import torch
from torch import nn

from training.detection_batches import Augmentation, DetectionBatches, jittered
from training.detection_losses import DetrCriterion, YoloCriterion
from training.detection_packs import (
    Pools,
    read_boxed_thumbnails,
    read_cut_outs,
    read_human_boxes,
    read_natural_photos,
)
from training.ema import blend
from training.evaluate_detectors import HeldOut, evaluate, read_held_out
from training.prepare_yolo import MapFollower
from training.train_classifiers import rate_at
from vizcore.zoo.bundled.mini_detectors import INPUT_SIZE, detr_mini, yolo_mini

SMALL_SIZE = 160
SMALL_SHARE, FOLLOW_SHARE, MOSAIC_SHARE = 0.6, 0.35, 0.8  # of the schedule
PEAK_RATE = {"yolo-mini": 1.5e-3, "detr-mini": 5e-4}
CLIP = {"yolo-mini": 10.0, "detr-mini": 1.0}


def read_pools(packs: Path) -> Pools:
    """Everything to train on, by the names that `detection_batches` weighs."""
    human, natural = read_human_boxes(packs, "train"), read_natural_photos(packs, "train")[0]
    human["human_pets"] = human.pop("pets")
    return human | natural | read_boxed_thumbnails(packs)


def augmentation_at(progress: float) -> Augmentation:
    """Small pictures and many mosaics first; full size afterwards, no mosaics in the last fifth."""
    size = SMALL_SIZE if progress < SMALL_SHARE else INPUT_SIZE
    mosaic = 0.5 if progress < SMALL_SHARE else 0.3 if progress < MOSAIC_SHARE else 0.0
    return Augmentation(size, mosaic, paste=0.35 if progress < MOSAIC_SHARE else 0.15)


def build(args: argparse.Namespace) -> tuple[nn.Module, YoloCriterion | DetrCriterion, nn.Module]:
    """Model, its lesson, and the copy that will hold the averaged weights."""
    if args.model == "yolo-mini":
        model = yolo_mini().to(memory_format=torch.channels_last)
        if args.start:
            model.load_state_dict(torch.load(args.start, weights_only=True))
        average = copy.deepcopy(model)
        return model, YoloCriterion(model, MapFollower(args.follow) if args.follow else None), average
    model = detr_mini()
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True))
    elif args.trunk:
        model.model.backbone.model.load_classifier(torch.load(args.trunk, weights_only=True))
    model.set_attn_implementation("eager")  # faster than the fused one for so few queries
    model = model.to(memory_format=torch.channels_last)
    return model, DetrCriterion(model), copy.deepcopy(model)


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    model, lesson, average = build(args)
    torch.set_num_threads(args.threads)
    generator = torch.Generator().manual_seed(args.seed)
    batches = DetectionBatches(
        read_pools(args.packs), read_cut_outs(args.packs), augmentation_at(args.progress), args.batch, args.seed
    )
    report = Reports(args.runs / args.model, args.model, read_held_out(args.packs))
    optimiser = torch.optim.AdamW(lesson.groups(args.rate or PEAK_RATE[args.model]), betas=(0.9, 0.99))
    average.eval().requires_grad_(False)
    start, step, pictures, next_report = time.monotonic(), 0, 0, args.progress + 0.1
    for batch in batches:
        progress = args.progress + (1 - args.progress) * (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        batches.augmentation = augmentation_at(progress)
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * max(rate_at(progress), 0.01)
        model.train()
        loss = lesson(jittered(batch.rgb, generator), batch, follow=progress < FOLLOW_SHARE)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), CLIP[args.model])
        optimiser.step()
        step, pictures = step + 1, pictures + len(batch.rgb)
        blend(average, model, keep=min(0.998, step / (step + 10)))
        if step % 50 == 0:
            print(f"{args.model} {progress:.3f} step {step} loss {float(loss.detach()):.3f}", flush=True)
        if progress > next_report:
            next_report += 0.1
            report(average, quick=True, progress=progress, step=step, pictures=pictures, loss=float(loss.detach()))
    report(average, quick=False, progress=1.0, step=step, pictures=pictures, loss=float(loss.detach()))


class Reports:
    """Writes the averaged weights and their scores: a quarter of the natural photos while training, all at the end."""

    def __init__(self, run: Path, name: str, held_out: HeldOut) -> None:
        run.mkdir(parents=True, exist_ok=True)
        self._run, self._name, self._held_out = run, name, held_out
        self._log = (run / "log.jsonl").open("w")

    def __call__(self, average: nn.Module, *, quick: bool, **facts: float) -> None:
        torch.save(average.state_dict(), self._run / "ema.tmp")
        (self._run / "ema.tmp").replace(self._run / "ema.pt")
        numbers = evaluate(self._name, average, self._held_out, every=4 if quick else 1)
        self._log.write(json.dumps({**facts, **numbers, "size": INPUT_SIZE, "all": not quick}) + "\n")
        self._log.flush()
        print(facts, numbers, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["yolo-mini", "detr-mini"])
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, help="peak learning rate")
    parser.add_argument("--start", type=Path, help="weights of the whole detector to go on from")
    parser.add_argument("--progress", type=float, default=0.0, help="where on the schedule to go on")
    parser.add_argument("--trunk", type=Path, help="detr-mini: weights of a trained cnn-mini")
    parser.add_argument("--follow", type=Path, help="yolo-mini: weights of a trained cnn-mini whose maps it follows")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
