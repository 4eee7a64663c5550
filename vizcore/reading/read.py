"""What text does an engine find in a photo?"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol
from unicodedata import normalize

import numpy as np

from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.reading.order import rows_of, straightened
from vizcore.reading.results import ReadText
from vizcore.zoo.protocols import LoadedModel
from vizcore.zoo.text_readers import RawLine


class TextReader(LoadedModel, Protocol):
    """An engine that reads lines. versions: of the programs and libraries that its answer depends on."""

    versions: Mapping[str, str]

    def read(self, photo: Photo) -> list[RawLine]:
        """Lines in any order, in photo pixels."""
        ...


def read_text(model: TextReader, photo: Photo, settings: None = None) -> ReadText:
    """The lines in reading order. timing_ms `read` is the engine's own time on this photo, without loading it.

    Errors: ReadingTimeout, InvalidOutput, LibraryMissing.
    """
    started = time.perf_counter()
    lines = model.read(photo)
    spent = (time.perf_counter() - started) * 1e3
    polygons = np.array([line.polygon for line in lines], float).reshape(len(lines), 4, 2)
    made_by = provenance_of("read_text", model, photo, settings)
    made_by = replace(made_by, timing_ms={"read": spent}, versions={**made_by.versions, **model.versions})
    return ReadText(
        made_by,
        polygons,
        tuple(normalize("NFC", line.text) for line in lines),
        np.clip(np.array([line.confidence for line in lines], float), 0, 1),
        tuple(tuple(row) for row in rows_of(straightened(polygons))),
        (photo.width, photo.height),
    )
