"""What was asked about a photo, as a small JSON file: with it the same answers can be had again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vizcore.results import SCHEMA
from vizcore.segmentation.exchange.objects import expect_size
from vizcore.segmentation.exchange.reading import MOST_POINTS, Source
from vizcore.segmentation.prompts import Prompts

FORMAT, KIND = "prompts", "SegmentationPrompts"


@dataclass(frozen=True)
class ObjectPrompts:
    """One object: its name, its prompts, and the candidate chosen by hand (its rank), if one was."""

    name: str
    prompts: Prompts
    chosen: int | None = None


@dataclass(frozen=True)
class PromptFile:
    """All objects of one photo. model: key of the segmenter that was asked, "" if none is named."""

    objects: tuple[ObjectPrompts, ...]
    size_wh: tuple[int, int]
    photo_sha256: str = ""
    model: str = ""


def write_prompts(asked: PromptFile) -> str:
    """JSON text; `read_prompts` gives the same back."""
    objects = [{"name": each.name, **prompts_json(each.prompts, each.chosen)} for each in asked.objects]
    content = {"schema": SCHEMA, "kind": KIND, "photo_sha256": asked.photo_sha256, "size_wh": list(asked.size_wh)}
    return json.dumps({**content, "model": asked.model, "objects": objects}, ensure_ascii=False, allow_nan=False)


def read_prompts(data: bytes | str, size_wh: tuple[int, int], *, file: str = "") -> PromptFile:
    """The prompts for a photo of this size.

    Errors: SegmentationFileInvalid (json, format), SegmentationSizeDiffers, FileTooLarge.
    """
    source = Source(file, FORMAT)
    content = source.json(data)
    if content.get("kind") != KIND:
        raise source.wrong("format")
    width, height = source.numbers(content.get("size_wh"), 2)
    expect_size((int(width), int(height)), size_wh, file)
    objects = []
    for each in source.items(content.get("objects")):
        given = source.mapping(each)
        objects.append(ObjectPrompts(source.name(given.get("name")), prompts_of(source, given), rank_of(source, given)))
    sha256, model = (source.name(content.get(name)) for name in ("photo_sha256", "model"))
    return PromptFile(tuple(objects), size_wh, sha256, model)


def prompts_json(prompts: Prompts, chosen: int | None = None) -> dict[str, Any]:
    """{"chosen": rank or null, "points": [[x, y, label], ...], "box_xyxy": [...] or null}."""
    points = [[x, y, label] for (x, y), label in zip(prompts.points_xy, prompts.labels, strict=True)]
    box = None if prompts.box_xyxy is None else list(prompts.box_xyxy)
    return {"chosen": chosen, "points": points, "box_xyxy": box}


def prompts_of(source: Source, given: Mapping[str, Any]) -> Prompts:
    """The prompts that `prompts_json` wrote; SegmentationFileInvalid for others."""
    points = [source.numbers(each, 3) for each in source.items(given.get("points", []), MOST_POINTS)]
    if any(label not in (0, 1) for _, _, label in points):
        raise source.wrong("format")
    box = given.get("box_xyxy")
    corners = None if box is None else source.numbers(box, 4)
    return Prompts(
        tuple((x, y) for x, y, _ in points),
        tuple(int(label) for _, _, label in points),
        None if corners is None else (corners[0], corners[1], corners[2], corners[3]),
    )


def rank_of(source: Source, given: Mapping[str, Any]) -> int | None:
    """The candidate chosen by hand, if one was; SegmentationFileInvalid for a rank that no segmenter gives."""
    rank = given.get("chosen")
    if rank is None:
        return None
    if not isinstance(rank, int) or isinstance(rank, bool) or not 0 <= rank <= 2:
        raise source.wrong("format")
    return rank
