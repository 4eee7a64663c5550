"""Masks as a COCO file (instances), and such a file as masks again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

import vizcore
from vizcore.results import to_plain
from vizcore.segmentation.exchange.objects import SegmentedObject, expect_size
from vizcore.segmentation.exchange.polygons import polygons_of, rle_of_polygons
from vizcore.segmentation.exchange.prompt_file import prompts_json, prompts_of
from vizcore.segmentation.exchange.reading import Source
from vizcore.segmentation.rle import Rle, from_coco

FORMAT = "COCO"
UNNAMED = "object"


def write_coco(
    objects: Sequence[SegmentedObject],
    size_wh: tuple[int, int],
    *,
    file_name: str = "photo.png",
    form: Literal["rle", "polygons"] = "rle",
) -> str:
    """JSON with one image, a category for each name and an annotation for each object.

    form: compressed run lengths, which are exact, or polygons, which most tools read and which lose holes. Predicted
    IoU, stability and prompts stand beside COCO's own keys, as in SA-1B.
    """
    names = sorted({each.name or UNNAMED for each in objects})
    categories = [{"id": number, "name": name} for number, name in enumerate(names, start=1)]
    image = {"id": 1, "file_name": file_name, "width": size_wh[0], "height": size_wh[1]}
    annotations = [
        _annotation(number, each, names.index(each.name or UNNAMED) + 1, form)
        for number, each in enumerate(objects, start=1)
    ]
    content = {"info": {"description": f"Vis-à-vis {vizcore.__version__}"}, "licenses": [], "images": [image]}
    return json.dumps(
        {**content, "annotations": annotations, "categories": categories}, ensure_ascii=False, allow_nan=False
    )


def read_coco(data: bytes | str, size_wh: tuple[int, int], *, file: str = "") -> tuple[SegmentedObject, ...]:
    """The objects of a file by `write_coco` or any other COCO file about one photo of this size.

    SegmentationFileInvalid: json, format, rle. SegmentationSizeDiffers, FileTooLarge.
    """
    source = Source(file, FORMAT)
    content = source.json(data)
    for image in source.items(content.get("images", [])):
        sides = source.numbers([source.mapping(image).get("width"), source.mapping(image).get("height")], 2)
        expect_size((int(sides[0]), int(sides[1])), size_wh, file)
    categories = [source.mapping(each) for each in source.items(content.get("categories", []))]
    names = {each.get("id"): source.name(each.get("name")) for each in categories if _is_id(each.get("id"))}
    annotations = source.items(content.get("annotations"))
    return tuple(_object(source, source.mapping(each), names, size_wh) for each in annotations)


def _annotation(number: int, each: SegmentedObject, category: int, form: str) -> dict[str, Any]:
    x0, y0, x1, y1 = each.rle.box_xyxy()
    segmentation: Any = each.rle.to_coco()
    if form == "polygons":
        segmentation = [polygon.reshape(-1).tolist() for polygon in polygons_of(each.rle.decode())]
    found = {
        "id": number,
        "image_id": 1,
        "category_id": category,
        "segmentation": segmentation,
        "area": each.rle.area,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "iscrowd": 0,
        "predicted_iou": to_plain(float(each.predicted_iou)),
        "stability_score": to_plain(float(each.stability)),
    }
    return found if each.prompts is None else found | {"prompts": prompts_json(each.prompts)}


def _object(source: Source, each: dict[str, Any], names: dict[Any, str], size_wh: tuple[int, int]) -> SegmentedObject:
    category = each.get("category_id")
    name = names.get(category, "") if _is_id(category) else ""
    prompts = each.get("prompts")
    return SegmentedObject(
        "" if name == UNNAMED else name,
        _rle(source, each.get("segmentation"), size_wh),
        _number(each.get("predicted_iou")),
        _number(each.get("stability_score")),
        None if prompts is None else prompts_of(source, source.mapping(prompts)),
    )


def _rle(source: Source, segmentation: Any, size_wh: tuple[int, int]) -> Rle:
    size_hw = size_wh[1], size_wh[0]
    if isinstance(segmentation, list):
        rings = [np.array(source.numbers(ring)) for ring in source.items(segmentation)]
        if any(len(ring) % 2 or len(ring) < 6 for ring in rings):
            raise source.wrong("format")
        return source.built(lambda: rle_of_polygons([ring.reshape(-1, 2) for ring in rings], size_hw))
    given = source.mapping(segmentation)
    height, width = source.numbers(given.get("size"), 2)
    expect_size((int(width), int(height)), size_wh, source.file)
    return source.built(lambda: from_coco(given), "rle")


def _number(value: Any) -> float:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if plain else float("nan")


def _is_id(value: Any) -> bool:
    return isinstance(value, (int, str))
