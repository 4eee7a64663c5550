"""How do detections leave, and come back with equal numbers? As JSON, CSV rows and COCO.

JSON is lossless: labels, origin and provenance too. CSV has one row for each box. COCO comes as a whole data set
(pictures, annotations with scores, categories) or as the list of results that COCO's evaluator reads beside a truth.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from vizcore.errors import DetectionsFileInvalid
from vizcore.photo import Note
from vizcore.results import Detections, Provenance, to_plain

T = TypeVar("T")
Json = dict[str, Any]
CORNERS = ("x0", "y0", "x1", "y1")
COLUMNS = ("photo", "model", "photo_width", "photo_height", "class_id", "label", "score", *CORNERS, "origin")
MOST_CLASSES = 1_000_000  # of a vocabulary; a single row could else name class 10^12
LONGEST_SIDE = 1_000_000_000  # of a picture that a file speaks of
NO_SCORE = 1.0  # of an annotation that has none, such as a true box


def json_bytes(many: Sequence[Detections]) -> bytes:
    """All detections under "results", every number unrounded."""
    return _encoded({"results": [each.to_json() for each in many]})


def read_json(data: bytes | str) -> list[Detections]:
    """The detections of such a file, or of one result alone; other kinds of results are passed over.

    DetectionsFileInvalid for anything else.
    """
    content = _decoded(data, "JSON")
    results = content.get("results", [content]) if isinstance(content, dict) else content
    if not isinstance(results, list) or not all(isinstance(each, dict) and "kind" in each for each in results):
        raise DetectionsFileInvalid(format="JSON", place="results", reason="format")
    return [
        _checked("JSON", f"results[{place}]", _from_json, each)
        for place, each in enumerate(results)
        if each["kind"] == Detections.__name__
    ]


def csv_rows(detections: Detections) -> list[dict[str, str | int | float]]:
    """One row for each box, keys as in `COLUMNS`: language-free, numbers unrounded, boxes in photo pixels."""
    width, height = detections.size_wh
    photo = next(iter(detections.provenance.photos_sha256), "")
    rows = zip(
        detections.boxes_xyxy.tolist(),
        detections.scores.tolist(),
        detections.class_ids.tolist(),
        detections.origin.tolist(),
        strict=True,
    )
    return [
        dict(
            zip(
                COLUMNS,
                (
                    photo,
                    detections.provenance.model,
                    width,
                    height,
                    index,
                    detections.labels[index],
                    score,
                    *box,
                    origin,
                ),
                strict=True,
            )
        )
        for box, score, index, origin in rows
    ]


def read_csv(data: bytes | str) -> list[Detections]:
    """The detections of a CSV of such rows, one result for each photo and model, in the file's order.

    The vocabulary is what the file shows of it: classes that no box has are named by their number. A photo without
    boxes has no row, and so no result. DetectionsFileInvalid for missing columns or words where numbers belong.
    """
    groups = _checked("CSV", "", _csv_groups, _text(data))
    return [_checked("CSV", group[0][:12], _from_rows, rows) for group, rows in groups.items()]


def _csv_groups(text: str) -> dict[tuple[str, ...], list[dict[str, str]]]:
    """The rows by photo, model and size, in the file's order."""
    reader = csv.DictReader(io.StringIO(text))
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise DetectionsFileInvalid(format="CSV", place=", ".join(missing), reason="format")
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in reader:
        groups.setdefault(tuple(row[column] or "" for column in COLUMNS[:4]), []).append(row)
    return groups


def _text(data: bytes | str) -> str:
    """UTF-8 or, with its byte order mark, UTF-16; what is neither shows replacement characters."""
    if isinstance(data, str):
        return data
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if wide else "utf-8-sig", errors="replace")


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
    return _encoded(coco_dataset(many, file_names=file_names, category_ids=category_ids))


def read_coco(data: bytes | str, results: bytes | str | None = None) -> list[Detections]:
    """One result for each picture of a COCO data set, boxes as they were written to the last bit.

    results: a list of results whose boxes are taken instead of the set's annotations. DetectionsFileInvalid for a
    file of another kind, unknown ids, or numbers that are none.
    """
    content = _decoded(data, "COCO")
    return _checked("COCO", "images, categories", _from_coco, content, results)


