"""What does a bundled detector find on the held-out photos, boxes of classes that nobody labelled left out?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from torchvision.ops import batched_nms, box_convert

from training.detection_packs import BoxedPhoto, read_human_boxes, read_natural_photos
from training.feature_cache import BATCH, CachedMaps
from vizcore.photo import Photo
from vizcore.preprocessing.detection_recipes import DETECTION_RECIPES
from vizcore.preprocessing.geometry import Placement
from vizcore.zoo.bundled.mini_detectors import INPUT_SIZE

RECIPE = "letterbox-320"
SCORE_FLOOR, MOST_BOXES = 0.01, 100
NMS_IOU = 0.6

Found = tuple[torch.Tensor, torch.Tensor, torch.Tensor]  # boxes (n, 4) x0, y0, x1, y1; scores (n,); classes (n,)
Decoder = Callable[[nn.Module, torch.Tensor], list[Found]]


@dataclass(frozen=True)
class HeldOut:
    """Photos with human boxes, and natural photos with the species that people stated."""

    boxed: list[BoxedPhoto]
    stated: list[tuple[np.ndarray, int]]


def read_held_out(packs: Path) -> HeldOut:
    boxed = [photo for pool in read_human_boxes(packs, "val").values() for photo in pool]
    return HeldOut(boxed, read_natural_photos(packs, "val")[1])


def as_seen(rgb: np.ndarray) -> tuple[np.ndarray, Placement]:
    """The photo after the recipe that the app uses."""
    prepared = DETECTION_RECIPES[RECIPE].prepare(Photo(rgb, "", sha256="not needed"))
    return prepared.rgb, prepared.placement


def decode_yolo(model: nn.Module, pixels: torch.Tensor) -> list[Found]:
    """Boxes after NMS per class; a place counts for its best class only."""
    found = []
    for answer in model(pixels)[0].float():
        boxes, (scores, classes) = box_convert(answer[:4].T, "cxcywh", "xyxy"), answer[4:].max(0)
        rows = (scores > SCORE_FLOOR).nonzero()[:, 0]
        rows = rows[scores[rows].argsort(descending=True)[:1000]]
        kept = rows[batched_nms(boxes[rows], scores[rows], classes[rows], NMS_IOU)[:MOST_BOXES]]
        found.append((boxes[kept], scores[kept], classes[kept]))
    return found


def decode_detr(model: nn.Module, pixels: torch.Tensor) -> list[Found]:
    """Each query with its best class, without NMS."""
    answers = model(pixels)
    found = []
    for logits, boxes in zip(answers.logits.float(), answers.pred_boxes.float(), strict=True):
        scores, classes = logits.sigmoid().max(1)
        rows = scores.argsort(descending=True)[:MOST_BOXES]
        rows = rows[scores[rows] > SCORE_FLOOR]
        xyxy = box_convert(boxes[rows], "cxcywh", "xyxy") * pixels.shape[-1]
        found.append((xyxy, scores[rows], classes[rows]))
    return found


DECODERS: dict[str, Decoder] = {"yolo-mini": decode_yolo, "detr-mini": decode_detr}


@torch.inference_mode()
def detect(
    name: str, model: Any, photos: list[np.ndarray], maps: CachedMaps | None = None, first: int = 0
) -> list[Found]:
    """Boxes in photo pixels for photos (H, W, 3); a model on given maps reads cached ones from row `first` on."""
    model.eval()
    found: list[Found] = []
    for start in range(0, len(photos), BATCH):
        seen = [as_seen(rgb) for rgb in photos[start : start + BATCH]]
        if maps is None:
            pixels = torch.from_numpy(np.stack([s[0] for s in seen])).permute(0, 3, 1, 2).float() / 255
            pixels = pixels.contiguous(memory_format=torch.channels_last)
        else:
            rows = slice(first + start, first + start + len(seen))
            held = model.model[0] if name == "yolo-mini" else model.model.backbone.model.trunk
            held.hold([each.float() for each in maps.maps(rows)])
            pixels = torch.zeros(1, 1, 1, 1).expand(len(seen), 3, INPUT_SIZE, INPUT_SIZE)
        for (boxes, scores, classes), (_, placement) in zip(DECODERS[name](model, pixels), seen, strict=True):
            corners = placement.to_photo(boxes.reshape(-1, 2, 2).numpy()).reshape(-1, 4)
            found.append((torch.from_numpy(corners).float(), scores, classes))
    return found


def of_known_classes(photos: list[BoxedPhoto], found: list[Found]) -> list[Found]:
    """Without the boxes of classes that nobody labelled on the photo."""
    kept = []
    for photo, (boxes, scores, classes) in zip(photos, found, strict=True):
        rows = torch.from_numpy(photo.known)[classes]
        kept.append((boxes[rows], scores[rows], classes[rows]))
    return kept


def answers(
    name: str, model: nn.Module, held_out: HeldOut, *, every: int = 1, maps: CachedMaps | None = None
) -> tuple[list[Found], list[Found]]:
    """What it finds on the photos with boxes, boxes of unlabelled classes left out, and on the natural photos."""
    photos = [rgb for rgb, _ in held_out.stated[: len(held_out.stated) // every]]
    found = detect(name, model, [p.rgb for p in held_out.boxed], maps)
    return of_known_classes(held_out.boxed, found), detect(name, model, photos, maps, len(held_out.boxed))
