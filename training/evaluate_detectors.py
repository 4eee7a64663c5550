"""What is every number on a bundled detector's card made of? Only boxes drawn by people on held-out photos count.

mAP50: pycocotools' AP at IoU 0.5, mean over person, cat and dog, on the validation photos of COCO, Oxford-IIIT Pet and
Penn-Fudan in segdet320. Share of natural photos with the right species: of the photos of photos192's validation split
that people called a cat or a dog, those whose best-scoring box among cats and dogs has a score of at least 0.25 and
is of that species.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torchvision.ops import batched_nms, box_convert

from training.detection_packs import CAT_BOX, DOG_BOX, PERSON, BoxedPhoto, read_human_boxes, read_natural_photos
from vizcore.photo import Photo
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.geometry import Placement
from vizcore.zoo.bundled.mini_detectors import DEVIATION, INPUT_SIZE, LABELS, MEAN

SCORE_FLOOR, MOST_BOXES = 0.01, 100
NMS_IOU = 0.6
SPECIES_SCORE = 0.25

Found = tuple[torch.Tensor, torch.Tensor, torch.Tensor]  # boxes (n, 4) x0, y0, x1, y1; scores (n,); classes (n,)
Decoder = Callable[[nn.Module, torch.Tensor], list[Found]]


@dataclass(frozen=True)
class HeldOut:
    """Photos with human boxes, and natural photos with their species."""

    boxed: list[BoxedPhoto]
    known: list[tuple[np.ndarray, int]]


def read_held_out(packs: Path) -> HeldOut:
    boxed = [photo for pool in read_human_boxes(packs, "val").values() for photo in pool]
    return HeldOut(boxed, read_natural_photos(packs, "val")[1])


def as_seen(rgb: np.ndarray, size: int) -> tuple[np.ndarray, Placement]:
    """The photo after the recipe that the app uses (`letterbox-256`), or the same one at another size."""
    prepared = replace(DETECTION_RECIPES["letterbox-256"], size=size).prepare(Photo(rgb, "", sha256="not needed"))
    return prepared.rgb, prepared.placement


def normalised(pixels: torch.Tensor) -> torch.Tensor:
    """0..1 -> what `detr-mini` sees."""
    mean, deviation = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, DEVIATION))
    return ((pixels - mean) / deviation).contiguous(memory_format=torch.channels_last)


def decode_yolo(model: nn.Module, pixels: torch.Tensor) -> list[Found]:
    """Boxes after NMS per class; a place counts once for every class above the floor."""
    answers = model(pixels)
    answers = answers[0] if isinstance(answers, tuple) else answers
    found = []
    for answer in answers.float():
        boxes, scores = box_convert(answer[:4].T, "cxcywh", "xyxy"), answer[4:].T
        rows, classes = (scores > SCORE_FLOOR).nonzero(as_tuple=True)
        order = scores[rows, classes].argsort(descending=True)[:1000]
        rows, classes = rows[order], classes[order]
        kept = batched_nms(boxes[rows], scores[rows, classes], classes, NMS_IOU)[:MOST_BOXES]
        found.append((boxes[rows][kept], scores[rows, classes][kept], classes[kept]))
    return found


def decode_detr(model: nn.Module, pixels: torch.Tensor) -> list[Found]:
    """Each query with each class above the floor, without NMS."""
    answers = model(normalised(pixels))
    found = []
    for logits, boxes in zip(answers.logits.float(), answers.pred_boxes.float(), strict=True):
        scores = logits.sigmoid()
        rows, classes = (scores > SCORE_FLOOR).nonzero(as_tuple=True)
        order = scores[rows, classes].argsort(descending=True)[:MOST_BOXES]
        rows, classes = rows[order], classes[order]
        xyxy = box_convert(boxes[rows], "cxcywh", "xyxy") * pixels.shape[-1]
        found.append((xyxy, scores[rows, classes], classes))
    return found


DECODERS: dict[str, Decoder] = {"yolo-mini": decode_yolo, "detr-mini": decode_detr}


@torch.inference_mode()
def detect(name: str, model: nn.Module, photos: list[np.ndarray], size: int, batch: int = 16) -> list[Found]:
    """Boxes in photo pixels for photos (H, W, 3)."""
    model.eval()
    found: list[Found] = []
    for start in range(0, len(photos), batch):
        seen = [as_seen(rgb, size) for rgb in photos[start : start + batch]]
        pixels = torch.from_numpy(np.stack([s[0] for s in seen])).permute(0, 3, 1, 2).float() / 255
        answers = DECODERS[name](model, pixels.contiguous(memory_format=torch.channels_last))
        for (boxes, scores, classes), (_, placement) in zip(answers, seen, strict=True):
            corners = placement.to_photo(boxes.reshape(-1, 2, 2).numpy()).reshape(-1, 4)
            found.append((torch.from_numpy(corners), scores, classes))
    return found


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


def right_species(found: Found, species: int) -> bool:
    """Whether the best-scoring cat or dog box has a score of at least 0.25 and the right species."""
    _, scores, classes = found
    pets = torch.isin(classes, torch.tensor([CAT_BOX, DOG_BOX]))
    if not pets.any() or float(scores[pets].max()) < SPECIES_SCORE:
        return False
    return int(classes[pets][scores[pets].argmax()]) == species


def evaluate(name: str, model: nn.Module, held_out: HeldOut, *, size: int = INPUT_SIZE, every: int = 1) -> dict:
    """All numbers in percent; `every` thins the natural photos while training."""
    numbers = average_precision(held_out.boxed, detect(name, model, [p.rgb for p in held_out.boxed], size))
    known = held_out.known[::every]
    found = detect(name, model, [rgb for rgb, _ in known], size)
    right = np.array([right_species(f, species) for f, (_, species) in zip(found, known, strict=True)])
    is_cat = np.array([species == CAT_BOX for _, species in known])
    return numbers | {
        "species": 100 * float(right.mean()),
        "species_cat": 100 * float(right[is_cat].mean()),
        "species_dog": 100 * float(right[~is_cat].mean()),
        "natural_photos": len(known),
        "boxed_photos": len(held_out.boxed),
        "boxes": {
            label: int(sum((p.classes == c).sum() for p in held_out.boxed))
            for c, label in ((PERSON, "person"), (CAT_BOX, "cat"), (DOG_BOX, "dog"))
        },
    }
