"""Computes the frozen trunk's maps of many training views once: python -m training.feature_cache --packs DIR --out DIR

Heads then learn at several times the speed. Each `maps_NN.npy` holds one row a view, the maps of each stride one after
the other as (side, side, channels) half-precision numbers; `labels_NN.npz` says which boxes each view has and is
written last. Held-out photos are cached the same way, letterboxed as the app does it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

from training.detection_batches import SIZE, Pictures, jittered
from training.detection_packs import read_cut_outs, read_human_boxes, read_natural_photos
from training.precision import half_precision, half_type
from vizcore.zoo.bundled.lite_trunk import CHANNELS, LiteTrunk, trunk_state

BATCH = 32
DETECTOR_STRIDES = (8, 16, 32)
PixelBatches = Iterator[torch.Tensor]


def frozen_trunk(strides: tuple[int, ...] = DETECTOR_STRIDES) -> LiteTrunk:
    """The trunk with the package's weights, channels last."""
    trunk = LiteTrunk(strides)
    trunk.load_state_dict(trunk_state())
    return trunk.to(memory_format=torch.channels_last).requires_grad_(False)


def row_length(strides: tuple[int, ...], size: int = SIZE) -> int:
    """Numbers in one view's row."""
    return sum(CHANNELS[stride] * (size // stride) ** 2 for stride in strides)


@torch.inference_mode()
def write_maps(file: Path, count: int, pixels: Callable[[int], torch.Tensor], strides: tuple[int, ...]) -> None:
    """Rows of `file` for `count` views; pixels(start) gives up to BATCH of them, uint8-like floats in 0..1."""
    trunk = frozen_trunk(strides)
    rows = np.lib.format.open_memmap(file, "w+", np.float16, (count, row_length(strides)))
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        waiting = beside.submit(pixels, 0)
        for start in range(0, count, BATCH):
            batch = waiting.result()
            waiting = beside.submit(pixels, start + BATCH) if start + BATCH < count else waiting
            with half_precision():
                maps = trunk(batch.contiguous(memory_format=torch.channels_last))
            parts = [m.permute(0, 2, 3, 1).reshape(len(m), -1) for m in maps]
            rows[start : start + BATCH] = torch.cat(parts, 1).half().numpy()
            if start % (32 * BATCH) == 0:
                print(f"{file.name} {start} of {count}, {time.monotonic() - begun:.0f} s", flush=True)


class CachedMaps:
    """The rows of a file as maps (B, channels, side, side), channels last."""

    def __init__(self, file: Path, strides: tuple[int, ...] = DETECTOR_STRIDES, size: int = SIZE) -> None:
        self._rows = np.load(file, mmap_mode="r", allow_pickle=False)
        self._strides, self._size = strides, size

    def __len__(self) -> int:
        return len(self._rows)

    def maps(self, rows: np.ndarray | slice) -> list[torch.Tensor]:
        values = torch.from_numpy(np.array(self._rows[rows])).to(half_type())
        found, at = [], 0
        for stride in self._strides:
            channels, side = CHANNELS[stride], self._size // stride
            part = values[:, at : at + channels * side * side].reshape(len(values), side, side, channels)
            found.append(part.permute(0, 3, 1, 2))
            at += channels * side * side
        return found


def _views(pictures: Pictures, count: int, seed: int, out: Path) -> None:
    """One file of views, numbered by its seed."""
    generator = torch.Generator().manual_seed(seed)
    seeds = np.random.default_rng(seed).integers(2**63, size=count)
    labels: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def pixels(start: int) -> torch.Tensor:
        made = [pictures.make(int(s)) for s in seeds[start : start + BATCH]]
        labels.extend(m[1:] for m in made)
        return jittered(torch.from_numpy(np.stack([m[0] for m in made])).permute(0, 3, 1, 2), generator)

    write_maps(out / f"maps_{seed:02d}.npy", count, pixels, DETECTOR_STRIDES)
    offsets = np.cumsum([0, *(len(boxes) for boxes, _, _ in labels)])
    boxes, classes = (np.concatenate([each[i] for each in labels]) for i in (0, 1))
    np.savez(
        out / f"labels_{seed:02d}.npz",
        off=offsets,
        box=boxes,
        cls=classes,
        known=np.stack([each[2] for each in labels]),
    )


def _held_out(packs: Path, out: Path) -> None:
    from training.detector_answers import as_seen, read_held_out

    held_out = read_held_out(packs)
    photos = [p.rgb for p in held_out.boxed] + [rgb for rgb, _ in held_out.stated]

    def pixels(start: int) -> torch.Tensor:
        seen = np.stack([as_seen(rgb)[0] for rgb in photos[start : start + BATCH]])
        return torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 255

    write_maps(out / "held_out.npy", len(photos), pixels, DETECTOR_STRIDES)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--files", type=int, default=8)
    parser.add_argument("--views", type=int, default=2000, help="in each file")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    pools = read_human_boxes(args.packs, "train") | read_natural_photos(args.packs, "train")[0]
    print(json.dumps({name: len(pool) for name, pool in pools.items()}), flush=True)
    pictures = Pictures(pools, read_cut_outs(args.packs))
    if not args.first:
        _held_out(args.packs, args.out)
    for seed in range(args.first, args.first + args.files):
        _views(pictures, args.views, seed, args.out)


if __name__ == "__main__":
    main()
