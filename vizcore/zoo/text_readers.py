"""Engines that read text from a picture: RapidOCR in this process, Tesseract as a program of its own.

RapidOCR is given its three models by path, verified like any weights, so that nothing in it looks for a download.
Tesseract gets the picture through a pipe and a time limit; nothing is written to the disk.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.errors import InvalidOutput, LibraryMissing, ReadingTimeout
from vizcore.photo import Photo
from vizcore.results import FloatArray
from vizcore.settings import current
from vizcore.zoo.cards import ModelCard

LONGEST_SIDE = 4000  # pixels; a larger photo is made smaller first, and boxes are mapped back
LEAST_SIDE = 8
TIME_LIMIT_S = 60.0
PROGRAM = "tesseract"
LANGUAGES = ("eng", "fra")


@dataclass(frozen=True, eq=False)
class RawLine:
    """polygon (4, 2): corners in photo pixels, clockwise from the text's top left. confidence in [0, 1]."""

    text: str
    polygon: FloatArray
    confidence: float


def _fitting(photo: Photo) -> tuple[NDArray[np.uint8], float]:
    """The photo no larger than `LONGEST_SIDE`, and photo pixels per pixel of it."""
    from vizcore.pictures import shrunk

    small = shrunk(photo.rgb, LONGEST_SIDE)
    return small, photo.width / small.shape[1]


class RapidReader:
    """PP-OCRv6 (detection, direction, recognition) in ONNX Runtime, on the CPU."""

    weights_sha256 = ""

    def __init__(self, card: ModelCard, folder: Path) -> None:
        from rapidocr import RapidOCR

        self.card = card
        self.versions = {"rapidocr": metadata.version("rapidocr"), "onnxruntime": metadata.version("onnxruntime")}
        paths = [str(folder / file.name) for file in card.files]
        threads = current().threads or min(4, os.cpu_count() or 1)
        self._bytes = sum((folder / file.name).stat().st_size for file in card.files)
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Det.model_path": paths[0],
                "Rec.model_path": paths[1],
                "Cls.model_path": paths[2],
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )

    def memory_bytes(self) -> int:
        """About three times its files: ONNX Runtime keeps a second, packed copy of most weights."""
        return 3 * self._bytes

    def to_device(self, device: str) -> None:
        """It always computes on the CPU."""

    def read(self, photo: Photo) -> list[RawLine]:
        """Lines in the order of detection. Errors: InvalidOutput when the library fails on this picture."""
        if min(photo.width, photo.height) < LEAST_SIDE:
            return []
        rgb, scale = _fitting(photo)
        try:
            found: Any = self._engine(np.ascontiguousarray(rgb[..., ::-1]))
        except Exception as problem:  # a border: the library raises whatever its parts raise
            raise InvalidOutput(model=self.card.key) from problem
        if found.boxes is None or found.txts is None:
            return []
        rows = zip(found.boxes, found.txts, found.scores, strict=True)
        return [RawLine(str(text), np.asarray(box, float) * scale, float(score)) for box, text, score in rows]


class TesseractReader:
    """Tesseract's LSTM engine, started anew for each picture."""

    weights_sha256 = ""

    def __init__(self, card: ModelCard) -> None:
        self.card = card
        self._program, self._languages = _program(card.key)
        self.versions = {PROGRAM: f"{version().removeprefix(PROGRAM).strip()} ({', '.join(self._languages)})"}

    def memory_bytes(self) -> int:
        """Nothing stays in this process."""
        return 0

    def to_device(self, device: str) -> None:
        """It always computes on the CPU."""

    def read(self, photo: Photo) -> list[RawLine]:
        """Lines as its layout analysis groups words. Errors: ReadingTimeout, InvalidOutput."""
        if min(photo.width, photo.height) < LEAST_SIDE:
            return []
        rgb, scale = _fitting(photo)
        picture = io.BytesIO()
        Image.fromarray(rgb).save(picture, "PNG", compress_level=1)
        layout = self.card.facts["page_segmentation"]
        command = [self._program, "stdin", "stdout", "-l", "+".join(self._languages), "--psm", str(layout), "tsv"]
        try:
            done = subprocess.run(
                command, input=picture.getvalue(), capture_output=True, timeout=TIME_LIMIT_S, check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ReadingTimeout(model=self.card.key, limit_s=TIME_LIMIT_S) from None
        if done.returncode:
            raise InvalidOutput(model=self.card.key)
        return list(lines_of_tsv(done.stdout.decode("utf-8", "replace"), scale))


def lines_of_tsv(table: str, scale: float = 1.0) -> Iterator[RawLine]:
    """Tesseract's table of words (TSV) -> its lines; the confidence is the mean of the words'."""
    lines: dict[tuple[str, ...], list[list[str]]] = {}
    for row in table.splitlines()[1:]:
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append(cells)
    for words in lines.values():
        boxes = np.array([[float(cell) for cell in word[6:10]] for word in words])
        x0, y0 = boxes[:, :2].min(axis=0) * scale
        x1, y1 = (boxes[:, :2] + boxes[:, 2:]).max(axis=0) * scale
        corners = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])
        confidence = float(np.mean([float(word[10]) for word in words])) / 100
        yield RawLine(" ".join(word[11].strip() for word in words), corners, min(1.0, max(0.0, confidence)))


@lru_cache(maxsize=1)
def installed_languages() -> tuple[str, ...]:
    """Those of `LANGUAGES` that this machine's Tesseract has."""
    listed = _printed("--list-langs").split()
    return tuple(each for each in LANGUAGES if each in listed)


@lru_cache(maxsize=1)
def version() -> str:
    """ "tesseract 5.3.0"; "" without the program."""
    return _printed("--version").partition("\n")[0].strip()


def _printed(argument: str) -> str:
    program = shutil.which(PROGRAM)
    if program is None:
        return ""
    try:
        done = subprocess.run([program, argument], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return (done.stdout or done.stderr).decode("utf-8", "replace")


def _program(key: str) -> tuple[str, Sequence[str]]:
    program, languages = shutil.which(PROGRAM), installed_languages()
    if program is None or not languages:
        raise LibraryMissing(library=PROGRAM, model=key)
    return program, languages


def load_rapidocr(card: ModelCard, folder: Path, device: str) -> RapidReader:
    """The card's files: detection, recognition, direction, in this order."""
    return RapidReader(card, folder)


def load_tesseract(card: ModelCard, folder: Path, device: str) -> TesseractReader:
    """LibraryMissing without the program. Facts: `page_segmentation`, its mode of layout analysis."""
    return TesseractReader(card)
