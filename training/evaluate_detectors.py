"""What is every number on a bundled detector's card made of? Only boxes drawn by people on held-out photos count.

- mAP50: pycocotools' AP at IoU 0.5, mean over the seven classes, on the validation photos with boxes drawn by people;
  a box of a class that a photo's set does not label is left out. A place or query counts for its best class only.
- Default score: the lowest at which F1 at IoU 0.5, over all classes together on the same photos, is within half a point
  of its best: where F1 is flat, who misses nothing comes before who is never wrong. At that score: second boxes on one
  object, persons over 1 % of the picture found and wrongly found, pet photos with the other species.
- Right species: of the photos of photos192's validation split that people called a cat or a dog, those whose
  best-scoring cat or dog box has a score of at least 0.25 and is of that species.
"""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import torch
from torch import nn
from torchvision.ops import box_iou

from training.detection_packs import (
    CAT_BOX,
    DOG_BOX,
    PERSON,
    BoxedPhoto,
)
from training.detector_answers import Found, HeldOut, answers
from training.feature_cache import CachedMaps
from vizcore.zoo.bundled.mini_detectors import LABELS

SPECIES_SCORE = 0.25
DOUBLE_IOU = 0.6
GIVEN_AWAY = 0.005  # of F1, for a lower default score
LARGE_PERSON = 0.01  # share of the picture


def average_precision(photos: list[BoxedPhoto], found: list[Found]) -> dict[str, float]:
    """COCO's AP at IoU 0.5 of each class and AP at 0.5:0.95, in percent, by pycocotools."""
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truths, answers = [], []
    for image, (photo, (boxes, scores, classes)) in enumerate(zip(photos, found, strict=True), start=1):
        for (x0, y0, x1, y1), c in zip(photo.boxes.tolist(), photo.classes.tolist(), strict=True):
            box, area = [x0, y0, x1 - x0, y1 - y0], (x1 - x0) * (y1 - y0)
            number = len(truths) + 1
            truths.append({"id": number, "image_id": image, "category_id": c, "bbox": box, "area": area, "iscrowd": 0})
        for (x0, y0, x1, y1), score, c in zip(boxes.tolist(), scores.tolist(), classes.tolist(), strict=True):
            answers.append({"image_id": image, "category_id": c, "bbox": [x0, y0, x1 - x0, y1 - y0], "score": score})
    if not answers:
        return {f"ap50_{label}": 0.0 for label in LABELS} | {"map50": 0.0, "map": 0.0}
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": i + 1} for i in range(len(photos))],
            "annotations": truths,
            "categories": [{"id": i, "name": label} for i, label in enumerate(LABELS)],
        }
        truth.createIndex()
        scorer = COCOeval(truth, truth.loadRes(answers), "bbox")
        scorer.evaluate()
        scorer.accumulate()
    precision = scorer.eval["precision"]  # (IoU thresholds, recalls, classes, areas, numbers of boxes)
    each = [_mean(precision[0, :, c, 0, -1]) for c in range(len(LABELS))]
    numbers = {f"ap50_{label}": value for label, value in zip(LABELS, each, strict=True)}
    return numbers | {"map50": float(np.mean(each)), "map": _mean(precision[:, :, :, 0, -1])}


def _mean(precision: np.ndarray) -> float:
    known = precision[precision > -1]
    return 100 * float(known.mean()) if len(known) else 0.0


