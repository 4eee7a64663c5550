"""What detections does a file hold, whichever of the forms it has, and are they those that somebody else has?"""

from __future__ import annotations

import math

import numpy as np

from vizcore.detection.exchange.coco import read_coco
from vizcore.detection.exchange.csv_table import read_csv
from vizcore.detection.exchange.json_file import read_json
from vizcore.errors import FileTooLarge
from vizcore.results import Detections

SAME_EDGE = 1e-9  # pixels


def read_any(name: str, data: bytes, *, limit_mb: float) -> list[Detections]:
    """The detections of a JSON, CSV or COCO file. Errors: FileTooLarge, DetectionsFileInvalid."""
    if len(data) > limit_mb * 1e6:
        raise FileTooLarge(limit_mb=limit_mb, actual_mb=math.ceil(len(data) / 1e5) / 10)
    if name.lower().endswith(".csv"):
        return read_csv(data)
    return read_coco(data) if b'"annotations"' in data else read_json(data)


def same_numbers(a: Detections, b: Detections) -> bool:
    """Same model, picture size, scores and classes by name, to the last bit; edges to a billionth of a pixel.

    COCO writes widths, and there is not for each x1 a width w of which x0 + w is x1 to the last bit.
    """
    names_a, names_b = ([each.labels[int(index)] for index in each.class_ids] for each in (a, b))
    return (
        (a.provenance.model, a.size_wh, names_a) == (b.provenance.model, b.size_wh, names_b)
        and a.scores.tolist() == b.scores.tolist()
        and np.allclose(a.boxes_xyxy, b.boxes_xyxy, rtol=0, atol=SAME_EDGE)
    )
