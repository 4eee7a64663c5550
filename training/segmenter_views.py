"""Random views of the labelled photos and the frozen trunk's maps of them: python -m training.segmenter_views ...

    python -m training.segmenter_views --packs DIR --out runs/sam-cache --files 4

A view is a crop, perhaps mirrored, at 416 px (longest side, grey at the right and the bottom). `maps_NN.npy` and
`pixels_NN.npy` hold one row a view, `labels_NN.npz` the regions: one PNG for each of a view's label maps, regions of at
least 150 px numbered from 1. The labels are written last.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch

from training.detection_batches import jittered
from training.feature_cache import BATCH, write_maps
from training.prompt_batches import View
from training.segmentation_packs import LabelledPhoto, fit, object_ids, read_labelled_photos
from vizcore.zoo.bundled.lite_sam import INPUT_SIZE, STRIDES

SHARES = {  # of the views
    "coco": 0.27,
    "coco_b": 0.08,
    "bsds500": 0.33,
    "pets": 0.10,
    "pennfudan": 0.05,
    "clothing": 0.12,
    "camvid": 0.05,
}
GREY = 128


def training_photos(packs: Path) -> dict[str, list[LabelledPhoto]]:
    """The photos of every set in SHARES."""
    photos = [p for pack in ("segdet320", "masks320", "voc320") for p in read_labelled_photos(packs, "train", pack)]
    return {name: [p for p in photos if p.source == name] for name in SHARES}


class Views:
    """Makes one view after the other out of the photos."""

    def __init__(self, pools: dict[str, list[LabelledPhoto]]) -> None:
        self._pools = pools

    def make(self, seed: int) -> tuple[np.ndarray, list[np.ndarray], tuple[int, int]]:
        """Pixels (416, 416, 3), label maps (416, 416), both uint8, and height and width of the picture itself."""
        rng = np.random.default_rng(seed)
        while True:
            pool = self._pools[str(rng.choice(list(SHARES), p=list(SHARES.values())))]
            rgb, maps = _random_part(pool[rng.integers(len(pool))], rng)
            maps = [each for each in map(_numbered, maps) if each.any()]
            if maps:
                shrunk = fit(rgb, INPUT_SIZE)[0]
                return _padded(shrunk, GREY), maps, shrunk.shape[:2]


def _random_part(photo: LabelledPhoto, rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray]]:
    height, width = photo.rgb.shape[:2]
    share = rng.uniform(0.5, 1.0, 2) if rng.random() < 0.6 else np.ones(2)
    h, w = int(height * share[0]), int(width * share[1])
    top, left = rng.integers(height - h + 1), rng.integers(width - w + 1)
    step = -1 if rng.random() < 0.5 else 1
    parts = [each[top : top + h, left : left + w][:, ::step] for each in (photo.rgb, *photo.maps)]
    return np.ascontiguousarray(parts[0]), [np.ascontiguousarray(each) for each in parts[1:]]


def _numbered(labels: np.ndarray) -> np.ndarray:
    """The map at the view's size, its regions of at least 150 px numbered from 1 to at most 255."""
    _, small = np.unique(np.append(0, labels), return_inverse=True)
    small = small[1:].reshape(labels.shape).astype(np.uint16)
    scale = INPUT_SIZE / max(labels.shape)
    size = tuple(max(1, int(length * scale + 0.5)) for length in labels.shape[::-1])
    resized = cv2.resize(small, size, interpolation=cv2.INTER_NEAREST)
    numbers = np.zeros(int(resized.max()) + 1, np.uint8)
    kept = object_ids(resized)[:255]
    numbers[kept] = np.arange(1, len(kept) + 1)
    return _padded(numbers[resized], 0)


def _padded(array: np.ndarray, value: int) -> np.ndarray:
    whole = np.full((INPUT_SIZE, INPUT_SIZE, *array.shape[2:]), value, np.uint8)
    whole[: array.shape[0], : array.shape[1]] = array
    return whole


def fresh_views(packs: Path, seed: int) -> Iterator[View]:
    """Endless views for a trunk that is trained too: no maps, and no view comes twice."""
    views, rng = Views(training_photos(packs)), np.random.default_rng(seed)
    generator = torch.Generator().manual_seed(seed)
    while True:
        rgb, maps, size = views.make(int(rng.integers(2**63)))
        seen = _seen([rgb], [size], generator)
        yield [], 2 * seen - 1, maps


def _seen(pictures: list[np.ndarray], sizes: list[tuple[int, int]], generator: torch.Generator) -> torch.Tensor:
    """Pixels (B, 3, 416, 416) in 0..1 of other colour; the padding keeps its grey."""
    seen = jittered(torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2), generator)
    for picture, (height, width) in zip(seen, sizes, strict=True):
        picture[:, height:] = picture[:, :, width:] = GREY / 255
    return seen


def write_views(views: Views, count: int, seed: int, out: Path) -> None:
    """One file of views, numbered by its seed."""
    generator = torch.Generator().manual_seed(seed)
    seeds = np.random.default_rng(seed).integers(2**63, size=count)
    shape = (count, INPUT_SIZE, INPUT_SIZE, 3)
    kept = np.lib.format.open_memmap(out / f"pixels_{seed:02d}.npy", "w+", np.uint8, shape)
    blobs: list[bytes] = []
    owner: list[int] = []

    def pixels(start: int) -> torch.Tensor:
        made = [views.make(int(s)) for s in seeds[start : start + BATCH]]
        for row, (_, maps, _) in enumerate(made, start=start):
            blobs.extend(cv2.imencode(".png", each)[1].tobytes() for each in maps)
            owner.extend([row] * len(maps))
        seen = _seen([each[0] for each in made], [each[2] for each in made], generator)
        kept[start : start + BATCH] = (255 * seen.permute(0, 2, 3, 1)).round().byte().numpy()
        return seen

    write_maps(out / f"maps_{seed:02d}.npy", count, pixels, STRIDES)
    kept.flush()
    offsets = np.cumsum([0, *(len(each) for each in blobs)])
    blob = np.frombuffer(b"".join(blobs), np.uint8)
    np.savez(out / f"labels_{seed:02d}.npz", blob=blob, off=offsets, view=np.array(owner))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=int, default=0, help="number of the first file")
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--views", type=int, default=1000, help="in each file")
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    pools = training_photos(args.packs)
    print(json.dumps({name: len(pool) for name, pool in pools.items()}), flush=True)
    views = Views(pools)
    for seed in range(args.first, args.first + args.files):
        write_views(views, args.views, seed, args.out)


if __name__ == "__main__":
    main()
