"""Are these the four files of MNIST as it is published, and what digits are in them?

The idx format (http://yann.lecun.com/exdb/mnist/): two zero bytes, the type (8: unsigned byte), the number of
dimensions, each dimension as four bytes with the highest first, then the bytes. Files may be gzipped, as published.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import IdxInvalid
from vizcore.learning.contest.digits import CLASSES, SIDE, DigitData, LabelledDigits

MOST_DIGITS = 70_000
LEAST_DIGITS = 100
LONGEST = MOST_DIGITS * SIDE * SIDE + 16  # bytes of an unpacked file
GZIP = b"\x1f\x8b"
UNSIGNED_BYTE = 8
PARTS = {
    "train": ("train-images", "train-labels"),
    "test": ("t10k-images", "t10k-labels"),
}  # how the published files' names begin


def read_idx_files(files: Mapping[str, bytes]) -> DigitData:
    """files: name -> content, four of them, told apart by their names (train-images..., t10k-labels...).

    IdxInvalid names the file and what is wrong with it.
    """
    parts = {}
    for part, (pictures_name, labels_name) in PARTS.items():
        name, content = _file(files, pictures_name)
        pictures = read_idx(name, content, dimensions=3)
        if pictures.shape[1:] != (SIDE, SIDE):
            found = " × ".join(str(each) for each in pictures.shape[1:])
            raise IdxInvalid(reason="size", file=name, found=found, wanted=f"{SIDE} × {SIDE}")
        labels_file, labels_content = _file(files, labels_name)
        labels = read_idx(labels_file, labels_content, dimensions=1)
        _check(name, pictures, labels_file, labels)
        parts[part] = LabelledDigits(pictures, labels.astype(np.int64))
    return DigitData(parts["train"], parts["test"], "idx")


def read_idx(name: str, content: bytes, *, dimensions: int) -> NDArray[np.uint8]:
    """An array of bytes with so many dimensions. name: for the error. Errors: IdxInvalid."""
    plain = _unpacked(name, content)
    start = 4 + 4 * dimensions
    if len(plain) < start or plain[:4] != bytes([0, 0, UNSIGNED_BYTE, dimensions]):
        raise IdxInvalid(reason="format", file=name, found=plain[:4].hex(" "), wanted=f"00 00 08 0{dimensions}")
    shape = struct.unpack(f">{dimensions}I", plain[4:start])
    if shape[0] > MOST_DIGITS:
        raise IdxInvalid(reason="too_large", file=name, found=shape[0], wanted=MOST_DIGITS)
    wanted = int(np.prod(np.array(shape, object)))
    if len(plain) - start != wanted:
        raise IdxInvalid(reason="cut", file=name, found=len(plain) - start, wanted=wanted)
    return np.frombuffer(plain, np.uint8, offset=start).reshape(shape).copy()


def _unpacked(name: str, content: bytes) -> bytes:
    """The bytes themselves, or unzipped, never more than the largest allowed file."""
    if not content.startswith(GZIP):
        return content
    unzip = zlib.decompressobj(wbits=31)
    try:
        plain = unzip.decompress(content, LONGEST + 1)
    except zlib.error:
        raise IdxInvalid(reason="cut", file=name, found=len(content), wanted="") from None
    if len(plain) > LONGEST:
        raise IdxInvalid(reason="too_large", file=name, found=MOST_DIGITS + 1, wanted=MOST_DIGITS)
    return plain


def _file(files: Mapping[str, bytes], beginning: str) -> tuple[str, bytes]:
    """The file whose name begins so; `train-images-idx3-ubyte.gz` and `train-images.idx3-ubyte` both do."""
    found = [(name, content) for name, content in files.items() if name.lower().startswith(beginning)]
    if len(found) != 1:
        raise IdxInvalid(reason="missing", file=f"{beginning}-…", found=len(found), wanted=1)
    return found[0]


def _check(name: str, pictures: NDArray[np.uint8], labels_file: str, labels: NDArray[np.uint8]) -> None:
    if len(pictures) != len(labels):
        raise IdxInvalid(reason="pair", file=labels_file, found=len(labels), wanted=len(pictures))
    if len(pictures) < LEAST_DIGITS:
        raise IdxInvalid(reason="few", file=name, found=len(pictures), wanted=LEAST_DIGITS)
    if labels.max() >= CLASSES:
        raise IdxInvalid(reason="labels", file=labels_file, found=int(labels.max()), wanted=CLASSES - 1)
