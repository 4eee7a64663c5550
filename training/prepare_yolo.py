"""Gives YOLO's backbone a start: it follows `cnn-mini`'s maps and answers on thumbnails and photos, without boxes.

python -m training.prepare_yolo --packs DIR --follow runs/cnn-mini/ema.pt --minutes 10

A detector from scratch spends most of its time learning edges and fur from a few boxes; a trained classifier's maps
teach every place of every picture (see `training.distillation`, which does the same for the ViT).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from training.batches import BatchMaker, normalise
from training.distillation import follow_loss
from training.packs import read_classes, read_photos, read_thumbnails
from vizcore.zoo.bundled.mini_classifiers import CLASS_COUNT, cnn_mini
from vizcore.zoo.bundled.mini_detectors import yolo_mini

BACKBONE_LAYERS = 11  # model.0 to model.10 of yolo11.yaml, one after the other
STAGES = (4, 6, 10)  # their strides are 8, 16 and 32; 128, 128 and 256 channels
PEAK_RATE = 2e-3


class MapFollower(nn.Module):
    """1 x 1 readings of YOLO's three backbone maps, compared with `layer2`, `layer3` + `layer4`, a pooled `layer4`."""

    def __init__(self, leader_file: Path) -> None:
        super().__init__()
        self.readings = nn.ModuleList([nn.Conv2d(128, 64, 1), nn.Conv2d(128, 384, 1), nn.Conv2d(256, 256, 1)])
        teacher = cnn_mini().to(memory_format=torch.channels_last).eval()
        teacher.load_state_dict(torch.load(leader_file, weights_only=True))
        self._leader = [teacher.requires_grad_(False)]  # in a list: neither trained nor saved with the readings

    @torch.no_grad()
    def targets(self, pixels: torch.Tensor) -> tuple[list[torch.Tensor], torch.Tensor]:
        """pixels normalised as for `cnn-mini` -> the three maps to follow and the logits (B, 104)."""
        net = self._leader[0]
        fine = net.layer2(net.layer1(net.maxpool(net.relu(net.bn1(net.conv1(pixels))))))
        middle = net.layer3(fine)
        last = net.layer4(middle)
        maps = [fine, torch.cat([middle, last], 1), F.avg_pool2d(last, 2)]
        return [m.float() for m in maps], net.fc(last.mean((2, 3))).float()

    def loss(self, maps: list[torch.Tensor], targets: list[torch.Tensor]) -> torch.Tensor:
        """Mean squared distance after a layer norm over the channels, the mean of the three maps."""
        total = torch.zeros(())
        for reading, mine, theirs in zip(self.readings, maps, targets, strict=True):
            read, wanted = reading(mine).float().permute(0, 2, 3, 1), theirs.permute(0, 2, 3, 1)
            width = (wanted.shape[-1],)
            total = total + F.mse_loss(F.layer_norm(read, width), F.layer_norm(wanted, width)) / 3
        return total


def backbone_maps(model: nn.Module, pixels: torch.Tensor) -> list[torch.Tensor]:
    """The three backbone maps of a YOLO11 `DetectionModel` for pixels in 0..1."""
    maps = []
    for place, layer in enumerate(model.model[:BACKBONE_LAYERS]):
        pixels = layer(pixels)
        if place in STAGES:
            maps.append(pixels)
    return maps


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    classes = read_classes(args.packs)
    thumbs, photos = read_thumbnails(args.packs, "train"), read_photos(args.packs, "train", classes)
    model = yolo_mini().to(memory_format=torch.channels_last).train()
    follower, head = MapFollower(args.follow), nn.Linear(256, CLASS_COUNT)
    trained = [*model.model[:BACKBONE_LAYERS].parameters(), *follower.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(trained, lr=PEAK_RATE, weight_decay=0.02, betas=(0.9, 0.99))
    maker = BatchMaker(thumbs, photos, size=96, batch=64, photo_share=0.5, least_area=0.4, seed=args.seed)
    args.run.mkdir(parents=True, exist_ok=True)
    start = saved = time.monotonic()
    for step, batch in enumerate(maker, start=1):
        progress = (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        if progress > 0.5:
            maker.size = 128
        for group in optimiser.param_groups:
            group["lr"] = PEAK_RATE * min(1.0, step / 100, 0.05 + 1.5 * (1 - progress))
        with torch.autocast("cpu", torch.bfloat16):
            maps = backbone_maps(model, (batch.rgb.float() / 255).contiguous(memory_format=torch.channels_last))
            wanted, answers = follower.targets(normalise(batch.rgb))
            dense, logits = follower.loss(maps, wanted), head(maps[-1].mean((2, 3)))
        loss = dense + 0.2 * follow_loss(logits.float(), answers)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 5.0)
        optimiser.step()
        if step % 50 == 0:
            print(f"{progress:.3f} step {step} maps {float(dense):.3f} loss {float(loss):.3f}", flush=True)
        if time.monotonic() - saved > 60:
            saved = time.monotonic()
            torch.save(model.state_dict(), args.run / "ema.pt")
    torch.save(model.state_dict(), args.run / "ema.pt")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--follow", type=Path, required=True, help="weights of a trained cnn-mini")
    parser.add_argument("--run", type=Path, default=Path("runs/yolo-start"))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
