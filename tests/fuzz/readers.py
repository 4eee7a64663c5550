"""Everything that opens somebody's file, each with sound files to damage; imported when it is asked for."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

Reader = tuple[Callable[[bytes], object], Sequence[bytes]]
SIZE_WH = (100, 80)


def _pictures() -> Reader:
    from tests.images import files
    from vizcore.images import open_photo

    noise = np.random.default_rng(0).integers(0, 255, (40, 56, 3), dtype=np.uint8)
    kinds = [files.encode(noise, kind) for kind in ("JPEG", "PNG", "WebP", "GIF", "BMP")]
    return open_photo, [*kinds, files.encode(noise, "JPEG", exif=files.exif(6, located=True), progressive=True)]


def _tiff() -> Reader:
    from tests.images import files
    from vizcore.images import open_photo

    grey = np.arange(48 * 40).reshape(40, 48)
    types = (np.uint8, np.int8, np.uint16, np.int16, np.float32, np.uint32)
    sound = [files.tiff(grey.astype(each)) for each in types]
    sound += [files.tiff(grey.astype(np.uint16), compression="deflate")]
    sound += [files.encode(grey.astype(np.uint8), "TIFF", compression=f"tiff_{each}") for each in ("lzw", "jpeg")]
    return open_photo, [*sound, files.tiff(np.dstack([grey] * 4).astype(np.uint8), tile=(16, 16), photometric="rgb")]


def _iso_media() -> Reader:
    from tests.images import files
    from vizcore.images import open_photo

    noise = np.random.default_rng(0).integers(0, 255, (40, 56, 3), dtype=np.uint8)
    return open_photo, [files.encode(noise, kind) for kind in ("HEIC", "AVIF")]


def _mask_pictures() -> Reader:
    from tests.images import files
    from vizcore.segmentation.exchange import read_masks

    labels = np.zeros((80, 100), np.uint8)
    labels[10:30, 10:30], labels[40:60, 40:60] = 1, 2
    alpha = np.dstack([np.full((80, 100, 3), 255, np.uint8), labels * 100])
    sound = [files.encode(each, "PNG") for each in (labels, labels * 120, alpha)]
    return lambda data: read_masks(data, "mask.png", SIZE_WH), sound


def _coco_masks() -> Reader:
    from tests.segmentation.foreign_files import coco, encoded, picture, run_lengths
    from vizcore.segmentation.exchange import read_masks
    from vizcore.segmentation.rle import encode

    mask = np.random.default_rng(0).random((80, 100)) > 0.7
    lengths = encode(mask).counts.tolist()
    content = coco({}, run_lengths(lengths), run_lengths(encode(mask).text), {"predicted_iou": 0.5, "iscrowd": 1})
    pictures = coco({"image_id": 1}, {"image_id": 2}, images=[picture(1), picture(2, size_wh=(50, 40))])
    prompted = coco({"prompts": {"points": [[1, 2, 1]], "box_xyxy": [1, 2, 3, 4]}})
    return lambda data: read_masks(data, "f.json", SIZE_WH), [encoded(each) for each in (content, pictures, prompted)]


def _run_lengths() -> Reader:
    """The compressed text alone, kept within its alphabet and decoded to pixels: what native code would believe."""
    from tests.segmentation.foreign_files import coco, encoded, run_lengths
    from vizcore.segmentation.exchange import read_masks
    from vizcore.segmentation.rle import encode, iou_matrix

    def read(data: bytes) -> object:
        text = "".join(chr(48 + byte % 64) for byte in data)
        rle = read_masks(encoded(coco(run_lengths(text))), "f.json", SIZE_WH)[0].rle
        return rle.decode(), rle.box_xyxy(), iou_matrix([rle, rle], [rle])

    masks = [np.random.default_rng(seed).random((80, 100)) > share for seed, share in enumerate((0.1, 0.5, 0.99))]
    return read, [bytes(ord(letter) - 48 for letter in encode(each).text) for each in masks]


def _record_masks() -> Reader:
    from tests.segmentation.foreign_files import encoded, run_lengths
    from vizcore.segmentation.exchange import read_masks

    row = {**run_lengths([10, 20, 7970]), "predicted_iou": 0.9, "stability": 0.9, "area": 20, "box_xyxy": [0, 0, 1, 2]}
    one = {"schema": "vizcore/1", "kind": "MaskSet", "size_wh": list(SIZE_WH), "masks": [row, row]}
    both = [encoded(one), encoded({"results": [one, {**one, "kind": "Masks"}]})]
    return lambda data: read_masks(data, "f.json", SIZE_WH), both


def _prompts() -> Reader:
    from vizcore.segmentation import Prompts
    from vizcore.segmentation.exchange import ObjectPrompts, PromptFile, read_prompts, write_prompts

    asked = ObjectPrompts("cat", Prompts(((3.5, 4.0), (5.0, 6.0)), (1, 0), (1.0, 2.0, 30.0, 40.0)), chosen=2)
    text = write_prompts(PromptFile((asked, asked), SIZE_WH, "a" * 64, "sam-mini"))
    return lambda data: read_prompts(data, SIZE_WH), [text.encode()]


def _yolo() -> Reader:
    from vizcore.segmentation.exchange import read_masks

    lines = [b"0 0.1 0.1 0.5 0.1 0.5 0.5 0.1 0.5\n1 0.2 0.2 0.9 0.2 0.9 0.9\n", b"0 0.5 0.5 0.2 0.2 0.9\n3 .5 .5 .1 .1"]
    return lambda data: read_masks(data, "f.txt", SIZE_WH), lines


def _evaluation() -> Reader:
    from tests.segmentation.foreign_files import encoded
    from vizcore.metrics.detection.coco_files import read_coco_pair
    from vizcore.metrics.detection.coco_summary import coco_statistics

    boxes = [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 30, 40], "score": 0.5, "iscrowd": 0} for _ in range(3)]
    truth = {"images": [{"id": 1, "width": 99, "height": 99}], "categories": [{"id": 1, "name": "cat"}]}
    truth_file, found_file = encoded({**truth, "annotations": [{"id": 1, **boxes[0]}]}), encoded(boxes)

    def read(data: bytes) -> object:
        is_truth = data.lstrip(b"\xef\xbb\xbf\xff\xfe").startswith(b"{")
        pair = read_coco_pair(data, found_file) if is_truth else read_coco_pair(truth_file, data)
        return coco_statistics(pair), pair.outside

    return read, [truth_file, found_file]


def _detections() -> Reader:
    from vizcore.detection import exchange
    from vizcore.results import Detections, Provenance

    found = Detections(
        Provenance(model="yolo", photos_sha256=("ab",)), np.array([[1.0, 2, 30, 40]] * 2), np.array([0.9, 0.5]),
        np.array([0, 1]), np.array([3, 4]), ("cat", "dog"), SIZE_WH,
    )  # fmt: skip
    table = io.StringIO()
    import csv

    rows = exchange.csv_rows(found)
    writer = csv.DictWriter(table, exchange.COLUMNS)
    writer.writeheader()
    writer.writerows(rows)

    def read(data: bytes) -> object:
        if b'"annotations"' in data:
            return exchange.read_coco(data)
        return exchange.read_json(data) if data.lstrip()[:1] in (b"{", b"[") else exchange.read_csv(data)

    saved = json.dumps({"results": [found.to_json()]}).encode()
    return read, [saved, exchange.coco_bytes([found]), table.getvalue().encode()]


def _zip() -> Reader:
    import zipfile

    from tests.images import files
    from vizcore.similarity.uploads import read_uploads

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, kind in enumerate(("PNG", "JPEG", "GIF")):
            archive.writestr(f"cats/é{place}.{kind.lower()}", files.encode(files.corners(20, 16), kind))
    return lambda data: read_uploads([("gallery.zip", data)]), [stream.getvalue()]


def _npy() -> Reader:
    from vizcore.preprocessing.variants.matching import read_tensor

    sound = []
    for kind in (np.float32, np.uint8, np.float16, np.int64):
        stream = io.BytesIO()
        np.save(stream, np.arange(3 * 8 * 9).reshape(3, 8, 9).astype(kind))
        sound.append(stream.getvalue())
    return read_tensor, sound


def _safetensors() -> Reader:
    """A file without a published hash, which is the only kind that reaches the parser unchecked."""
    import torch
    from safetensors.torch import save

    from vizcore.zoo.cards import WeightFile
    from vizcore.zoo.weights import load_state
    from vizcore.zoo.weights.verify import verify_file

    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "model.safetensors"

    def read(data: bytes, held: Any = folder) -> object:
        path.write_bytes(data)
        verify_file(path, WeightFile("model.safetensors"), "m")
        return {name: tensor.float().sum() for name, tensor in load_state(path, "m").items()}

    return read, [save({"a": torch.ones(3, 4), "b": torch.zeros(5, dtype=torch.float16)}, {"format": "pt"})]


def _taught() -> Reader:
    from safetensors.numpy import save

    from vizcore.learning.taught import rescored, unpack

    record = {
        "schema": "vizcore-taught/1",
        "method": "linear",
        "backbone": "cnn-mini",
        "backbone_sha256": "0" * 64,
        "labels": ["mug", "stapler"],
        "preprocessing": {},
        "report": {"accuracy": 0.5},
    }
    tensors = {
        "weight": np.ones((2, 4), np.float32),
        "bias": np.zeros(2, np.float32),
        "test.vectors": np.ones((3, 4), np.float32),
        "test.classes": np.array([0, 1, 0], np.float32),
    }

    def read(data: bytes) -> object:
        return rescored(unpack(data))

    return read, [save(tensors, metadata={"vizcore": json.dumps(record)})]


def _scores() -> Reader:
    from vizcore.metrics.classification.csv_files import read_scores

    table = b"truth,cat,dog,bird\ncat,0.7,0.2,0.1\ndog,0.1,0.8,0.1\nbird,0.2,0.2,0.6\n"
    return read_scores, [table, table.replace(b",", b";").replace(b".", b","), b"truth,a,b\na|b,0.5,0.6\n,0.1,0.2\n"]


def _tracks() -> Reader:
    from vizcore.metrics.tracking.mot_text import read_mot_pair

    rows = [(frame, track, 10 * track) for frame in (1, 2, 3) for track in (1, 2)]
    text = b"".join(b"%d,%d,%d,20,30,40,1,-1,-1,-1\n" % row for row in rows)
    return lambda data: (read_mot_pair(text, data), read_mot_pair(data, text)), [text]


def _matrices() -> Reader:
    from vizcore.by_hand.matrices import read_matrices

    return lambda data: read_matrices(data.decode("utf-8", "replace")), [
        b"1,0,-1;1,0,-1/0,0,0;1,1,1",
        b"[[1, 2], [3, 4]]",
    ]


READERS: dict[str, Callable[[], Reader]] = {
    "pictures": _pictures,
    "tiff": _tiff,
    "heic_avif": _iso_media,
    "mask_pictures": _mask_pictures,
    "coco_masks": _coco_masks,
    "run_lengths": _run_lengths,
    "record_masks": _record_masks,
    "prompts": _prompts,
    "yolo": _yolo,
    "evaluation": _evaluation,
    "detections": _detections,
    "zip": _zip,
    "npy": _npy,
    "safetensors": _safetensors,
    "taught": _taught,
    "scores": _scores,
    "tracks": _tracks,
    "matrices": _matrices,
}
