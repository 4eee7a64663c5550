"""A file of masks of any kind that we read: which kind it is, how large its picture is, and its objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np

from vizcore.images import open_photo
from vizcore.metrics.masks.from_picture import mask_and_labels
from vizcore.metrics.masks.labels import LabelMap
from vizcore.photo import Note
from vizcore.segmentation.exchange.coco import RECORD_KINDS, picture_of_coco, read_coco, read_record
from vizcore.segmentation.exchange.imported import ImportedObjects
from vizcore.segmentation.exchange.objects import SegmentedObject, expect_size
from vizcore.segmentation.exchange.prompt_file import KIND as PROMPTS
from vizcore.segmentation.exchange.reading import MOST_OBJECTS, Source
from vizcore.segmentation.exchange.yolo import read_yolo
from vizcore.segmentation.rle import encode

FileKind = Literal["coco", "record", "prompts", "yolo", "picture"]


def kind_of_file(data: bytes, name: str) -> FileKind:
    """By the content, and by the name where plain text may be several things. SegmentationFileInvalid: json."""
    ending = name.lower().rpartition(".")[2]
    if ending == "json" or data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"{":
        content = Source(name, "JSON").json(data)
        kind = str(content.get("kind"))
        if kind == PROMPTS:
            return "prompts"
        return "record" if kind in RECORD_KINDS or "results" in content else "coco"
    return "yolo" if ending == "txt" else "picture"


def read_masks(
    data: bytes, name: str, size_wh: tuple[int, int], *, photo_name: str = "", picture: str = ""
) -> ImportedObjects:
    """The objects of a COCO, YOLO or record file, or of a picture that is a mask or a label map.

    Errors: SegmentationFileInvalid, SegmentationSizeDiffers, PictureUnclear, FileTooLarge; of a picture those of
    `open_photo`. A file of prompts has no masks: SegmentationFileInvalid.
    """
    kind = kind_of_file(data, name)
    if kind == "coco":
        return read_coco(data, size_wh, file=name, photo_name=photo_name, picture=picture)
    if kind == "record":
        return read_record(data, size_wh, file=name)
    if kind == "yolo":
        return read_yolo(data, size_wh, file=name)
    if kind == "prompts":
        raise Source(name, "COCO").wrong("format")
    return _read_picture(data, name, size_wh)


def size_of_file(data: bytes, name: str, picture: str = "") -> tuple[int, int]:
    """Width and height of the picture that the file is about. SegmentationFileInvalid: size, where it does not say."""
    kind = kind_of_file(data, name)
    if kind == "picture":
        photo = open_photo(data, name)
        return photo.width, photo.height
    source = Source(name, "JSON" if kind == "record" else kind.upper())
    if kind == "yolo":
        raise source.wrong("size")
    content = source.json(data)
    size = picture_of_coco(source, content, picture) if kind == "coco" else _size_of_record(source, content)
    if size is None:
        raise source.wrong("size")
    return size


def _size_of_record(source: Source, content: dict[str, Any]) -> tuple[int, int] | None:
    results = source.items(content.get("results", [content]), 100_000)
    for result in map(source.mapping, results):
        if "size_wh" in result:
            width, height = source.pair(result["size_wh"])
            return width, height
        for each in map(source.mapping, source.items(result.get("masks", []))):
            height, width = source.pair(source.mapping(each.get("segmentation")).get("size"))
            return width, height
    return None


def _read_picture(data: bytes, name: str, size_wh: tuple[int, int]) -> ImportedObjects:
    found, labels = mask_and_labels(data, name)
    height, width = found.mask.shape
    expect_size((width, height), size_wh, name)
    title = found.name.rpartition(".")[0] or found.name
    if labels is None or len(labels.labels) < 2:
        return ImportedObjects((SegmentedObject(title, encode(found.mask)),), found.notes)
    if len(labels.labels) > MOST_OBJECTS:
        raise Source(name, "PNG").wrong("many")
    notes = (each for each in found.notes if each.code != "mask_of_labels")
    read = Note("read_as_labels", {"count": len(labels.labels)})
    return ImportedObjects(tuple(_numbered(labels, title)), (*notes, read))


def _numbered(labels: LabelMap, title: str) -> Iterator[SegmentedObject]:
    """Each label's object; one buffer, laid out column by column as `encode` likes it, serves them all."""
    columns = np.asfortranarray(labels.numbers)
    mask = np.empty_like(columns, bool)
    for label in labels.labels:
        yield SegmentedObject(f"{title} {label}", encode(np.equal(columns, label, out=mask)))
