"""Files as other programs write them, good and bad, made here."""

from __future__ import annotations

import json
from typing import Any

SIZE_WH = (100, 80)
SQUARE = [5, 10, 25, 10, 25, 30, 5, 30]


def coco(*annotations: dict[str, Any], images: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    """A COCO file about one picture of SIZE_WH, or about these."""
    one = [{"id": 1, "width": SIZE_WH[0], "height": SIZE_WH[1], "file_name": "a.jpg"}]
    rows = [
        {"id": place, "image_id": 1, "category_id": 1, "segmentation": [SQUARE], **each}
        for place, each in enumerate(annotations, start=1)
    ]
    categories = [{"id": 1, "name": "cup"}]
    return {"images": one if images is None else images, "categories": categories, "annotations": rows, **more}


def picture(number: Any, name: str = "", size_wh: tuple[int, int] = SIZE_WH) -> dict[str, Any]:
    """One entry of "images"."""
    return {"id": number, "width": size_wh[0], "height": size_wh[1], "file_name": name or f"{number}.jpg"}


def run_lengths(counts: Any, size: Any = (80, 100)) -> dict[str, Any]:
    """An annotation with this mask."""
    return {"segmentation": {"size": list(size), "counts": counts}}


def encoded(content: Any) -> bytes:
    return json.dumps(content).encode()
