"""Which photo belongs to which picture of an annotation file? By its name, and only where its shape fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vizcore.metrics.detection.dataset import Pictures

SHAPE_SLACK = 0.02  # by how much width / height may differ: what rounding does to a photo that was made smaller


@dataclass(frozen=True)
class PhotosByName:
    """places: picture's row -> the photo's place. unknown: photos that no picture names, or several do.

    misshapen: photos whose shape is not their picture's (turned, cut or stretched), so that boxes would lie elsewhere,
    and photos of a picture whose size is not known.
    """

    places: dict[int, int]
    unknown: tuple[str, ...]
    misshapen: tuple[str, ...]


def photos_by_name(pictures: Pictures, names: Sequence[str], sizes_wh: Sequence[tuple[int, int]]) -> PhotosByName:
    """names: of the photos, with their folders or without. A whole name fits first, then the last part of it, whatever
    its folders and capitals, where only one picture has it. Of several photos of one picture the first counts."""
    whole = _only_ones([_whole(name) for name in pictures.names])
    last = _only_ones([_last(name) for name in pictures.names])
    places: dict[int, int] = {}
    unknown, misshapen = [], []
    for place, (name, size_wh) in enumerate(zip(names, sizes_wh, strict=True)):
        row = whole.get(_whole(name), last.get(_last(name)))
        if row is None:
            unknown.append(name)
        elif not _fits(size_wh, (int(pictures.sizes_wh[row][0]), int(pictures.sizes_wh[row][1]))):
            misshapen.append(name)
        else:
            places.setdefault(row, place)
    return PhotosByName(places, tuple(unknown), tuple(misshapen))


def _whole(name: str) -> str:
    return name.replace("\\", "/").removeprefix("./")


def _last(name: str) -> str:
    return _whole(name).rpartition("/")[2].casefold()


def _only_ones(names: Sequence[str]) -> dict[str, int]:
    """Place of each name that occurs once."""
    counts = Counter(names)
    return {name: place for place, name in enumerate(names) if counts[name] == 1}


def _fits(photo_wh: tuple[int, int], picture_wh: tuple[int, int]) -> bool:
    """Whether both have one shape. Nothing fits a picture of unknown size: the scale of its boxes is not known."""
    if min(picture_wh) <= 0:
        return False
    (width, height), (wanted_width, wanted_height) = photo_wh, picture_wh
    return abs(width * wanted_height / (height * wanted_width) - 1) <= SHAPE_SLACK
