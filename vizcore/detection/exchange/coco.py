"""How do detections leave as COCO, and come back with the same numbers?

As a whole data set (pictures, annotations with scores, categories), or as the list of results that COCO's evaluator
reads beside a truth.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from vizcore.detection.exchange.reading import Json, checked, decoded, detections_of
from vizcore.errors import DetectionsFileInvalid
from vizcore.results import Detections, Provenance, to_plain
from vizcore.zoo.detection_labels import coco_ids

NO_SCORE = 1.0  # of an annotation that has none, such as a true box


def coco_dataset(
    many: Sequence[Detections], *, file_names: Sequence[str] = (), category_ids: Mapping[str, int] | None = None
) -> Json:
    """Pictures, annotations and categories of one detector's answers for several photos, as COCO writes a truth.

    Each annotation has its score. file_names: of the photos; made of their hashes where none are given. category_ids:
    by label; from 1 in the order of the vocabulary where none are given.
    """
    categories = _category_ids(many, category_ids)
    annotations = [
        {"id": 0, **row, "area": row["bbox"][2] * row["bbox"][3], "iscrowd": 0}
        for row in coco_results(many, category_ids=categories)
    ]
    for number, annotation in enumerate(annotations, 1):
        annotation["id"] = number
    return {
        "info": {"description": ", ".join(dict.fromkeys(each.provenance.model for each in many))},
        "images": [
            {
                "id": number,
                "file_name": file_names[number - 1] if file_names else _file_name(each, number),
                "width": each.size_wh[0],
                "height": each.size_wh[1],
            }
            for number, each in enumerate(many, 1)
        ],
        "annotations": annotations,
        "categories": [{"id": number, "name": label} for label, number in categories.items()],
    }


def coco_results(
    many: Sequence[Detections], *, image_ids: Sequence[int] = (), category_ids: Mapping[str, int] | None = None
) -> list[Json]:
    """The list that COCO's evaluator reads: image_id, category_id, bbox (x, y, width, height) and score of each box.

    image_ids: of the photos, from 1 where none are given.
    """
    categories = _category_ids(many, category_ids)
    numbers = image_ids or range(1, len(many) + 1)
    return [
        {
            "image_id": number,
            "category_id": categories[each.labels[index]],
            "bbox": _xywh(box),
            "score": score,
        }
        for number, each in zip(numbers, many, strict=True)
        for box, index, score in zip(
            each.boxes_xyxy.tolist(), each.class_ids.tolist(), each.scores.tolist(), strict=True
        )
    ]


def coco_bytes(
    many: Sequence[Detections], *, file_names: Sequence[str] = (), category_ids: Mapping[str, int] | None = None
) -> bytes:
    """`coco_dataset` as a file."""
    content = coco_dataset(many, file_names=file_names, category_ids=category_ids)
    return json.dumps(to_plain(content), ensure_ascii=False, allow_nan=False).encode()


def detector_coco_bytes(many: Sequence[Detections]) -> bytes:
    """The data set of one detector's answers, at least one; COCO's own category ids where its classes are COCO's."""
    labels = many[0].labels
    return coco_bytes(many, category_ids=dict(zip(labels, coco_ids(labels), strict=True)))


def read_coco(data: bytes | str, results: bytes | str | None = None) -> list[Detections]:
    """One result for each picture of a COCO data set. Scores come back to the last bit, and so do left and upper edges;
    the others as near as a sum with the written width or height is, far under a billionth of a pixel.

    results: a list of results whose boxes are taken instead of the set's annotations. DetectionsFileInvalid for a
    file of another kind, unknown ids, or numbers that are none.
    """
    content = decoded(data, "COCO")
    return checked("COCO", "images, categories", _from_coco, content, results)


def _from_coco(content: Json, results: bytes | str | None) -> list[Detections]:
    labels = tuple(str(each["name"]) for each in content["categories"])
    index_of = {each["id"]: index for index, each in enumerate(content["categories"])}
    rows: dict[Any, list[Json]] = {image["id"]: [] for image in content["images"]}
    boxes = content["annotations"] if results is None else decoded(results, "COCO")
    for place, each in enumerate(boxes):
        if each["image_id"] not in rows or each["category_id"] not in index_of:
            raise DetectionsFileInvalid(format="COCO", place=f"[{place}]", reason="ids")
        rows[each["image_id"]].append(each)
    model = str(content.get("info", {}).get("description", ""))
    return [
        detections_of(
            Provenance(operation="read_coco", model=model),
            boxes=[_xyxy(each["bbox"]) for each in rows[image["id"]]],
            scores=[each.get("score", NO_SCORE) for each in rows[image["id"]]],
            class_ids=[index_of[each["category_id"]] for each in rows[image["id"]]],
            labels=labels,
            size_wh=(int(image["width"]), int(image["height"])),
        )
        for image in content["images"]
    ]


def _category_ids(many: Sequence[Detections], given: Mapping[str, int] | None) -> Mapping[str, int]:
    if given is not None:
        return given
    labels = dict.fromkeys(label for each in many for label in each.labels)
    return {label: number for number, label in enumerate(labels, 1)}


def _file_name(detections: Detections, number: int) -> str:
    sha = next(iter(detections.provenance.photos_sha256), "")
    return f"{sha[:12] or number}.png"


def _xywh(box: Sequence[float]) -> list[float]:
    """Width and height such that x + width is x1 again to the last bit, wherever there is such a number."""
    x0, y0, x1, y1 = box
    return [x0, y0, _length(x0, x1), _length(y0, y1)]


def _length(low: float, high: float) -> float:
    length = high - low
    nearby = (length, math.nextafter(length, math.inf), math.nextafter(length, -math.inf))
    return next((each for each in nearby if low + each == high), length)


def _xyxy(bbox: Sequence[float]) -> list[float]:
    x, y, width, height = map(float, bbox)
    return [x, y, x + width, y + height]
