"""On how many validation photos does `sam-mini` cut out more of what a box asks for than GrabCut?

    python -m training.evaluate_grabcut grabcut --packs DIR --run runs/sam-mini
    python -m training.evaluate_grabcut sam-mini --packs DIR --run runs/sam-mini

Both are given the exact box of the three largest objects of each photo of segdet320's validation split (an object
covers at most half of the photo: of a box around nearly everything GrabCut has no background to learn from) and run as
the app runs them. `boxes_MODEL.json` in the run's folder keeps the mean IoU of each photo.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from training.evaluate_segmenter import iou, objects, whole
from training.segmentation_packs import LabelledPhoto, bounds, read_labelled_photos
from vizcore.photo import Photo
from vizcore.segmentation import BoxSettings, embed, segment_boxes
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.classical_segmenters import GrabCutSegmenter
from vizcore.zoo.protocols import PromptableSegmenter
from vizcore.zoo.sam_models import SamSegmenter

MOST = 3
LARGEST = 0.5  # of the photo


def asked_for(photo: LabelledPhoto) -> list[np.ndarray]:
    """The photo's objects that both are asked for."""
    return [mask for mask in objects(photo, most=MOST + 1) if mask.mean() <= LARGEST][:MOST]


def box_scores(model: PromptableSegmenter, photos: list[LabelledPhoto]) -> list[float]:
    """Mean IoU of every photo over its objects, by the app's own operation; NaN where it has none."""
    found = []
    for number, photo in enumerate(photos):
        wanted = asked_for(photo)
        *_, last = embed(model, Photo(photo.rgb, f"photo {number}"))
        masks = segment_boxes(model, last.result, BoxSettings(tuple(bounds(mask) for mask in wanted))).masks
        found.append(float(np.mean([iou(*pair) for pair in zip(masks, wanted, strict=True)])) if wanted else np.nan)
    return found


def segmenter(name: str, run: Path) -> PromptableSegmenter:
    """GrabCut, or the run's model in the half precision in which it ships."""
    if name == "grabcut":
        return GrabCutSegmenter(CARDS[name], "cpu")
    return SamSegmenter(CARDS[name], whole(torch.load(run / "ema.pt", weights_only=True)), "", "cpu")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["grabcut", "sam-mini"])
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    scores = box_scores(segmenter(args.model, args.run), read_labelled_photos(args.packs, "val"))
    (args.run / f"boxes_{args.model}.json").write_text(json.dumps(scores))
    print(len(scores), np.nanmean(scores))


if __name__ == "__main__":
    main()
