"""Twelve cats, twelve detections: the worked example of the survey of detection metrics by Padilla et al.

The box coordinates and scores are facts taken from the folder "toyexample" of the public repository
rafaelpadilla/review_object_detection_metrics (MIT, Rafael Padilla); the pictures themselves (PASCAL VOC) are not
needed. Padilla, Netto, da Silva 2020, "A Survey on Performance Metrics for Object-Detection Algorithms".
"""

from __future__ import annotations

from functools import cache

import numpy as np

from vizcore.metrics.detection.dataset import DetectionData, Pictures, found_boxes, truth_boxes
from vizcore.metrics.detection.scene_dataset import as_xywh

# name: width, height, true boxes x0 y0 x1 y1, detections x0 y0 x1 y1 score
PICTURES: dict[str, tuple[int, int, tuple[tuple[float, ...], ...], tuple[tuple[float, ...], ...]]] = {
    "2007_000549": (375, 500, ((1, 49, 341, 499),), ((12, 44, 344, 481, 0.94),)),
    "2007_000733": (450, 435, (), ((220, 344, 400, 431, 0.85),)),
    "2007_003525": (500, 375, ((160, 1, 448, 375),), ((166, 0, 477, 365, 0.95),)),
    "2007_004856": (368, 500, ((28, 1, 335, 496),), ((49, 7, 318, 500, 0.92),)),
    "2007_005460": (500, 402, ((40, 4, 484, 370),), ((6, 55, 495, 402, 0.95),)),
    "2007_005688": (500, 334, ((170, 44, 459, 251), (72, 123, 387, 334)), ((65, 74, 370, 331, 0.81),)),
    "2007_009346": (
        500,
        375,
        ((60, 123, 220, 305), (243, 105, 437, 317)),
        ((67, 117, 229, 304, 0.86), (281, 109, 444, 320, 0.76)),
    ),
    "2008_002045": (
        500,
        366,
        ((1, 16, 352, 272), (130, 139, 500, 366)),
        ((7, 9, 349, 265, 0.89), (151, 123, 503, 375, 0.82)),
    ),
    "2008_006599": (300, 283, ((34, 1, 281, 283),), ((29, 0, 268, 287, 0.99),)),
    "2010_004175": (400, 300, ((1, 39, 248, 300),), ((47, 43, 226, 298, 0.98),)),
}


@cache
def worked_example() -> DetectionData:
    """One class, cat: 10 pictures, 12 true boxes, 12 detections."""
    names = tuple(PICTURES)
    sizes = np.array([[width, height] for width, height, _, _ in PICTURES.values()], dtype=np.int64)
    truth = [(place, box) for place, (_, _, boxes, _) in enumerate(PICTURES.values()) for box in boxes]
    found = [(place, row) for place, (_, _, _, rows) in enumerate(PICTURES.values()) for row in rows]
    return DetectionData(
        Pictures(tuple(range(1, len(names) + 1)), sizes, names),
        ("cat",),
        (1,),
        truth_boxes([place for place, _ in truth], as_xywh(np.array([box for _, box in truth])), [0] * len(truth)),
        found_boxes(
            [place for place, _ in found],
            as_xywh(np.array([row[:4] for _, row in found])),
            [0] * len(found),
            [row[4] for _, row in found],
        ),
    )
