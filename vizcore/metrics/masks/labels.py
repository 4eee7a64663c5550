"""Does a picture number objects or classes, rather than being bright where one mask is?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.images import StoredNumbers
from vizcore.metrics.masks.flat_levels import Counted, block_counts, level_counts, soft_counts
from vizcore.metrics.masks.overlap import Mask
from vizcore.photo import Photo

WHITE, WHITE_WORD = 255, 65_535
DARK_PART = 4  # numbers beside white are labels, not greys, where all are darker than this part of it
MOST_GREYS = 128
FEW = 3  # two levels are a mask, whatever they are; 1 and 2 alone number two objects that fill the picture
SOFT_SHARE = 0.1  # of many labels so many may be slivers between two others


@dataclass(frozen=True, eq=False)
class LabelMap:
    """numbers (H, W): 0 for the background, each of `labels` for its object. void: the value, if any, of pixels without
    a label, and how many they are; they are no object.
    """

    numbers: NDArray[np.uint8] | NDArray[np.uint16]
    labels: tuple[int, ...]
    void: int | None = None
    void_pixels: int = 0

    @property
    def mask(self) -> Mask:
        """All objects together (H, W)."""
        found: Mask = self.numbers > 0
        return found if self.void is None else found & (self.numbers != self.void)


def label_map(stored: StoredNumbers, photo: Photo) -> LabelMap | None:
    """The label map that these numbers of a photo are, or None where they are greys.

    Labels have areas of their own (a grey of an edge does not: it lies between its neighbours) and may leave numbers
    out. White is void, as in VOC and Cityscapes, beside labels that are all small; else white means a mask.
    """
    counts = level_counts(stored.values)
    levels = [int(each) for each in np.flatnonzero(counts)]
    white = _white(stored, levels)
    void = white if levels[-1] == white else None
    labels = [each for each in levels if each not in (0, void)]
    few = len(levels) < FEW and (stored.of_palette or levels != [1, 2])
    if few or len(labels) < (2 if void is None else 1):
        return None
    if void is not None and not _may_be_void(stored, labels, white):
        return None
    heights = photo.rgb.max(axis=2) if stored.of_palette else stored.values
    if _are_edges(counts, soft_counts(stored.values, heights), labels):
        return None
    return LabelMap(stored.values, tuple(labels), void, 0 if void is None else int(counts[void]))


def counted_map(photo: Photo) -> LabelMap | None:
    """The label map of a grey photo whose values are 0, 1, 2 ... without a gap and without white; 0 may be missing.

    Narrow labels between two others are believed here, unless most of many are: then it is a soft mask.
    """
    grey = photo.rgb[..., 0]
    if (photo.rgb != grey[..., None]).any():
        return None
    counts = level_counts(grey)
    levels = [int(each) for each in np.flatnonzero(counts)]
    last = levels[-1]
    labels = list(range(1, last + 1))
    if not 1 < last < WHITE or levels not in (labels, [0, *labels]):
        return None
    if last >= WHITE // DARK_PART and _are_edges(counts, soft_counts(grey, grey), labels, most=0.5):
        return None
    return LabelMap(grey, tuple(labels))


def _may_be_void(stored: StoredNumbers, labels: list[int], white: int) -> bool:
    """Whether white beside these is void: they are too dark for greys, and some cover more than specks do."""
    small = stored.of_palette or labels[-1] < white // DARK_PART
    return small and bool(block_counts(stored.values)[labels].any())


def _white(stored: StoredNumbers, levels: list[int]) -> int:
    """Words up to 255 are bytes in a wider dress, unless they number more objects than a mask has greys."""
    bytes_alone = levels[-1] <= WHITE and (stored.values.dtype == np.uint8 or len(levels) <= MOST_GREYS)
    return WHITE if bytes_alone else WHITE_WORD


def _are_edges(counts: Counted, soft: Counted, labels: list[int], most: float = SOFT_SHARE) -> bool:
    """Whether more than this share of the labels have most of their pixels between a lower and a higher one."""
    edges = int((2 * soft[labels] > counts[labels]).sum())
    return edges > most * len(labels)
