"""What is every number on sam-mini's card made of? Validation photos of a pack, by segment_anything's own predictor.

    python -m training.evaluate_segmenter --packs DIR --run runs/sam-mini --pack segdet320

Objects: regions of at least 150 px of the first label map of each photo, at most 16 a photo, largest first. Clicks fall
on the pixel farthest from the border; corrections on that pixel of what is still wrong, missing or too much. Intervals
are bootstrapped over photos, whose objects are not independent of one another. The run's averaged weights are judged in
the half precision in which they ship; one value for each object goes to `scores_PACK.npz` beside them.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr
from segment_anything import SamPredictor
from segment_anything.modeling import Sam

from training.segmentation_packs import LabelledPhoto, bounds, inner_point, object_ids, read_labelled_photos
from vizcore.zoo.bundled.lite_trunk import trunk_state
from vizcore.zoo.bundled.mini_sam import sam_mini

MOST_OBJECTS = 16
RESAMPLES = 1000
TRUNK = "image_encoder.trunk."
Scores = dict[str, np.ndarray]


def iou(found: np.ndarray, wanted: np.ndarray) -> float:
    return float((found & wanted).sum() / max(1, (found | wanted).sum()))


def objects(photo: LabelledPhoto, most: int = MOST_OBJECTS) -> list[np.ndarray]:
    labels = photo.maps[0]
    masks = [labels == each for each in object_ids(labels)]
    return sorted(masks, key=lambda mask: -int(mask.sum()))[:most]


@torch.inference_mode()
def object_scores(sam: Sam, photos: list[LabelledPhoto], most: int = MOST_OBJECTS) -> Scores:
    """One value for each object: what `one_object` names, the number of its `photo` and its `source`."""
    sam.eval()
    predictor, scores = SamPredictor(sam), defaultdict(list)
    for number, photo in enumerate(photos):
        predictor.set_image(photo.rgb)
        for mask in objects(photo, most):
            for name, value in (one_object(predictor, mask) | {"photo": number, "source": photo.source}).items():
                scores[name].append(value)
    return {name: np.array(values) for name, values in scores.items()}


def summary(scores: Scores) -> dict[str, float]:
    """Means in percent over all objects, by kind of prompt; box by source; Spearman of predicted and true IoU."""
    kinds = [name for name in scores if name not in ("told", "true", "photo", "source")]
    numbers = {name: 100 * float(scores[name].mean()) for name in kinds}
    for source in dict.fromkeys(scores["source"]):
        numbers[f"box_{source}"] = 100 * float(scores["box"][scores["source"] == source].mean())
    return numbers | {"objects": len(scores["box"]), "spearman": rank_correlation(scores)}


def rank_correlation(scores: Scores) -> float:
    return float(spearmanr(scores["told"], scores["true"]).statistic)


def evaluate(sam: Sam, photos: list[LabelledPhoto], most: int = MOST_OBJECTS) -> dict[str, float]:
    return summary(object_scores(sam, photos, most))


def interval(scores: Scores, statistic: Callable[[Scores], float], seed: int = 0) -> tuple[float, float]:
    """The middle 95 % of the statistic over 1,000 resamples of the photos, each with all of its objects."""
    rng = np.random.default_rng(seed)
    places = [np.flatnonzero(scores["photo"] == number) for number in np.unique(scores["photo"])]
    found = []
    for _ in range(RESAMPLES):
        chosen = np.concatenate([places[i] for i in rng.integers(len(places), size=len(places))])
        found.append(statistic({name: values[chosen] for name, values in scores.items()}))
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def one_object(predictor: SamPredictor, wanted: np.ndarray) -> dict[str, float]:
    """IoU of every way to ask for one object; `three_alike`: mean IoU of each two of the three masks of a click.

    `told` and `true`: predicted and true IoU of the one-click mask that is shown.
    """
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
    alike = float(np.mean([iou(one, other) for one, other in itertools.combinations(masks, 2)]))
    result |= {"one_click": every[shown], "one_click_best_of_three": max(every), "three_alike": alike}
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


def whole(head: dict[str, torch.Tensor]) -> Sam:
    """The model as the app builds it: what ships rounded to half precision, the packaged trunk if it has none."""
    rounded = {name: value.half().float() for name, value in head.items()}
    sam = sam_mini()
    sam.load_state_dict({f"{TRUNK}{name}": value for name, value in trunk_state().items()} | rounded)
    return sam.eval().requires_grad_(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--pack", choices=["segdet320", "masks320"], required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    sam = whole(torch.load(args.run / "ema.pt", weights_only=True))
    scores = object_scores(sam, read_labelled_photos(args.packs, "val", args.pack))
    np.savez(args.run / f"scores_{args.pack}.npz", **scores)
    print(json.dumps(summary(scores)))


if __name__ == "__main__":
    main()
