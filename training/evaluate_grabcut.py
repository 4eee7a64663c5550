"""On how many validation photos does `sam-mini` cut out more of what a box asks for than GrabCut?

    python -m training.evaluate_grabcut --packs DIR

Both are given the exact box of the three largest objects of each photo of segdet320's validation split (an object
covers at most half of the photo: of a box around nearly everything GrabCut has no background to learn from) and run as
the app runs them.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from training.evaluate_segmenter import iou, objects
from training.segmentation_packs import LabelledPhoto, bounds, read_labelled_photos
from vizcore.photo import Photo
from vizcore.segmentation import BoxSettings, embed, segment_boxes
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.load import load_model

MOST = 3
LARGEST = 0.5  # of the photo


def asked_for(photo: LabelledPhoto) -> list[np.ndarray]:
    """The photo's objects that both are asked for."""
    return [mask for mask in objects(photo, most=MOST + 1) if mask.mean() <= LARGEST][:MOST]


def box_scores(model: Any, photos: list[LabelledPhoto]) -> list[float]:
    """Mean IoU of every photo over its objects, by the app's own operation; NaN where it has none."""
    found = []
    for number, photo in enumerate(photos):
        wanted = asked_for(photo)
        *_, last = embed(model, Photo(photo.rgb, f"photo {number}"))
        masks = segment_boxes(model, last.result, BoxSettings(tuple(bounds(mask) for mask in wanted))).masks
        found.append(float(np.mean([iou(*pair) for pair in zip(masks, wanted, strict=True)])) if wanted else np.nan)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    photos = read_labelled_photos(args.packs, "val")
    ours, theirs = (np.array(box_scores(load_model(CARDS[key], "cpu"), photos)) for key in ("sam-mini", "grabcut"))
    both = ~np.isnan(ours)
    better, count = int((ours > theirs)[both].sum()), int(both.sum())
    print(f"mean IoU {ours[both].mean():.3f}, GrabCut {theirs[both].mean():.3f}; better on {better} of {count} photos")


if __name__ == "__main__":
    main()
