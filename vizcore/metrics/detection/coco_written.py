"""How does a set leave as COCO's two files, so that `coco_files` reads equal numbers again?"""

from __future__ import annotations

from typing import Any

from vizcore.metrics.detection.dataset import DetectionData


def truth_json(data: DetectionData) -> dict[str, Any]:
    """What `read_truth` reads: every number unrounded, annotation ids from 1."""
    ids, truth = data.pictures.ids, data.truth
    return {
        "images": [
            {"id": each, "width": int(w), "height": int(h), "file_name": name}
            for each, (w, h), name in zip(ids, data.pictures.sizes_wh, data.pictures.names, strict=True)
        ],
        "categories": [{"id": i, "name": name} for i, name in zip(data.class_ids, data.class_names, strict=True)],
        "annotations": [
            {
                "id": row + 1,
                "image_id": ids[truth.images[row]],
                "category_id": data.class_ids[truth.classes[row]],
                "bbox": truth.boxes_xywh[row].tolist(),
                "area": float(truth.areas[row]),
                "iscrowd": int(truth.crowd[row]),
                "ignore": int(truth.difficult[row]),
            }
            for row in range(len(truth))
        ],
    }


def found_json(data: DetectionData) -> list[dict[str, Any]]:
    """What `read_found` reads."""
    ids, found = data.pictures.ids, data.found
    return [
        {
            "image_id": ids[found.images[row]],
            "category_id": data.class_ids[found.classes[row]],
            "bbox": found.boxes_xywh[row].tolist(),
            "score": float(found.scores[row]),
        }
        for row in range(len(found))
    ]
