"""Is ONNX Runtime equal to torch and faster, for this model on this machine?

`prepare` exports a bundled model, compares its answers with torch's, measures both in turn and writes down what it
found; a server has a process of low priority do so once, `python -m vizcore prepare-runtimes` does it at build time.
`vizcore.runtimes.answers` believes the record.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from vizcore.runtimes.calibration import parity_photos
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.runtimes.parity import compare, outputs_of, tensor_pixels
from vizcore.runtimes.store import kept_if_possible, kept_onnx, key_of, onnx_of, runtimes_folder
from vizcore.runtimes.table import open_runner

PHOTOS, ROUNDS = 16, 9
MOST_RATIO = 0.9  # of torch's time; what gains less is not worth a second library


@dataclass(frozen=True)
class Measured:
    """equal: every number as torch's to 1e-3, every decision the same on PHOTOS photos. ratio: of ONNX Runtime's
    median time to torch's, in turn, with `threads`. size_hw: of the pixels. difference: the largest, of `scale`."""

    equal: bool
    difference: float
    scale: float
    ratio: float
    threads: int
    size_hw: tuple[int, int]

    @property
    def used(self) -> bool:
        """Whether ONNX Runtime answers from now on."""
        return self.equal and self.ratio <= MOST_RATIO


def prepare(model: Any) -> Measured:
    """Exports, compares and measures; the record lies beside the file. Errors: those of `onnx_of`, LibraryMissing."""
    found, photos = onnx_of(model), parity_photos(PHOTOS)
    threads = torch.get_num_threads()
    session = OnnxSession(found.data, threads=threads, model=model.card.key)
    eager, ours = open_runner("eager", model), open_runner("onnx", model)
    parity = compare(model.card.task, outputs_of(eager, model, photos), outputs_of(ours, model, photos), photos)
    equal = parity.tensor_ok and parity.agreement.agreed == parity.agreement.n == PHOTOS
    pixels = tensor_pixels(model, photos[0])
    ratio = time_ratio(lambda: session.run(pixels.numpy()), lambda: eager.run(pixels))
    size = (int(pixels.shape[2]), int(pixels.shape[3]))
    measured = Measured(equal, parity.difference, parity.scale, ratio, threads, size)
    kept_if_possible(record_file(model), json.dumps(asdict(measured)).encode())
    return measured


def time_ratio(ours: Any, theirs: Any) -> float:
    """Median seconds of `ours` over those of `theirs`, in turn."""
    spent: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for work, kept in ((ours, spent[0]), (theirs, spent[1])):
            began = time.perf_counter()
            work()
            kept.append(time.perf_counter() - began)
    medians = [float(np.median(kept[1:])) for kept in spent]  # the first call of each is not counted
    return medians[0] / max(medians[1], 1e-9)


def measured_before(model: Any) -> Measured | None:
    """The record of this model, these weights and libraries on this machine; None where there is none to be read."""
    try:
        known = json.loads(record_file(model).read_text(encoding="utf-8"))
        return Measured(**{**known, "size_hw": tuple(known["size_hw"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def prepared_before(model: Any) -> Measured | None:
    """The record, if all that it needs is kept too: where ONNX Runtime answers, the file that it answers with."""
    measured = measured_before(model)
    return None if measured is None or (measured.used and kept_onnx(model) is None) else measured


def record_file(model: Any) -> Path:
    """Where the record lies, or would."""
    return runtimes_folder() / f"{model.card.key}-measured-{key_of(model, 'onnx')}-{machine()}.json"


def machine() -> str:
    """What a measured time belongs to: a folder may be shared by several machines."""
    known = f"{platform.machine()} {platform.processor()} {os.cpu_count()}"
    return hashlib.sha256(known.encode()).hexdigest()[:8]