def _from_coco(content: Json, results: bytes | str | None) -> list[Detections]:
    labels = tuple(str(each["name"]) for each in content["categories"])
    index_of = {each["id"]: index for index, each in enumerate(content["categories"])}
    rows: dict[Any, list[Json]] = {image["id"]: [] for image in content["images"]}
    boxes = content["annotations"] if results is None else _decoded(results, "COCO")
    for place, each in enumerate(boxes):
        if each["image_id"] not in rows or each["category_id"] not in index_of:
            raise DetectionsFileInvalid(format="COCO", place=f"[{place}]", reason="ids")
        rows[each["image_id"]].append(each)
    model = str(content.get("info", {}).get("description", ""))
    return [
        _detections(
            Provenance(operation="read_coco", model=model),
            boxes=[_xyxy(each["bbox"]) for each in rows[image["id"]]],
            scores=[each.get("score", NO_SCORE) for each in rows[image["id"]]],
            class_ids=[index_of[each["category_id"]] for each in rows[image["id"]]],
            labels=labels,
            size_wh=(int(image["width"]), int(image["height"])),
        )
        for image in content["images"]
    ]


def _from_json(content: Json) -> Detections:
    before = content["provenance"]
    hashes = tuple(map(_word, before["photos_sha256"]))
    notes = tuple(Note(_word(note["code"]), dict(note["values"])) for note in before["notes"])
    words = {name: _word(before[name]) for name in ("operation", "model")}
    provenance = Provenance(**{**before, **words, "photos_sha256": hashes, "notes": notes})
    return _detections(
        provenance,
        boxes=content["boxes_xyxy"],
        scores=content["scores"],
        class_ids=content["class_ids"],
        labels=tuple(map(str, content["labels"])),
        size_wh=(int(content["size_wh"][0]), int(content["size_wh"][1])),
        origin=content["origin"],
    )


def _from_rows(rows: list[dict[str, str]]) -> Detections:
    first = rows[0]
    named = {_below(int(row["class_id"]), MOST_CLASSES): _unescaped(row["label"]) for row in rows}
    return _detections(
        Provenance(operation="read_csv", model=first["model"], photos_sha256=(first["photo"],)),
        boxes=[[float(row[corner]) for corner in CORNERS] for row in rows],
        scores=[float(row["score"]) for row in rows],
        class_ids=[int(row["class_id"]) for row in rows],
        labels=tuple(named.get(index, str(index)) for index in range(max(named) + 1)),
        size_wh=(int(first["photo_width"]), int(first["photo_height"])),
        origin=[int(row["origin"]) for row in rows],
    )


def _detections(
    provenance: Provenance,
    *,
    boxes: Sequence[Sequence[float]],
    scores: Sequence[float],
    class_ids: Sequence[int],
    labels: tuple[str, ...],
    size_wh: tuple[int, int],
    origin: Sequence[int] | None = None,
) -> Detections:
    width, height = (_below(side, LONGEST_SIDE) for side in size_wh)
    return Detections(
        provenance=provenance,
        boxes_xyxy=np.array(boxes, np.float64).reshape(-1, 4),
        scores=np.array(scores, np.float64),
        class_ids=np.array(class_ids, np.int64),
        origin=np.arange(len(boxes)) if origin is None else np.array(origin, np.int64),
        labels=labels,
        size_wh=(width, height),
    )


def _below(number: int, limit: int) -> int:
    """The number; ValueError for one that is negative, or so large that a table up to it would not fit."""
    if not 0 <= number < limit:
        raise ValueError(f"expected a number from 0 to {limit}, got {number}")
    return number


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got {type(value).__name__}")
    return value


def _checked(form: str, place: str, read: Callable[..., T], *content: Any) -> T:
    """What `read` makes of the content; whatever does not fit a file of this form is named as its mistake."""
    try:
        return read(*content)
    except (KeyError, TypeError, AttributeError, IndexError, csv.Error) as problem:
        raise DetectionsFileInvalid(format=form, place=place, reason="format") from problem
    except (ValueError, OverflowError) as problem:
        raise DetectionsFileInvalid(format=form, place=place, reason="numbers") from problem


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


def _unescaped(label: str) -> str:
    """Without the apostrophe that keeps spreadsheets from running a text as a formula."""
    return (
        label[1:] if label[:1] == "'" and label[1:].lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else label
    )


def _decoded(data: bytes | str, form: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise DetectionsFileInvalid(format=form, place="", reason="json") from problem


def _encoded(content: Json) -> bytes:
    return json.dumps(to_plain(content), ensure_ascii=False, allow_nan=False).encode()
