"""What does a file that a visitor brings say about this photo's objects? PromptedObjects, COCO, YOLO or a mask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from vizcore.photo import Note, Photo
from vizcore.prompting.editing import given
from vizcore.prompting.objects import LONGEST_NAME, PromptedObject, PromptedObjects, PromptHistory
from vizcore.prompting.table import from_rows

if TYPE_CHECKING:
    from vizcore.segmentation import Prompts
    from vizcore.segmentation.exchange import ObjectPrompts, SegmentedObject
    from vizcore.segmentation.rle import Rle


@dataclass(frozen=True)
class Import:
    """What a file led to: the history, how many objects came, and what reading changed or left out."""

    steps: PromptHistory
    count: int
    notes: tuple[Note, ...] = ()


def imported(steps: PromptHistory, data: bytes, name: str, photo: Photo, picture: str = "") -> Import:
    """The steps after a file: prompts and COCO files replace the objects, other masks are added to them.

    picture: which one of a COCO file about several this photo is. Errors: SegmentationFileInvalid, PictureUnclear,
    FileTooLarge, SegmentationSizeDiffers, and those of `open_photo` for a picture.
    """
    from vizcore.segmentation.exchange import kind_of_file, read_masks, read_prompts

    size, kind = (photo.width, photo.height), kind_of_file(data, name)
    if kind == "prompts":
        asked = read_prompts(data, size, file=name).objects
        return Import(with_prompted(steps, asked, size), len(asked))
    found = read_masks(data, name, size, photo_name=photo.name, picture=picture)
    filled = [each for each in found if each.rle.area or each.prompts is not None]
    empty = len(found) - len(filled)
    notes = (*found.notes, *([Note("empty_left_out", {"count": empty})] if empty else []))
    if kind in {"coco", "record"}:
        return Import(with_objects(steps, filled, size) if filled else steps, len(filled), notes)
    return Import(given(steps, [(each.rle, each.name) for each in filled]), len(filled), notes)


def with_prompted(steps: PromptHistory, objects: Sequence[ObjectPrompts], size_wh: tuple[int, int]) -> PromptHistory:
    """These objects in place of the present ones, checked as if they had been typed."""
    return _replaced(steps, [(each.name, each.prompts, each.chosen) for each in objects], size_wh)


def with_objects(steps: PromptHistory, objects: Sequence[SegmentedObject], size_wh: tuple[int, int]) -> PromptHistory:
    """The same for a COCO file: an object with prompts is asked again, one without keeps its mask."""
    asked = [(each.name, each.prompts, each.chosen) for each in objects if each.prompts is not None]
    replaced = _replaced(steps, asked, size_wh)
    masks = [(each.rle, each.name) for each in objects if each.prompts is None]
    if not masks:
        return replaced
    both = given(replaced, masks)
    return steps.after(both.now, *replaced.problems, *both.problems)


def _replaced(
    steps: PromptHistory, asked: Sequence[tuple[str, Prompts, int | None]], size_wh: tuple[int, int]
) -> PromptHistory:
    rows = [row for number, (_, hints, _) in enumerate(asked, start=1) for row in _rows(number, hints)]
    named = {number: (name[:LONGEST_NAME], chosen) for number, (name, _, chosen) in enumerate(asked, start=1)}
    fresh = from_rows(PromptHistory(PromptedObjects((PromptedObject(1),))), rows, size_wh)
    objects = tuple(
        replace(each, name=named[each.number][0], chosen=named[each.number][1]) if each.number in named else each
        for each in fresh.now.objects
    )
    return steps.after(PromptedObjects(objects, objects[0].number), *fresh.problems)


def _rows(number: int, hints: Prompts) -> list[dict[str, Any]]:
    rows = []
    if hints.box_xyxy:
        x, y, x2, y2 = hints.box_xyxy
        rows.append({"object": number, "kind": "box", "x": x, "y": y, "x2": x2, "y2": y2})
    for (x, y), label in zip(hints.points_xy, hints.labels, strict=True):
        rows.append({"object": number, "kind": "foreground" if label else "background", "x": x, "y": y})
    return rows


def reference_from_file(data: bytes, name: str, photo: Photo) -> tuple[Rle, tuple[Note, ...]]:
    """A reference mask of the photo's size, and what reading it changed. Errors: those of `mask_of_file`,
    SegmentationSizeDiffers."""
    from vizcore.metrics.masks import mask_of_file
    from vizcore.segmentation.exchange.objects import expect_size
    from vizcore.segmentation.rle import encode

    found = mask_of_file(data, name)
    height, width = found.mask.shape
    expect_size((width, height), (photo.width, photo.height), name)
    return encode(found.mask), found.notes
