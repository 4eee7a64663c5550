"""EfficientNet-Lite2's soft answers to the natural training photos: python -m training.teacher_labels ...

    python -m training.teacher_labels --packs DIR --out runs/lite2-labels.npz

`ids` and `logits` (n, 20): the largest of its 1,000 logits for each photo, prepared as the app prepares it, in the
order of `packs.read_photos`. What it says of a photo is a teacher's label, never ground truth.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.packs import read_classes, read_photos
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES
from vizcore.runtimes.onnx_export import export_onnx
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.zoo.catalogue.packaged_cards import PACKAGED_CARDS
from vizcore.zoo.load import load_model

KEPT = 20  # of the 1,000 logits; the rest of its probability is left out
BATCH = 16


def answers(pictures: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Ids (n, KEPT) int16 and logits (n, KEPT) float16 of pictures (H, W, 3), the largest first."""
    card = PACKAGED_CARDS[1]
    session = OnnxSession(export_onnx(load_model(card, "cpu")).data, threads=1)
    recipe = RECIPES[card.recipe]
    ids, logits, begun = [], [], time.monotonic()
    for start in range(0, len(pictures), BATCH):
        rgb = np.stack([recipe.prepare(Photo(p, "", sha256="")).rgb for p in pictures[start : start + BATCH]])
        pixels = (rgb.astype(np.float32) / 255 - recipe.mean) / recipe.deviation
        found = session.run(pixels.transpose(0, 3, 1, 2).astype(np.float32))[0]
        order = np.argsort(-found, axis=1)[:, :KEPT]
        ids.append(order.astype(np.int16))
        logits.append(np.take_along_axis(found, order, 1).astype(np.float16))
        if start % (50 * BATCH) == 0:
            print(f"{start} of {len(pictures)}, {time.monotonic() - begun:.0f} s", flush=True)
    return np.concatenate(ids), np.concatenate(logits)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    ids, logits = answers(read_photos(args.packs, "train", read_classes(args.packs)).rgb)
    np.savez(args.out, ids=ids, logits=logits)


if __name__ == "__main__":
    main()
