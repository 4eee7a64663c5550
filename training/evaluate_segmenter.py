"""What is every number on sam-mini's card made of? Validation photos of segdet320, by segment_anything's own predictor.

Objects: regions of at least 150 px of the first label map of each photo, at most 16 a photo, largest first. Clicks fall
on the pixel farthest from the border; corrections on that pixel of what is still wrong, missing or too much.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import torch
from scipy.stats import spearmanr
from segment_anything import SamPredictor
from segment_anything.modeling import Sam

from training.segmentation_packs import SETS, LabelledPhoto, bounds, inner_point, object_ids

MOST_OBJECTS = 16


def iou(found: np.ndarray, wanted: np.ndarray) -> float:
    return float((found & wanted).sum() / max(1, (found | wanted).sum()))


def objects(photo: LabelledPhoto) -> list[np.ndarray]:
    labels = photo.maps[0]
    masks = [labels == each for each in object_ids(labels)]
    return sorted(masks, key=lambda mask: -int(mask.sum()))[:MOST_OBJECTS]


@torch.inference_mode()
def evaluate(sam: Sam, photos: list[LabelledPhoto]) -> dict[str, float]:
    """Mean IoU in percent over all objects, by kind of prompt; box per source; Spearman of predicted and true IoU."""
    sam.eval()
    predictor, scores = SamPredictor(sam), defaultdict(list)
    for photo in photos:
        predictor.set_image(photo.rgb)
        for mask in objects(photo):
            for name, value in one_object(predictor, mask).items():
                scores[name].append(value)
            scores[f"box_{photo.source}"].append(scores["box"][-1])
    numbers = {name: 100 * float(np.mean(values)) for name, values in scores.items() if name not in ("told", "true")}
    numbers = {name: numbers[name] for name in _order(numbers)}
    told, true = np.array(scores["told"]), np.array(scores["true"])
    return numbers | {"objects": len(scores["box"]), "spearman": float(spearmanr(told, true).statistic)}


def one_object(predictor: SamPredictor, wanted: np.ndarray) -> dict[str, float]:
    """IoU of every way to ask for one object; `told` and `true`: predicted and true IoU of the shown one-click mask."""
    x0, y0, x1, y1 = bounds(wanted)
    filled = np.zeros_like(wanted)
    filled[int(y0) : int(y1), int(x0) : int(x1)] = True
    box = np.array([x0, y0, x1, y1])
    masks, _, _ = predictor.predict(box=box, multimask_output=False)
    result = {"fill_the_box": iou(filled, wanted), "box": iou(masks[0], wanted)}
    points, labels = [inner_point(wanted)], [1]
    masks, quality, low = predictor.predict(np.array(points), np.array(labels), multimask_output=True)
    shown = int(quality.argmax())
    every = [iou(mask, wanted) for mask in masks]
    result |= {"one_click": every[shown], "one_click_best_of_three": max(every)}
    result |= {"told": float(quality[shown]), "true": every[shown]}
    found, memory = masks[shown], low[shown][None]
    for _ in range(2):
        missing, extra = wanted & ~found, found & ~wanted
        label = int(missing.sum() >= extra.sum())
        error = missing if label else extra
        if not error.any():
            break
        points, labels = [*points, inner_point(error)], [*labels, label]
        masks, _, low = predictor.predict(np.array(points), np.array(labels), mask_input=memory, multimask_output=False)
        found, memory = masks[0], low
    return result | {"three_clicks": iou(found, wanted)}


def _order(numbers: dict[str, float]) -> list[str]:
    first = ["fill_the_box", "box", "one_click", "one_click_best_of_three", "three_clicks"]
    return first + [f"box_{name}" for name in SETS if f"box_{name}" in numbers]
