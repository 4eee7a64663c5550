"""Where do two detectors agree on one photo, box by box?

Boxes are paired one to one in three rounds, each among what the former left: the same class at IoU >= `iou` (both), a
different class at IoU >= `iou` (class conflict), the same class at IoU >= `loose_iou` (shifted). What is left is only
in one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vizcore.detection.boxes import iou_matrix
from vizcore.provenance import versions
from vizcore.results import Detections, FloatArray, Provenance, Result
from vizcore.zoo.detection_labels import coco_name

Kind = Literal["both", "class_conflict", "shifted", "only_a", "only_b"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NONE = -1  # the row of the missing partner
LOOSER, LEAST_IOU = 0.2, 0.05  # how far under the threshold a box still counts as shifted

Pairs = list[tuple[int, int]]


@dataclass(frozen=True)
class AgreementSettings:
    """iou: least overlap of one object seen by both. loose_iou: least overlap of a shifted box.

    method: "hungarian" takes the pairs with the largest sum of IoU, "greedy" the best pair first. limit: most boxes
    compared of each side, the first (best) ones; cut ones are counted in the result.
    """

    iou: float = 0.5
    loose_iou: float = 0.3
    method: str = "hungarian"
    limit: int = 1000

    @classmethod
    def from_iou(cls, iou: float) -> AgreementSettings:
        """With a loose IoU that lies `LOOSER` below, at 0.05 at the lowest."""
        return cls(iou=iou, loose_iou=max(LEAST_IOU, iou - LOOSER))

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise ValueError(f"expected a method of {list(METHODS)}, got {self.method!r}")
        if not 0 < self.iou <= 1 or not 0 < self.loose_iou <= 1:
            raise ValueError(f"expected IoUs above 0 and up to 1, got {self.iou} and {self.loose_iou}")


@dataclass(frozen=True)
class AgreementRow:
    """One object: rows a and b of the two detections (NONE where one has none), with labels and scores.

    iou: of the pair; of a box that only one has, with the nearest box of the other.
    """

    kind: Kind
    a: int
    b: int
    iou: float
    label_a: str
    label_b: str
    score_a: float | None
    score_b: float | None


@dataclass(frozen=True, eq=False)
class Agreement(Result):
    """rows: by kind in the order of `KINDS`, then best score first. counts: rows of each kind, zeros too.

    cut_a, cut_b: detections that were not compared because there were more than the limit.
    """

    rows: tuple[AgreementRow, ...]
    counts: Mapping[str, int]
    cut_a: int = 0
    cut_b: int = 0

    def of(self, kind: Kind) -> tuple[AgreementRow, ...]:
        """The rows of one kind."""
        return tuple(row for row in self.rows if row.kind == kind)

    @property
    def share(self) -> float | None:
        """Objects seen by both over all objects of either; None where neither found any."""
        return self.counts["both"] / len(self.rows) if self.rows else None


def agreement(a: Detections, b: Detections, settings: AgreementSettings | None = None) -> Agreement:
    """Compares by COCO's name of each label, so that vocabularies may differ.

    ValueError for detections on pictures of different sizes.
    """
    settings = settings or AgreementSettings()
    if a.size_wh != b.size_wh:
        raise ValueError(f"expected detections on one photo, got sizes {a.size_wh} and {b.size_wh}")
    boxes_a, boxes_b = (each.boxes_xyxy[: settings.limit].astype(np.float64) for each in (a, b))
    labels_a, labels_b = (_labels(each, settings.limit) for each in (a, b))
    iou = iou_matrix(boxes_a, boxes_b)
    same = _names(labels_a)[:, None] == _names(labels_b)[None]
    found = _rounds(iou, same, settings)
    rows = [_row(kind, pair, (a, b), (labels_a, labels_b), iou) for kind, pairs in found.items() for pair in pairs]
    rows.sort(key=lambda row: (KINDS.index(row.kind), -max(row.score_a or 0.0, row.score_b or 0.0)))
    counted = Counter(row.kind for row in rows)
    return Agreement(
        provenance=_provenance(a, b, settings),
        rows=tuple(rows),
        counts={kind: counted[kind] for kind in KINDS},
        cut_a=len(a) - len(boxes_a),
        cut_b=len(b) - len(boxes_b),
    )


def _rounds(iou: FloatArray, same: NDArray[np.bool_], settings: AgreementSettings) -> dict[Kind, Pairs]:
    pair = METHODS[settings.method]
    near = iou >= settings.iou
    allowed: dict[Kind, NDArray[np.bool_]] = {
        "both": near & same,
        "class_conflict": near & ~same,
        "shifted": (iou >= settings.loose_iou) & same,
    }
    free = np.ones_like(near)
    found: dict[Kind, Pairs] = {}
    for kind, fitting in allowed.items():
        found[kind] = pair(iou, fitting & free)
        for row, column in found[kind]:
            free[row], free[:, column] = False, False
    taken_a, taken_b = ({pair[side] for pairs in found.values() for pair in pairs} for side in (0, 1))
    found["only_a"] = [(row, NONE) for row in range(iou.shape[0]) if row not in taken_a]
    found["only_b"] = [(NONE, column) for column in range(iou.shape[1]) if column not in taken_b]
    return found


def hungarian_pairs(iou: FloatArray, allowed: NDArray[np.bool_]) -> Pairs:
    """The one-to-one pairs among the allowed ones (N, M) whose IoUs have the largest sum (Kuhn 1955)."""
    rows, columns = linear_sum_assignment(np.where(allowed, iou, 0.0), maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if allowed[row, column]]


def greedy_pairs(iou: FloatArray, allowed: NDArray[np.bool_]) -> Pairs:
    """The allowed pair of the highest IoU first, then the next among what is left."""
    rows, columns = np.nonzero(allowed)
    pairs: Pairs = []
    taken_rows, taken_columns = set(), set()
    for place in np.argsort(-iou[rows, columns], kind="stable"):
        row, column = int(rows[place]), int(columns[place])
        if row not in taken_rows and column not in taken_columns:
            pairs.append((row, column))
            taken_rows.add(row)
            taken_columns.add(column)
    return pairs


METHODS: dict[str, Callable[[FloatArray, NDArray[np.bool_]], Pairs]] = {
    "hungarian": hungarian_pairs,
    "greedy": greedy_pairs,
}


def _labels(detections: Detections, limit: int) -> NDArray[np.str_]:
    return np.array([detections.labels[index] for index in detections.class_ids[:limit]], dtype=np.str_)


def _names(labels: NDArray[np.str_]) -> NDArray[np.str_]:
    return np.array([coco_name(str(label)) for label in labels], dtype=np.str_)


def _row(
    kind: Kind,
    pair: tuple[int, int],
    sides: tuple[Detections, Detections],
    labels: tuple[NDArray[np.str_], NDArray[np.str_]],
    iou: FloatArray,
) -> AgreementRow:
    row, column = pair
    if NONE in pair:
        others = iou[row] if column == NONE else iou[:, column]
        overlap = float(others.max(initial=0.0))
    else:
        overlap = float(iou[row, column])
    names = [str(names[place]) if place != NONE else "" for names, place in zip(labels, pair, strict=True)]
    scores = [float(side.scores[place]) if place != NONE else None for side, place in zip(sides, pair, strict=True)]
    return AgreementRow(kind, row, column, overlap, names[0], names[1], scores[0], scores[1])


def _provenance(a: Detections, b: Detections, settings: AgreementSettings) -> Provenance:
    models = " + ".join(each.provenance.model for each in (a, b))
    photos = tuple(dict.fromkeys(a.provenance.photos_sha256 + b.provenance.photos_sha256))
    return Provenance(
        operation="agreement", model=models, photos_sha256=photos, settings=asdict(settings), versions=versions()
    )
