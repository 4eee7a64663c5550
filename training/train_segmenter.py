"""Trains `sam-mini`: python -m training.train_segmenter --packs DIR --cache DIR --minutes 40

Each step answers prompts on a few views, half of the steps clicks, half boxes; a quarter of the steps go on with one or
two corrective clicks in what is still wrong, with the previous mask fed back (Kirillov et al. 2023, appendix A). The
encoder's trunk is frozen and its maps of the views are read from the cache (`segmenter_views`); with `--trunk-rate` it
is trained too, at a rate of its own, on views that are made on the way. The schedule runs on the clock.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from segment_anything.modeling import Sam
from torch import nn
from torch.nn import functional as F

from training.ema import blend
from training.evaluate_segmenter import evaluate
from training.precision import half_precision
from training.prompt_batches import PromptBatch, PromptBatchMaker, cached_views
from training.schedule import rate_at
from training.segmentation_packs import read_labelled_photos
from training.segmenter_losses import mask_losses, ordered_loss, true_iou
from training.segmenter_views import fresh_views
from training.shipping import load_weights
from vizcore.zoo.bundled.lite_sam import FINER, STRIDES
from vizcore.zoo.bundled.lite_trunk import GivenMaps, trunk_state
from vizcore.zoo.bundled.mini_sam import sam_mini

KEEP = 0.998  # of the averaged weights at each step
CORRECTED = (0.75, 0.15, 0.10)  # shares of the steps with 0, 1 and 2 corrective clicks


def next_clicks(logits: torch.Tensor, targets: torch.Tensor, rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """One click each in what is wrong: points (P, 1, 2) in input pixels, labels (P, 1): 1 = missing, 0 = too much."""
    wrong = (logits > 0) != (targets > 0.5)
    points, labels = [], []
    for error, wanted in zip(wrong.numpy(), (targets > 0.5).numpy(), strict=True):
        ys, xs = np.nonzero(error if error.any() else wanted)
        at = rng.integers(len(xs)) if len(xs) else 0
        y, x = (ys[at], xs[at]) if len(xs) else (0, 0)
        points.append([[FINER * x + 1.5, FINER * y + 1.5]])
        labels.append([float(wanted[y, x])])
    return torch.tensor(points, dtype=torch.float32), torch.tensor(labels)


def batch_loss(sam: Sam, batch: PromptBatch, *, with_boxes: bool, clicks: int, rng: np.random.Generator):
    """Mean over the first answer and `clicks` corrections; a single click is answered by three masks for its truths."""
    embedding = sam.image_encoder(batch.pixels)
    targets, count = batch.targets(), len(batch.asked)
    boxes = batch.boxes if with_boxes else None
    points = None if with_boxes else (batch.points, torch.ones(count, 1))
    memory, total = None, torch.zeros(())
    for turn in range(clicks + 1):
        several = turn == 0 and not with_boxes
        sparse, dense = sam.prompt_encoder(points, boxes, memory)
        answer = sam.mask_decoder(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense, several)
        logits, quality = (part.float() for part in answer)
        wanted = batch.truths if several else targets[:, None]
        with torch.autocast("cpu", enabled=False):
            losses = mask_losses(logits, wanted)
            lost = ordered_loss(losses, batch.counts) if several else losses[:, 0, 0]
            iou = true_iou(logits.detach(), targets)
        total = total + lost.mean() + 2 * F.mse_loss(quality, iou)
        if turn == clicks:
            break
        shown = quality.argmax(1) if several else torch.zeros(count, dtype=torch.long)
        memory = logits.detach()[torch.arange(count), shown][:, None]
        more = next_clicks(memory[:, 0], targets, rng)
        points = more if points is None else tuple(torch.cat(pair, 1) for pair in zip(points, more, strict=True))
    return total / (clicks + 1)


def take_over(sam: Sam, file: Path) -> int:
    """Fills what has the same name and shape in an earlier file; how many tensors that were."""
    own = sam.state_dict()
    same = {k: v for k, v in load_weights(file).items() if k in own and own[k].shape == v.shape}
    sam.load_state_dict(same, strict=False)
    return len(same)


def parameter_groups(sam: Sam, args: argparse.Namespace) -> list[dict[str, Any]]:
    """What the optimiser moves, each group with its `peak` rate; the trunk's own is there where it has weights."""
    trunk = list(sam.image_encoder.trunk.parameters())
    own = set(map(id, trunk))
    head = {"params": [p for p in sam.parameters() if id(p) not in own], "lr": args.rate, "peak": args.rate}
    return [head, {"params": trunk, "lr": args.trunk_rate, "peak": args.trunk_rate}] if trunk else [head]


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng = np.random.default_rng(args.seed)
    sam = sam_mini(None if args.trunk_rate else GivenMaps(STRIDES))
    if args.trunk_rate:
        sam.image_encoder.trunk.load_state_dict(trunk_state())
    if args.start:
        print(f"{take_over(sam, args.start)} tensors taken over", flush=True)
    sam = sam.to(memory_format=torch.channels_last)
    average = copy.deepcopy(sam).eval().requires_grad_(False)
    optimiser = torch.optim.AdamW(parameter_groups(sam, args), betas=(0.9, 0.99), weight_decay=0.03, fused=True)
    views = fresh_views(args.packs, args.seed) if args.trunk_rate else cached_views(args.cache, args.seed)
    maker = PromptBatchMaker(views, pictures=args.pictures, prompts=args.prompts, seed=args.seed)
    report = Reports(args.runs / "sam-mini", args.packs)
    start, next_report = time.monotonic(), args.progress + 0.1
    recent: list[float] = []
    for step, batch in enumerate(maker, start=1):
        progress = args.progress + (1 - args.progress) * (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = group["peak"] * max(rate_at(progress), 0.01)
        recent = [*recent[-49:], _step(sam, optimiser, batch, rng)]
        blend(average, sam, keep=min(KEEP, step / (step + 10)))
        facts = {"progress": progress, "step": step, "prompts": step * len(batch.asked), "loss": float(np.mean(recent))}
        if step % 50 == 0:
            print(json.dumps(facts), flush=True)
            report.save(average)
        if progress > next_report:
            next_report += 0.1
            report(average, **facts)
    report(average, **(facts | {"progress": 1.0}))


def _step(sam: Sam, optimiser: torch.optim.Optimizer, batch: PromptBatch, rng: np.random.Generator) -> float:
    sam.train()
    with_boxes, clicks = bool(rng.random() < 0.5), int(rng.choice(3, p=CORRECTED))
    if batch.maps:
        sam.image_encoder.trunk.hold(batch.maps)
    with half_precision():
        loss = batch_loss(sam, batch, with_boxes=with_boxes, clicks=clicks, rng=rng)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(sam.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


class Reports:
    """Writes the averaged weights and their scores on a few validation photos, with the trunk they will run on."""

    def __init__(self, run: Path, packs: Path) -> None:
        run.mkdir(parents=True, exist_ok=True)
        self._run, self._log = run, (run / "log.jsonl").open("a")
        self._photos = read_labelled_photos(packs, "val")[::16]
        self._whole = sam_mini()
        self._whole.image_encoder.trunk.load_state_dict(trunk_state())

    def save(self, average: Sam) -> None:
        torch.save(average.state_dict(), self._run / "ema.tmp")
        (self._run / "ema.tmp").replace(self._run / "ema.pt")

    def __call__(self, average: Sam, **facts: float) -> None:
        self.save(average)
        self._whole.load_state_dict(average.state_dict(), strict=False)
        facts |= evaluate(self._whole.to(memory_format=torch.channels_last), self._photos, most=3)
        self._log.write(json.dumps(facts) + "\n")
        self._log.flush()
        print(facts, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--cache", type=Path, help="maps of the frozen trunk (training.segmenter_views)")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--pictures", type=int, default=3)
    parser.add_argument("--prompts", type=int, default=10, help="objects asked for in each picture")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--trunk-rate", type=float, help="the trunk's own peak rate: it is trained too, no cache")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="weights of an earlier sam-mini: what fits is taken over")
    parser.add_argument("--progress", type=float, default=0.0, help="where on the schedule to go on")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
