"""The twelve COCO numbers of many boxes: the same numbers, counted by hotcoco."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vizcore.metrics.detection.coco_definitions import AREAS, LIMITS, Accumulated, summarised
from vizcore.metrics.detection.dataset import DetectionData
from vizcore.results import FloatArray


def hotcoco_statistics(data: DetectionData) -> FloatArray:
    """(12,) as `coco_summary.coco_statistics`; arrays are handed over, no file is written."""
    import hotcoco

    truth, found = data.truth, data.found
    images = [{"id": row + 1, "width": int(w), "height": int(h)} for row, (w, h) in enumerate(data.pictures.sizes_wh)]
    categories = [{"id": row + 1, "name": name} for row, name in enumerate(data.class_names)]
    annotated = hotcoco.COCO.from_arrays(
        images,
        categories,
        truth.images + 1,
        truth.classes + 1,
        truth.boxes_xywh,
        ids=np.arange(1, len(truth) + 1),  # 0 would stand for "not matched"
        area=truth.areas,
        iscrowd=truth.crowd.astype(np.int64),
    )
    columns = np.empty((len(found), 7))
    columns[:, 0], columns[:, 1:5] = found.images + 1, found.boxes_xywh
    columns[:, 5], columns[:, 6] = found.scores, found.classes + 1
    evaluation = hotcoco.COCOeval(annotated, annotated.load_res(columns), "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    return summarised(_as_accumulated(evaluation.eval or {}))


def _as_accumulated(counted: Mapping[str, Any]) -> Accumulated:
    """hotcoco's own summary would print; its arrays are precision (t, 101, c, areas, limits) and recall (t, c, ...)."""
    precision, recall = np.asarray(counted["precision"]), np.asarray(counted["recall"])
    wanted = [(area, limit) for area in AREAS for limit in LIMITS]
    places = {(area, limit): (list(AREAS).index(area), LIMITS.index(limit)) for area, limit in wanted}
    return Accumulated(
        {key: precision[..., area, limit] for key, (area, limit) in places.items()},
        {key: recall[..., area, limit] for key, (area, limit) in places.items()},
    )
