"""A teacher for the thumbnails: EfficientNet-Lite0, trained on until it reads pictures of 64 px.

    python -m training.thumbnail_teacher --packs DIR --out runs/thumbnail-teacher.pt --minutes 45

As published it names few of them: it never saw pictures enlarged so far. Its classifier begins as the 104 rows of the
published one; the stages up to stride 8 only take new statistics, what follows is trained. Its answers are a teacher's,
never ground truth; `train_classifiers --thumbnail-teacher` asks it about the very crops that the student sees.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from training.batches import DEVIATION, MEAN, BatchMaker, jitter_colours, normalise
from training.evaluate_classifiers import answers
from training.packs import Thumbnails, read_classes, read_photos, read_thumbnails
from training.schedule import rate_at
from vizcore.zoo.bundled.lite_trunk import ARCHITECTURE
from vizcore.zoo.bundled.mini_classifiers import CLASS_COUNT

FROZEN_STAGES = 3  # up to stride 8
SIZE = 128  # px of the pictures that it learns from


class ThumbnailTeacher(nn.Module):
    """EfficientNet-Lite0 with our 104 classes, for pixels as the students see them (ImageNet's mean and deviation)."""

    def __init__(self) -> None:
        super().__init__()
        import timm

        self.network: Any = timm.create_model(ARCHITECTURE, pretrained=False, num_classes=CLASS_COUNT)

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Logits (B, 104)."""
        mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
        early = 2 * (pixels * deviation + mean) - 1
        with torch.no_grad():
            early = self.network.bn1(self.network.conv_stem(early))
            for stage in self.network.blocks[:FROZEN_STAGES]:
                early = stage(early)
        late = early
        for stage in self.network.blocks[FROZEN_STAGES:]:
            late = stage(late)
        return self.network.forward_head(self.network.bn2(self.network.conv_head(late)))

    def trained(self) -> list[nn.Parameter]:
        """The parameters of what follows stride 8."""
        parts = (self.network.blocks[FROZEN_STAGES:], self.network.conv_head, self.network.bn2, self.network.classifier)
        return [p for part in parts for p in part.parameters()]


def as_published(imagenet: torch.Tensor) -> ThumbnailTeacher:
    """The card `efficientnet-lite0`, its classifier cut to the rows `imagenet` (104,)."""
    from vizcore.zoo.catalogue.packaged_cards import PACKAGED_CARDS
    from vizcore.zoo.load import load_model

    teacher = ThumbnailTeacher()
    published: Any = load_model(PACKAGED_CARDS[0], "cpu")
    state = published.module.state_dict()
    for name in ("classifier.weight", "classifier.bias"):
        state[name] = state[name][imagenet]
    teacher.network.load_state_dict(state)
    return teacher


def load_teacher(file: Path) -> ThumbnailTeacher:
    """What `main` wrote, frozen."""
    teacher = ThumbnailTeacher()
    teacher.load_state_dict(torch.load(file, weights_only=True))
    return teacher.to(memory_format=torch.channels_last).eval().requires_grad_(False)


def top1(teacher: nn.Module, thumbs: Thumbnails, every: int) -> float:
    """Percentage of every n-th thumbnail that it names rightly."""
    found = answers(teacher, list(thumbs.rgb[::every]), SIZE)
    return 100 * float((found.argmax(1) == torch.from_numpy(thumbs.label[::every])).float().mean())


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    generator = torch.Generator().manual_seed(args.seed)
    classes = read_classes(args.packs)
    thumbs, held_out = read_thumbnails(args.packs, "train"), read_thumbnails(args.packs, "val")
    teacher = as_published(torch.from_numpy(classes.imagenet).long()).to(memory_format=torch.channels_last)
    labels = torch.from_numpy(thumbs.label)
    optimiser = torch.optim.AdamW(teacher.trained(), lr=args.rate, weight_decay=0.02)
    cut = {"batch": args.batch, "photo_share": 0.0, "seed": args.seed, "least_area": 0.35}
    photos = read_photos(args.packs, "val", classes)  # none of them is drawn
    start, next_report = time.monotonic(), 0.1
    for step, batch in enumerate(BatchMaker(thumbs, photos, size=SIZE, **cut), start=1):
        progress = (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = args.rate * rate_at(progress)
        teacher.train()
        logits = teacher(jitter_colours(normalise(batch.rgb), generator))
        loss = F.cross_entropy(logits, labels[batch.thumbnail_rows], label_smoothing=0.1)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(teacher.trained(), 2.0)
        optimiser.step()
        if step % 50 == 0:
            print(f"{progress:.3f} step {step} loss {loss.item():.3f}", flush=True)
        if progress > next_report:
            next_report += 0.15
            report(teacher, args.out, held_out, progress, step * args.batch, every=8)
    report(teacher, args.out, held_out, 1.0, step * args.batch, every=1)


def report(teacher: ThumbnailTeacher, out: Path, held_out: Thumbnails, progress: float, seen: int, every: int) -> None:
    torch.save(teacher.state_dict(), out)
    facts = {"progress": progress, "pictures": seen, "top1": top1(teacher, held_out, every), "every": every}
    with out.with_suffix(".jsonl").open("a") as log:
        log.write(json.dumps(facts) + "\n")
    print(facts, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
