"""How is a mask written in a few bytes? Run lengths in column-major order, and COCO's compressed text of them.

A mask (H, W) is read column by column; `counts` are the lengths of its runs of 0, 1, 0, 1 ..., the first of them 0
where the mask begins with 1. [0 0 1 1 1 0 1] -> 2 3 1 1. The text form is that of pycocotools (common/maskApi.c): from
the fourth count on the difference to the count two before, five bits to a character, least first, sixth bit = "more".
hotcoco writes it in a tenth of pycocotools' time; what comes from elsewhere is read and checked here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Counts = NDArray[np.int64]
MOST_CHARACTERS = 13  # five bits each: enough for any 64-bit count
LARGEST_COUNT = 1 << 32  # of one run that comes from elsewhere: sums of millions of them stay far below 2^63


@dataclass(frozen=True)
class Rle:
    """One mask of `size_hw` as COCO's compressed text. Equal texts and sizes are equal masks."""

    text: str
    size_hw: tuple[int, int]

    @property
    def counts(self) -> Counts:
        """The run lengths (n,); they add up to the pixels. Read from the text each time: many masks stay small."""
        return decompress(self.text)

    @property
    def area(self) -> int:
        """Pixels of the mask."""
        return int(self.counts[1::2].sum())

    def box_xyxy(self) -> tuple[int, int, int, int]:
        """The tightest box in pixel edges (x0, y0, x1, y1); four zeros for an empty mask."""
        starts, ends = self.runs()
        if not len(starts):
            return 0, 0, 0, 0
        height = self.size_hw[0]
        left, right = starts // height, (ends - 1) // height
        if (left < right).any():  # a run over a column's end touches both the first and the last row
            top, bottom = 0, height
        else:
            top, bottom = int((starts % height).min()), int(((ends - 1) % height).max()) + 1
        return int(left.min()), top, int(right.max()) + 1, bottom

    def runs(self) -> tuple[Counts, Counts]:
        """Where the runs of ones begin and end in column-major order, empty runs left out."""
        edges = np.cumsum(self.counts)
        starts, ends = edges[: len(edges) - len(edges) % 2 : 2], edges[1::2]
        filled = ends > starts
        return starts[filled], ends[filled]

    def decode(self) -> Mask:
        """The mask (H, W), laid out column by column in memory."""
        height, width = self.size_hw
        counts = self.counts
        values = np.zeros(len(counts), bool)
        values[1::2] = True
        return np.repeat(values, counts).reshape(width, height).T

    def to_coco(self) -> dict[str, Any]:
        """{"size": [h, w], "counts": compressed text} as pycocotools writes it."""
        return {"size": list(self.size_hw), "counts": self.text}


def encode(mask: Mask) -> Rle:
    """Run lengths of a mask (H, W). Quickest for a mask laid out column by column (Fortran order)."""
    from hotcoco import mask as coco

    if mask.ndim != 2 or mask.dtype != np.bool_:
        raise ValueError(f"expected a bool mask (H, W), got {mask.dtype} {mask.shape}")
    height, width = mask.shape
    return Rle(coco.encode(mask.view(np.uint8))["counts"].decode("ascii"), (height, width))


def of_counts(counts: Sequence[int] | Counts, size_hw: tuple[int, int]) -> Rle:
    """The mask with these run lengths. ValueError unless each is a whole number within the mask and all fill it.

    Every length is compared with the size before they are added up: a sum of 64-bit numbers may wrap around to
    anything, and what is decoded later believes it.
    """
    pixels = size_hw[0] * size_hw[1]
    if min(size_hw) < 0 or pixels > LARGEST_COUNT:
        raise ValueError(f"expected a size of at most {LARGEST_COUNT} pixels, got {size_hw}")
    lengths = counts if isinstance(counts, np.ndarray) else _whole_numbers(counts)
    if lengths.ndim != 1 or lengths.min(initial=0) < 0 or lengths.max(initial=0) > pixels:
        raise ValueError(f"expected run lengths from 0 to {pixels}")
    if int(lengths.sum()) != pixels:
        raise ValueError(f"expected run lengths that add up to {pixels}, got {int(lengths.sum())}")
    return Rle(compress(lengths), size_hw)


def _whole_numbers(counts: Sequence[object]) -> Counts:
    """A list from a file as int64; ValueError for fractions, texts, truth values and numbers beyond 64 bits."""
    whole = [int(each) for each in counts if type(each) is int or (type(each) is float and each.is_integer())]
    if len(whole) < len(counts):
        raise ValueError("expected run lengths as whole numbers")
    try:
        return np.array(whole, np.int64)
    except OverflowError as problem:
        raise ValueError("expected run lengths of at most 64 bits") from problem


