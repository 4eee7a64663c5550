"""Which of the pictures that a COCO file describes is this photo?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vizcore.errors import PictureUnclear
from vizcore.photo import Note
from vizcore.segmentation.exchange.objects import expect_size
from vizcore.segmentation.exchange.reading import Source, known_id

MOST_PICTURES = 1_000_000
NAMES_SHOWN = 20


@dataclass(frozen=True)
class CocoPicture:
    """One entry of "images". key: its id, None where it has none; size_wh: None where only annotations speak of it."""

    key: int | str | None
    name: str
    size_wh: tuple[int, int] | None

    @property
    def title(self) -> str:
        return self.name or str(self.key)


def picture_rows(
    source: Source, content: Mapping[str, Any], size_wh: tuple[int, int], photo_name: str, picture: str
) -> tuple[list[dict[str, Any]], tuple[Note, ...]]:
    """The annotations of one picture, and a note where the file has others. PictureUnclear where several may be meant.

    picture: the name or id of one of them, asked for; "" for the one that has the photo's name or size.
    """
    rows = [source.mapping(row) for row in source.items(content.get("annotations"), MOST_PICTURES)]
    pictures = pictures_of(source, content) or _pictures_of_rows(rows)
    if not pictures:
        return rows, ()
    chosen = _chosen(pictures, rows, size_wh, photo_name, picture, source.file)
    if chosen.size_wh is not None:
        expect_size(chosen.size_wh, size_wh, source.file)
    kept = [row for row in rows if (len(pictures) == 1 and _is_loose(row, chosen)) or _of(row) == chosen.key]
    if len(pictures) == 1 and len(kept) == len(rows):
        return kept, ()
    left_out: dict[str, str | int | float] = {
        "picture": chosen.title,
        "pictures": len(pictures),
        "count": len(rows) - len(kept),
    }
    return kept, (Note("other_pictures_left_out", left_out),)


def pictures_of(source: Source, content: Mapping[str, Any]) -> list[CocoPicture]:
    """The entries of "images"; SegmentationFileInvalid for one without width and height."""
    found = []
    for row in source.items(content.get("images", []), MOST_PICTURES):
        image = source.mapping(row)
        size = source.whole(image.get("width")), source.whole(image.get("height"))
        name = str(image.get("file_name", "")).replace("\\", "/").rpartition("/")[2]
        found.append(CocoPicture(known_id(image.get("id")), source.name(name), size))
    return found


def _pictures_of_rows(rows: Sequence[Mapping[str, Any]]) -> list[CocoPicture]:
    """Without a list of images: those that the annotations name by their ids."""
    keys = dict.fromkeys(_of(row) for row in rows)
    return [CocoPicture(key, "", None) for key in keys] if len(keys) > 1 else []


def _of(row: Mapping[str, Any]) -> int | str | None:
    return known_id(row.get("image_id"))


def _is_loose(row: Mapping[str, Any], chosen: CocoPicture) -> bool:
    """An annotation of no picture, in a file about a single one."""
    return _of(row) is None or chosen.key is None


def _chosen(
    pictures: Sequence[CocoPicture],
    rows: Sequence[Mapping[str, Any]],
    size_wh: tuple[int, int],
    photo_name: str,
    asked: str,
    file: str,
) -> CocoPicture:
    if asked:
        candidates = [each for each in pictures if asked in (each.name, str(each.key))]
        if len(candidates) == 1:
            return candidates[0]
        raise unclear(candidates or pictures, file)
    if len(pictures) == 1:
        return pictures[0]
    fitting = [each for each in pictures if each.size_wh in (None, size_wh)]
    if not fitting:
        return pictures[0]  # whose size is then named as another one
    named = [each for each in fitting if photo_name and _stem(each.name) == _stem(photo_name)]
    with_objects = {_of(row) for row in rows}
    for few in (named, fitting, [each for each in fitting if each.key in with_objects]):
        if len(few) == 1:
            return few[0]
    raise unclear(fitting, file)


def unclear(candidates: Sequence[CocoPicture], file: str) -> PictureUnclear:
    """The error that lists them."""
    titles = [each.title for each in candidates]
    return PictureUnclear(file=file, count=len(titles), pictures=titles[:NAMES_SHOWN])


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name
