"""What does a file that a visitor brings say about this photo's objects? Prompts, COCO, YOLO or a mask."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vizcore.images import open_photo
from vizcore.photo import Photo
from vizcore.ui.panels.segmentation.prompts import (
    LONGEST_NAME,
    PromptedObject,
    PromptHistory,
    Prompts,
    from_rows,
    given,
)

if TYPE_CHECKING:
    from vizcore.segmentation import Prompts as Hints
    from vizcore.segmentation.exchange import ObjectPrompts, SegmentedObject


def imported(steps: PromptHistory, data: bytes, name: str, photo: Photo) -> PromptHistory:
    """The steps after a file: prompts and COCO files replace the objects, label files and masks are added to them.

    Errors: SegmentationFileInvalid, FileTooLarge, and those of `open_photo` for a picture.
    """
    from vizcore.segmentation.exchange import read_coco, read_mask, read_prompts, read_yolo
    from vizcore.segmentation.rle import encode

    size = photo.width, photo.height
    start, ending = data.lstrip()[:1], name.lower().rpartition(".")[2]
    if start == b"{" or ending == "json":
        if _is_prompts(data):
            return with_prompted(steps, read_prompts(data, size, file=name).objects, size)
        return with_objects(steps, read_coco(data, size, file=name), size)
    if ending == "txt":
        return given(steps, [(each.rle, each.name) for each in read_yolo(data, size, file=name)])
    picture = open_photo(data, name)
    return given(steps, [(encode(read_mask(picture, size, name)), picture.name.rpartition(".")[0])])


def with_prompted(steps: PromptHistory, objects: Sequence[ObjectPrompts], size_wh: tuple[int, int]) -> PromptHistory:
    """These objects in place of the present ones, checked as if they had been typed."""
    return _replaced(steps, [(each.name, each.prompts, each.chosen) for each in objects], size_wh)


def with_objects(steps: PromptHistory, objects: Sequence[SegmentedObject], size_wh: tuple[int, int]) -> PromptHistory:
    """The same for a COCO file: an object with prompts is asked again, one without keeps its mask."""
    asked = [(each.name, each.prompts, None) for each in objects if each.prompts is not None]
    replaced = _replaced(steps, asked, size_wh)
    masks = [(each.rle, each.name) for each in objects if each.prompts is None]
    if not masks:
        return replaced
    both = given(replaced, masks)
    return steps.to(both.now, *replaced.problems, *both.problems)


def _replaced(
    steps: PromptHistory, asked: Sequence[tuple[str, Hints, int | None]], size_wh: tuple[int, int]
) -> PromptHistory:
    rows = [row for number, (_, hints, _) in enumerate(asked, start=1) for row in _rows(number, hints)]
    named = {number: (name[:LONGEST_NAME], chosen) for number, (name, _, chosen) in enumerate(asked, start=1)}
    fresh = from_rows(PromptHistory(Prompts((PromptedObject(1),))), rows, size_wh)
    objects = tuple(
        replace(each, name=named[each.number][0], chosen=named[each.number][1]) if each.number in named else each
        for each in fresh.now.objects
    )
    return steps.to(Prompts(objects, objects[0].number), *fresh.problems)


def _rows(number: int, hints: Hints) -> list[dict[str, Any]]:
    rows = []
    if hints.box_xyxy:
        x, y, x2, y2 = hints.box_xyxy
        rows.append({"object": number, "kind": "box", "x": x, "y": y, "x2": x2, "y2": y2})
    for (x, y), label in zip(hints.points_xy, hints.labels, strict=True):
        rows.append({"object": number, "kind": "foreground" if label else "background", "x": x, "y": y})
    return rows


def _is_prompts(data: bytes) -> bool:
    """Whether it says so itself; whatever is wrong with it is found by its reader."""
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("kind") == "SegmentationPrompts"