def from_coco(segmentation: Mapping[str, Any]) -> Rle:
    """The mask of COCO's {"size", "counts"}, counts compressed or as a list. ValueError where they misfit."""
    height, width = (int(side) for side in segmentation["size"])
    counts = segmentation["counts"]
    if isinstance(counts, bytes):
        counts = counts.decode("ascii")
    if not isinstance(counts, (str, list, tuple, np.ndarray)):
        raise ValueError(f"expected counts as a text or a list, got {type(counts).__name__}")
    return of_counts(decompress(counts) if isinstance(counts, str) else counts, (height, width))


def compress(counts: Counts) -> str:
    """COCO's text of run lengths."""
    values = counts.astype(np.int64)
    values[3:] -= counts[1:-2]
    pieces = np.zeros((len(values), MOST_CHARACTERS), np.uint8)
    used = np.zeros(pieces.shape, bool)
    open_ = np.arange(len(values))
    for place in range(MOST_CHARACTERS):
        low, rest = values[open_] & 31, values[open_] >> 5
        more = np.where(low & 16, rest != -1, rest != 0)
        pieces[open_, place] = low + 32 * more + 48
        used[open_, place] = True
        values[open_] = rest
        open_ = open_[more]
        if not len(open_):
            break
    return pieces[used].tobytes().decode("ascii")


def decompress(text: str) -> Counts:
    """Run lengths of COCO's text. ValueError for a text that breaks off, has a foreign character or a huge number."""
    codes = np.frombuffer(text.encode("ascii", "replace"), np.uint8).astype(np.int64) - 48
    if not len(codes):
        return np.zeros(0, np.int64)
    last = (codes & 32) == 0
    ends = np.flatnonzero(last)
    if codes.min() < 0 or codes.max() > 63 or not last[-1]:
        raise ValueError("expected the compressed counts of COCO, got another text")
    starts = np.concatenate([[0], ends[:-1] + 1])
    lengths = ends - starts + 1
    if lengths.max() > MOST_CHARACTERS - 1:
        raise ValueError("expected counts below 2^59, got a longer one")
    place = np.arange(len(codes)) - np.repeat(starts, lengths)
    values = np.add.reduceat((codes & 31) << (5 * place), starts)
    negative = (codes[ends] & 16) != 0
    values[negative] -= np.int64(1) << (5 * lengths[negative])
    if np.abs(values).max() > LARGEST_COUNT:
        raise ValueError(f"expected counts of at most {LARGEST_COUNT}")
    values[1::2] = np.cumsum(values[1::2])
    values[2::2] = np.cumsum(values[2::2])
    return values


def iou_matrix(first: Sequence[Rle], second: Sequence[Rle]) -> NDArray[np.float64]:
    """IoU of each mask of `first` with each of `second`: (n, m) in [0, 1], from the runs alone; 0 for two empty masks.

    Only pairs whose boxes meet are compared, and of a sequence with itself only one half. ValueError for masks of
    another size.
    """
    from hotcoco import mask as coco

    if len({each.size_hw for each in (*first, *second)}) > 1:
        raise ValueError("expected masks of one size")
    ious = np.zeros((len(first), len(second)))
    if not first or not second:
        return ious
    rows, same = [each.to_coco() for each in first], first is second
    columns = rows if same else [each.to_coco() for each in second]
    row_boxes = coco.to_bbox(rows)
    column_boxes = row_boxes if same else coco.to_bbox(columns)
    before = _begins_before_end(row_boxes, column_boxes)
    meeting = before & (before if same else _begins_before_end(column_boxes, row_boxes)).T
    if same:
        meeting &= ~np.tri(len(rows), dtype=bool)
    chosen = ((row, list(itertools.compress(columns, near))) for row, near in zip(rows, meeting.tolist(), strict=True))
    found = [coco.iou([row], near, [0] * len(near))[0] for row, near in chosen if near]
    if found:
        ious[meeting] = np.concatenate(found)
    if same:
        ious += ious.T
        ious.flat[:: len(rows) + 1] = row_boxes[:, 2] > 0
    return ious


def _begins_before_end(first_xywh: NDArray[np.float64], second_xywh: NDArray[np.float64]) -> Mask:
    """(n, m): whether a box of `first` begins before one of `second` ends, across and down. If both ways, they meet."""
    across, down = (np.less.outer(first_xywh[:, i], second_xywh[:, i] + second_xywh[:, i + 2]) for i in (0, 1))
    return np.asarray(across & down)
