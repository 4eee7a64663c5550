"""How do the objects that were pointed at leave, with their masks? As COCO, YOLO, prompts, or a whole record."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from vizcore.photo import Photo
from vizcore.prompting.answers import Answered
from vizcore.prompting.objects import PromptedObject
from vizcore.results import SCHEMA, to_plain
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.segmentation.cleanup import CleanStep
    from vizcore.segmentation.exchange import SegmentedObject


def coco_bytes(
    photo: Photo, answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]], form: str
) -> bytes:
    """A COCO file of the objects with their names, quality and prompts. form: "rle" or "polygons"."""
    from vizcore.segmentation.exchange import write_coco

    objects = _objects(answered, mask)
    text = write_coco(objects, (photo.width, photo.height), file_name=f"{photo.sha256[:8]}.png", form=form)  # type: ignore[arg-type]
    return text.encode()


def yolo_bytes(photo: Photo, answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]) -> bytes:
    """One line for each object that has a mask."""
    from vizcore.segmentation.exchange import write_yolo

    return write_yolo(_objects(answered, mask), (photo.width, photo.height))[0].encode()


def prompts_bytes(photo: Photo, card: ModelCard, objects: Sequence[PromptedObject]) -> bytes:
    """What was asked, without any mask."""
    from vizcore.segmentation.exchange import ObjectPrompts, PromptFile, write_prompts

    asked = tuple(ObjectPrompts(each.name, each.hints, each.chosen) for each in objects if each.points or each.box)
    return write_prompts(PromptFile(asked, (photo.width, photo.height), photo.sha256, card.key)).encode()


def record_bytes(
    answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]], steps: Sequence[CleanStep] = ()
) -> bytes:
    """Every mask with its numbers, its prompts and who made it: model, weights, settings, versions, timings.

    steps: how the masks were cleaned up; one that they changed says them, and what was asked before.
    """
    from vizcore.segmentation.exchange.prompt_file import prompts_json

    masks = [
        {
            "name": each.name,
            "segmentation": each.rle.to_coco(),
            "predicted_iou": each.predicted_iou,
            "stability": each.stability,
            "area": each.rle.area,
            "box_xyxy": each.rle.box_xyxy(),
            "prompts": None if each.prompts is None else prompts_json(each.prompts, each.chosen),
            "cleaned": None if each.rle == of.rle else {"steps": steps, "asked": _asked_json(of)},
            "provenance": of.found.provenance,
        }
        for each, of in zip(_objects(answered, mask), answered, strict=True)
    ]
    content = to_plain({"schema": SCHEMA, "kind": "SegmentedObjects", "masks": masks})
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1).encode()


def _asked_json(answered: Answered) -> dict[str, Any] | None:
    from vizcore.segmentation.exchange.prompt_file import prompts_json

    asked = answered.asked
    return None if asked.from_file else prompts_json(asked.hints, asked.chosen)


def _objects(answered: Sequence[Answered], mask: Callable[[int], NDArray[np.bool_]]) -> list[SegmentedObject]:
    """A mask that is not the segmenter's answer any more stands for itself: its prompts would not give it again, and
    nobody estimated its quality."""
    from vizcore.segmentation.exchange import SegmentedObject
    from vizcore.segmentation.rle import encode

    objects = []
    for place, each in enumerate(answered):
        rle = encode(np.asarray(mask(place)))
        if each.asked.from_file or rle != each.rle:
            objects.append(SegmentedObject(each.asked.name, rle))
            continue
        quality = float(each.found.predicted_iou[each.rank]), float(each.found.stability[each.rank])
        objects.append(SegmentedObject(each.asked.name, rle, *quality, each.asked.hints, each.asked.chosen))
    return objects
