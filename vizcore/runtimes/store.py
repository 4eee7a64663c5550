"""Where do exported files lie? In the cache folder, made at first use, named by the weights they were made from."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vizcore.runtimes.calibration import as_pictures, parity_photos
from vizcore.runtimes.int8 import USUAL_PHOTOS, method_for, quantise
from vizcore.runtimes.onnx_export import OnnxModel, export_onnx
from vizcore.settings import current
from vizcore.whole_files import write_whole
from vizcore.zoo.weights.folders import cache_folder

FORMAT = "4"  # to be counted up when the graphs or methods change
LIBRARIES = ("torch", "onnx", "onnxruntime")
_lock = threading.Lock()


def onnx_of(model: Any) -> OnnxModel:
    """The model's ONNX file: from the cache, or exported now. Errors: those of `export_onnx`."""
    return _kept(model, "onnx", lambda: export_onnx(model))


def int8_of(model: Any) -> OnnxModel:
    """The model's INT8 file, calibrated on cuts of this machine's samples, dark, blurred and small ones among them.

    Errors: those of `quantise`.
    """

    def make() -> OnnxModel:
        needed = method_for(model.card.family).needs_photos
        pictures = as_pictures(model, parity_photos(USUAL_PHOTOS, 0)) if needed else []
        return quantise(onnx_of(model), model.card.family, pictures, model=model.card.key)

    return _kept(model, "int8", make)


def key_of(model: Any, kind: str) -> str:
    """Changes with the weights, the recipe and every library that has a say."""
    parts = [FORMAT, kind, model.card.key, model.weights_sha256, repr(getattr(model, "recipe", ""))]
    parts += [f"{name} {_version(name)}" for name in LIBRARIES]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def runtimes_folder() -> Path:
    """Where the files lie."""
    return cache_folder(current()) / "runtimes"


def kept_onnx(model: Any) -> OnnxModel | None:
    """The model's ONNX file if it was exported before; None without it."""
    return _read(runtimes_folder(), _name(model, "onnx"))


def _name(model: Any, kind: str) -> str:
    return f"{model.card.key}-{kind}-{key_of(model, kind)}"


def _kept(model: Any, kind: str, make: Callable[[], OnnxModel]) -> OnnxModel:
    folder, name = runtimes_folder(), _name(model, kind)
    found = _read(folder, name)
    if found is not None:
        return found
    made = make()
    with _lock:
        _write(folder, name, made)
    return made


def _read(folder: Path, name: str) -> OnnxModel | None:
    """None for a file that is not there or not what was written: it is made again."""
    try:
        facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        data = (folder / f"{name}.onnx").read_bytes()
        if hashlib.sha256(data).hexdigest() != facts["sha256"]:
            return None
        return OnnxModel(data, tuple(facts["outputs"]), int(facts["opset"]), dict(facts["nodes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(folder: Path, name: str, made: OnnxModel) -> None:
    """The file, then the facts that vouch for it."""
    facts = {
        "sha256": hashlib.sha256(made.data).hexdigest(),
        "outputs": made.outputs,
        "opset": made.opset,
        "nodes": made.nodes,
    }
    for ending, content in ((".onnx", made.data), (".json", json.dumps(facts).encode())):
        if not kept_if_possible(folder / f"{name}{ending}", content):
            return  # no facts about a file that is not there


def kept_if_possible(path: Path, content: bytes) -> bool:
    """Whole or not at all; a folder that cannot be written to only means that the next process does the work again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError:
        return False
    return True
