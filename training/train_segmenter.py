"""Trains `sam-mini` on the segmentation pack: python -m training.train_segmenter --packs DIR --minutes 45

Each step embeds a few pictures once and answers many prompts on them, half of the steps clicks, half boxes; then one or
two corrective clicks in what is still wrong, with the previous mask fed back (Kirillov et al. 2023, appendix A).
The encoder's trunk starts from the trained `cnn-mini`. The schedule runs on the clock.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path

import numpy as np
import torch
from segment_anything.modeling import Sam
from torch import nn
from torch.nn import functional as F

from training.batches import jitter_colours, normalise
from training.ema import blend
from training.evaluate_segmenter import evaluate
from training.prompt_batches import PromptBatch, PromptBatchMaker
from training.segmentation_packs import read_labelled_photos
from vizcore.zoo.bundled.mini_sam import sam_mini

WARM_UP = 0.03


def mask_losses(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy + 3 x soft Jaccard loss of logits (N, M, h, w) against targets (N, h, w) in [0, 1] -> (N, M)."""
    wanted = targets[:, None].expand_as(logits)
    entropy = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none").mean((2, 3))
    share = logits.sigmoid()
    shared = (share * wanted).sum((2, 3))
    jaccard = 1 - (shared + 0.5) / (share.sum((2, 3)) + wanted.sum((2, 3)) - shared + 0.5)
    return entropy + 3 * jaccard


