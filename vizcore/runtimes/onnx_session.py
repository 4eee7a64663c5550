"""An ONNX file in ONNX Runtime: quiet threads, arrays in, arrays out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import LibraryMissing

Arrays = tuple[NDArray[Any], ...]


def import_runtime(model: str) -> Any:
    """The library, or LibraryMissing."""
    try:
        import onnxruntime  # type: ignore[import-untyped]
    except ImportError:
        raise LibraryMissing(library="onnxruntime", model=model) from None
    return onnxruntime


class OnnxSession:
    """One loaded file. Its threads do not spin: waiting ones would make torch beside them 35 times slower."""

    def __init__(self, data: bytes, *, threads: int, model: str = "") -> None:
        runtime = import_runtime(model)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        self.input = self._session.get_inputs()[0].name
        self.outputs: Sequence[str] = tuple(each.name for each in self._session.get_outputs())

    def run(self, pixels: NDArray[np.float32]) -> Arrays:
        """pixels (B, 3, H, W) float32 -> the outputs in order."""
        found: Sequence[NDArray[Any]] = self._session.run(None, {self.input: np.ascontiguousarray(pixels)})
        return tuple(found)

    def run_some(self, names: Sequence[str], pixels: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Only these outputs, by name."""
        found = self._session.run(list(names), {self.input: np.ascontiguousarray(pixels)})
        return dict(zip(names, found, strict=True))

    def run_named(self, inputs: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Several inputs by name -> all outputs by name."""
        found = self._session.run(None, {name: np.ascontiguousarray(each) for name, each in inputs.items()})
        return dict(zip(self.outputs, found, strict=True))

    def metadata(self) -> dict[str, str]:
        """What the file says about itself."""
        return dict(self._session.get_modelmeta().custom_metadata_map)