def matched(photo: BoxedPhoto, found: Found, threshold: float, iou: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Greedy by score, IoU at least `iou`, same class: (is each found box right, best first; is each truth found)."""
    boxes, scores, classes = found
    order = scores.argsort(descending=True)
    order = order[scores[order] >= threshold]
    overlaps = box_iou(boxes[order].float(), torch.from_numpy(photo.boxes).reshape(-1, 4)).numpy()
    right, taken = np.zeros(len(order), bool), np.zeros(len(photo.classes), bool)
    for row, label in enumerate(classes[order].tolist()):
        free = np.where((photo.classes == label) & ~taken, overlaps[row], 0.0)
        if len(free) and free.max() >= iou:
            right[row] = taken[free.argmax()] = True
    return right, taken


def default_score(photos: list[BoxedPhoto], found: list[Found]) -> tuple[float, float]:
    """(the lowest score whose F1 is within GIVEN_AWAY of the best one, F1 there), all classes and photos together;
    greedy matching by score makes one pass enough."""
    scores, right = [], []
    for photo, answer in zip(photos, found, strict=True):
        right.append(matched(photo, answer, 0.0)[0])
        scores.append(np.sort(answer[1].numpy())[::-1])
    order = np.argsort(-np.concatenate(scores), kind="stable")
    hits = np.concatenate(right)[order].cumsum()
    truths = sum(len(p.classes) for p in photos)
    f1 = 2 * hits / (np.arange(1, len(hits) + 1) + truths)
    if not len(f1):
        return 0.5, 0.0
    last = int(np.flatnonzero(f1 >= f1.max() - GIVEN_AWAY)[-1])
    return float(np.concatenate(scores)[order][last]), float(f1[last])


def doubled(photo: BoxedPhoto, found: Found, threshold: float) -> int:
    """How many true objects have two or more boxes above the threshold, of any class, with IoU over 0.6."""
    boxes = found[0][found[1] >= threshold].float()
    overlaps = box_iou(torch.from_numpy(photo.boxes).reshape(-1, 4), boxes)
    return int(((overlaps > DOUBLE_IOU).sum(1) >= 2).sum())


def large_persons(photo: BoxedPhoto, found: Found, threshold: float) -> tuple[int, int, int]:
    """(persons over 1 % of the picture, those found, person boxes of that size that are none)."""
    least = LARGE_PERSON * photo.rgb.shape[0] * photo.rgb.shape[1]
    boxes, scores, classes = found
    persons = photo.classes == PERSON
    only = BoxedPhoto(photo.rgb, photo.boxes[persons], photo.classes[persons], photo.known)
    mine = (classes == PERSON) & (scores >= threshold)
    mine = (boxes[mine], scores[mine], classes[mine])
    right, taken = matched(only, mine, threshold)
    order = mine[1].argsort(descending=True)
    large = _areas(mine[0][order].numpy()) >= least
    big = _areas(only.boxes) >= least
    return int(big.sum()), int((big & taken).sum()), int((large & ~right).sum())


def _areas(boxes: np.ndarray) -> np.ndarray:
    areas: np.ndarray = (boxes[:, 2:] - boxes[:, :2]).clip(0).prod(1)
    return areas


def at_threshold(photos: list[BoxedPhoto], found: list[Found], threshold: float) -> dict[str, float]:
    """Percentages of what a visitor sees at the default score."""
    pairs = list(zip(photos, found, strict=True))
    objects = sum(len(p.classes) for p in photos)
    persons, hit, wrong = np.sum([large_persons(p, f, threshold) for p, f in pairs if p.known[PERSON]], axis=0)
    return {
        "doubles": 100 * sum(doubled(p, f, threshold) for p, f in pairs) / max(objects, 1),
        "large_persons_found": 100 * float(hit / max(persons, 1)),
        "large_persons_false_per_found": 100 * float(wrong / max(hit, 1)),
        "large_persons": int(persons),
    }


def right_species(found: Found, species: int) -> bool:
    """Whether the best-scoring cat or dog box has a score of at least 0.25 and the right species."""
    _, scores, classes = found
    pets = torch.isin(classes, torch.tensor([CAT_BOX, DOG_BOX]))
    if not pets.any() or float(scores[pets].max()) < SPECIES_SCORE:
        return False
    return int(classes[pets][scores[pets].argmax()]) == species


def other_species(found: Found, species: int, threshold: float) -> bool:
    """Whether a box of the other species stands above the threshold."""
    _, scores, classes = found
    other = DOG_BOX if species == CAT_BOX else CAT_BOX
    return bool(((classes == other) & (scores >= threshold)).any())


def evaluate(
    name: str, model: nn.Module, held_out: HeldOut, *, every: int = 1, maps: CachedMaps | None = None
) -> dict[str, Any]:
    """All numbers in percent, the threshold in 0..1; `every` thins the natural photos while training."""
    return numbers_of(held_out, *answers(name, model, held_out, every=every, maps=maps))


def numbers_of(held_out: HeldOut, found: list[Found], pets: list[Found]) -> dict[str, Any]:
    """What `evaluate` gives, of boxes that were found before."""
    boxed, asked = held_out.boxed, len(pets)
    threshold, f1 = default_score(boxed, found)
    stated = np.array([species for _, species in held_out.stated[:asked]])
    right = np.array([right_species(f, int(s)) for f, s in zip(pets, stated, strict=True)])
    other = np.array([other_species(f, int(s), threshold) for f, s in zip(pets, stated, strict=True)])
    return (
        average_precision(boxed, found)
        | at_threshold(boxed, found, threshold)
        | {
            "score": round(threshold, 2),
            "f1": 100 * f1,
            "species": 100 * float(right.mean()),
            "species_cat": 100 * float(right[stated == CAT_BOX].mean()),
            "species_dog": 100 * float(right[stated == DOG_BOX].mean()),
            "other_species": 100 * float(other.mean()),
            "natural_photos": asked,
            "boxed_photos": len(boxed),
            "boxes": {label: int(sum((p.classes == c).sum() for p in boxed)) for c, label in enumerate(LABELS)},
        }
    )
