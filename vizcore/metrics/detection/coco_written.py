"""How does a set leave as COCO's two files, so that `coco_files` reads equal numbers again?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from vizcore.metrics.detection.dataset import DetectionData

Entry = dict[str, Any]

ENTRIES_A_PIECE = 1_000


def truth_json(data: DetectionData) -> dict[str, list[Entry]]:
    """What `read_truth` reads: every number unrounded, annotation ids from 1."""
    return {name: list(entries) for name, entries in _truth_lists(data).items()}


def found_json(data: DetectionData) -> list[Entry]:
    """What `read_found` reads."""
    return list(_found(data))


def truth_pieces(data: DetectionData) -> Iterator[bytes]:
    """`truth_json` as a file's pieces: a set of any size takes the memory of one of them."""
    yield b"{"
    for place, (name, entries) in enumerate(_truth_lists(data).items()):
        yield f"{', ' if place else ''}{json.dumps(name)}: ".encode()
        yield from _list_pieces(entries)
    yield b"}"


def found_pieces(data: DetectionData) -> Iterator[bytes]:
    """`found_json` as a file's pieces."""
    return _list_pieces(_found(data))


def _truth_lists(data: DetectionData) -> Mapping[str, Iterable[Entry]]:
    pictures = data.pictures
    return {
        "images": (
            {"id": each, "width": int(w), "height": int(h), "file_name": name}
            for each, (w, h), name in zip(pictures.ids, pictures.sizes_wh, pictures.names, strict=True)
        ),
        "categories": ({"id": i, "name": name} for i, name in zip(data.class_ids, data.class_names, strict=True)),
        "annotations": _true(data),
    }


def _true(data: DetectionData) -> Iterator[Entry]:
    ids, truth = data.pictures.ids, data.truth
    for row in range(len(truth)):
        yield {
            "id": row + 1,
            "image_id": ids[truth.images[row]],
            "category_id": data.class_ids[truth.classes[row]],
            "bbox": truth.boxes_xywh[row].tolist(),
            "area": float(truth.areas[row]),
            "iscrowd": int(truth.crowd[row]),
            "ignore": int(truth.difficult[row]),
        }


def _found(data: DetectionData) -> Iterator[Entry]:
    ids, found = data.pictures.ids, data.found
    for row in range(len(found)):
        yield {
            "image_id": ids[found.images[row]],
            "category_id": data.class_ids[found.classes[row]],
            "bbox": found.boxes_xywh[row].tolist(),
            "score": float(found.scores[row]),
        }


def _list_pieces(entries: Iterable[Entry]) -> Iterator[bytes]:
    left, before = iter(entries), "["
    while batch := list(islice(left, ENTRIES_A_PIECE)):
        yield (before + json.dumps(batch, ensure_ascii=False, allow_nan=False)[1:-1]).encode()
        before = ", "
    yield b"[]" if before == "[" else b"]"