def true_iou(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """IoU of logits > 0 (N, M, h, w) with targets > 0.5 (N, h, w) -> (N, M)."""
    found, wanted = logits > 0, (targets > 0.5)[:, None]
    return (found & wanted).sum((2, 3)) / (found | wanted).sum((2, 3)).clamp(min=1)


def decode(
    sam: Sam,
    embedding: torch.Tensor,
    points: tuple[torch.Tensor, torch.Tensor] | None,
    boxes: torch.Tensor | None,
    masks: torch.Tensor | None,
    *,
    several: bool,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Masks (P, 1 or 3, 64, 64) and their predicted IoU for P prompts on one embedding (1, 384, 16, 16)."""
    sparse, dense = sam.prompt_encoder(points, boxes, masks)
    logits, quality = sam.mask_decoder(embedding, sam.prompt_encoder.get_dense_pe(), sparse, dense, several)
    return logits.float(), quality.float()


def next_clicks(logits: torch.Tensor, targets: torch.Tensor, rng: np.random.Generator) -> tuple[torch.Tensor, ...]:
    """One click each in what is wrong: points (P, 1, 2) in input pixels, labels (P, 1): 1 = missing, 0 = too much."""
    wrong = (logits > 0) != (targets > 0.5)
    points, labels = [], []
    for error, wanted in zip(wrong.numpy(), (targets > 0.5).numpy(), strict=True):
        ys, xs = np.nonzero(error if error.any() else wanted)
        at = rng.integers(len(xs)) if len(xs) else 0
        y, x = (ys[at], xs[at]) if len(xs) else (0, 0)
        points.append([[4.0 * x + 1.5, 4.0 * y + 1.5]])
        labels.append([float(wanted[y, x])])
    return torch.tensor(points), torch.tensor(labels)


def picture_loss(
    sam: Sam, embedding: torch.Tensor, batch: PromptBatch, row: int, *, with_boxes: bool, clicks: int, rng
) -> torch.Tensor:
    """Sum over the first answer and `clicks` corrections; clicks alone may be answered by any of three masks."""
    targets = batch.targets[row]
    boxes = batch.boxes[row] if with_boxes else None
    points = None if with_boxes else (batch.points[row], torch.ones(len(targets), 1))
    memory, total = None, torch.zeros(())
    for turn in range(clicks + 1):
        several = turn == 0 and not with_boxes
        logits, quality = decode(sam, embedding, points, boxes, memory, several=several)
        losses = mask_losses(logits, targets)
        best = losses.min(1)
        iou = true_iou(logits.detach(), targets)
        total = total + best.values.mean() + F.mse_loss(quality, iou)
        if turn == clicks:
            break
        shown = quality.argmax(1) if several else best.indices
        memory = logits.detach()[torch.arange(len(targets)), shown][:, None]
        more = next_clicks(memory[:, 0], targets, rng)
        points = more if points is None else tuple(torch.cat(pair, 1) for pair in zip(points, more, strict=True))
    return total / (clicks + 1)


def make_optimiser(sam: Sam, rate: float) -> torch.optim.Optimizer:
    """AdamW; the trunk, which is trained already, moves at a fifth of the rate."""
    trunk = list(sam.image_encoder.trunk.parameters())
    others = [p for name, p in sam.named_parameters() if not name.startswith("image_encoder.trunk.")]
    groups = [{"params": others, "share": 1.0}, {"params": trunk, "share": 0.2}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.99), weight_decay=0.02)


def rate_at(progress: float) -> float:
    """Share of the peak learning rate: linear warm-up, then half a cosine down to 0."""
    if progress < WARM_UP:
        return progress / WARM_UP
    return 0.5 * (1 + float(np.cos(np.pi * min(1.0, (progress - WARM_UP) / (1 - WARM_UP)))))


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    rng, generator = np.random.default_rng(args.seed), torch.Generator().manual_seed(args.seed)
    held_out = read_labelled_photos(args.packs, "val")
    maker = PromptBatchMaker(
        read_labelled_photos(args.packs, "train"), pictures=args.pictures, prompts=args.prompts, seed=args.seed
    )
    run = args.runs / "sam-mini"
    run.mkdir(parents=True, exist_ok=True)
    log = (run / "log.jsonl").open("w")
    sam = sam_mini()
    if args.start:
        sam.load_state_dict(torch.load(args.start, weights_only=True), strict=not args.partly)
    else:
        state = torch.load(args.trunk, weights_only=True)
        sam.image_encoder.trunk.load_state_dict({k: v for k, v in state.items() if not k.startswith("fc.")})
    sam.image_encoder.to(memory_format=torch.channels_last)
    average, optimiser = copy.deepcopy(sam).eval(), make_optimiser(sam, args.rate)
    start, step, next_report, loss = time.monotonic(), 0, args.progress + 0.1, 0.0
    for batch in maker:
        progress = args.progress + (1 - args.progress) * (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.rate * rate_at(progress) * group["share"]
        loss = _step(sam, optimiser, batch, rng, generator)
        step += 1
        blend(average, sam, keep=min(0.998, step / (step + 10)))
        if step % 50 == 0:
            print(f"sam-mini {progress:.3f} step {step} loss {loss:.3f}", flush=True)
        if progress > next_report:
            next_report += 0.1
            _report(average, run, log, held_out[::4], progress=progress, step=step, loss=loss)
    _report(average, run, log, held_out, progress=1.0, step=step, loss=loss)


def _step(sam: Sam, optimiser: torch.optim.Optimizer, batch: PromptBatch, rng, generator) -> float:
    sam.train()
    sam.image_encoder.trunk.eval()  # batch statistics stay those of the trained trunk
    with_boxes, clicks = bool(rng.random() < 0.5), int(rng.choice(3, p=(0.5, 0.35, 0.15)))
    pixels = jitter_colours(normalise(batch.rgb), generator)
    loss = torch.zeros(())
    with torch.autocast("cpu", torch.bfloat16):
        embeddings = sam.image_encoder(pixels)
        for row in range(len(pixels)):
            loss = loss + picture_loss(
                sam, embeddings[row : row + 1], batch, row, with_boxes=with_boxes, clicks=clicks, rng=rng
            ) / len(pixels)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(sam.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _report(average: Sam, run: Path, log, held_out, **facts: float) -> None:
    torch.save(average.state_dict(), run / "ema.tmp")
    (run / "ema.tmp").replace(run / "ema.pt")
    facts |= evaluate(average, held_out)
    log.write(json.dumps(facts) + "\n")
    log.flush()
    print(facts, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--trunk", type=Path, default=Path("runs/cnn-mini/ema.pt"), help="weights of cnn-mini")
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--pictures", type=int, default=6)
    parser.add_argument("--prompts", type=int, default=6, help="objects asked for in each picture")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start", type=Path, help="weights of a sam-mini to go on from")
    parser.add_argument("--partly", action="store_true", help="the start may lack parts that are new")
    parser.add_argument("--progress", type=float, default=0.0, help="where on the schedule to go on")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
