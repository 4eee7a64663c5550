"""Masks as a COCO file (instances), and such a file as masks again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

import vizcore
from vizcore.results import to_plain
from vizcore.segmentation.exchange.coco_pictures import MOST_PICTURES, picture_rows, pictures_of, unclear
from vizcore.segmentation.exchange.imported import ImportedObjects
from vizcore.segmentation.exchange.objects import SegmentedObject, expect_size
from vizcore.segmentation.exchange.outlines import drawn
from vizcore.segmentation.exchange.polygons import polygons_of
from vizcore.segmentation.exchange.prompt_file import prompts_json, prompts_of, rank_of
from vizcore.segmentation.exchange.reading import MOST_PARTS, Source, known_id
from vizcore.segmentation.rle import Rle, from_coco

FORMAT, RECORD = "COCO", "JSON"
RECORD_KINDS = {"Masks", "MaskSet", "SegmentedObjects"}
UNNAMED = "object"
MOST_CATEGORIES = 100_000
LARGEST_SCORE = 1000


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


def read_coco(
    data: bytes | str, size_wh: tuple[int, int], *, file: str = "", photo_name: str = "", picture: str = ""
) -> ImportedObjects:
    """The objects of a file by `write_coco`, or those of this photo in any other COCO file.

    A file about several pictures gives those of one: the one called `picture`, else the one with the photo's name,
    else the only one of its size. SegmentationFileInvalid: json, format, rle, outline. SegmentationSizeDiffers,
    PictureUnclear, FileTooLarge.
    """
    source = Source(file, FORMAT)
    content = source.json(data)
    rows, notes = picture_rows(source, content, size_wh, photo_name, picture)
    categories = [source.mapping(each) for each in source.items(content.get("categories", []), MOST_CATEGORIES)]
    names = {known_id(each.get("id")): source.name(each.get("name")) for each in categories}
    names.pop(None, None)
    objects = tuple(_object(source, row, names, size_wh) for row in source.entries(source.items(rows)))
    return ImportedObjects(objects, notes)


def picture_of_coco(source: Source, content: Mapping[str, Any], picture: str = "") -> tuple[int, int] | None:
    """Width and height of the picture that the file is about, or of the one asked for; None where it does not say.

    PictureUnclear for a file about several pictures of different sizes.
    """
    pictures = pictures_of(source, content)
    sizes = {each.size_wh for each in pictures if not picture or picture in (each.name, str(each.key))}
    if len(sizes) == 1:
        return sizes.pop()
    if sizes:
        raise unclear(pictures, source.file)
    for row in map(source.mapping, source.items(content.get("annotations"), MOST_PICTURES)):
        if isinstance(segmentation := row.get("segmentation"), dict):
            height, width = source.pair(segmentation.get("size"))
            return width, height
    return None


def read_record(data: bytes | str, size_wh: tuple[int, int], *, file: str = "") -> ImportedObjects:
    """The masks of a record with provenance: of one result, or of several under "results".

    Of candidates for one object (kind "Masks") the best alone is an object. Errors: those of `read_coco`.
    """
    source = Source(file, RECORD)
    content = source.json(data)
    results = source.items(content["results"], MOST_CATEGORIES) if "results" in content else [content]
    objects = []
    for result in map(source.mapping, results):
        kind = source.name(result.get("kind"))
        if kind not in RECORD_KINDS:
            raise source.wrong("format")
        rows = source.items(result.get("masks"))[: 1 if kind == "Masks" else None]
        for row in source.entries(map(source.mapping, rows)):
            objects.append(_object(source, {**row, "stability_score": row.get("stability")}, {}, size_wh))
    return ImportedObjects(tuple(objects))


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
    return found if each.prompts is None else found | {"prompts": prompts_json(each.prompts, each.chosen)}


def _object(source: Source, each: dict[str, Any], names: dict[Any, str], size_wh: tuple[int, int]) -> SegmentedObject:
    name = names.get(known_id(each.get("category_id")), "") or source.name(each.get("name"))
    asked = None if each.get("prompts") is None else source.mapping(each["prompts"])
    return SegmentedObject(
        "" if name == UNNAMED else name,
        _rle(source, each.get("segmentation"), size_wh),
        _score(each.get("predicted_iou")),
        _score(each.get("stability_score")),
        None if asked is None else prompts_of(source, asked),
        None if asked is None else rank_of(source, asked),
    )


def _rle(source: Source, segmentation: Any, size_wh: tuple[int, int]) -> Rle:
    size_hw = size_wh[1], size_wh[0]
    if isinstance(segmentation, list):
        rings = [np.array(source.numbers(ring)) for ring in source.items(segmentation, MOST_PARTS)]
        if any(len(ring) % 2 or len(ring) < 6 for ring in rings):
            raise source.wrong("format")
        return drawn(source, [ring.reshape(-1, 2) for ring in rings], size_hw)
    given = source.mapping(segmentation)
    height, width = source.pair(given.get("size"))
    expect_size((width, height), size_wh, source.file)
    return source.built(lambda: from_coco({**given, "size": [height, width]}), "rle")


def _score(value: Any) -> float:
    """A number as SAM's heads give it (a little over 1 too); NaN, "nothing was said", for anything else."""
    plain = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= LARGEST_SCORE
    return float(value) if plain else float("nan")
