"""How does a model become four times smaller? Post-training quantisation by ONNX Runtime's own quantiser.

Convolutions: static, quantise-dequantise pairs, activations in uint8 and weights in int8 per channel, ranges measured
on calibration photos. (Activations in int8 are half as fast on x86, and dynamic quantisation makes a CNN slower than
float.) Transformers: dynamic, on MatMul and Gemm alone. Which of the two is a row of `METHODS`.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import CalibrationTooSmall
from vizcore.runtimes.onnx_export import INPUT, OnnxModel, count_nodes, import_onnx

FEWEST_PHOTOS, USUAL_PHOTOS = 16, 96


@dataclass(frozen=True)
class Method:
    """static: whether calibration photos are needed. operators: kinds that become INT8, () for all that can."""

    static: bool
    operators: tuple[str, ...] = ()


METHODS: dict[str, Method] = {
    "cnn": Method(static=True),
    "vit": Method(static=False, operators=("MatMul", "Gemm")),
    "swin": Method(static=False, operators=("MatMul", "Gemm")),
    "yolo": Method(static=True, operators=("Conv",)),
    "detr": Method(static=True, operators=("Conv",)),
    "faster-rcnn": Method(static=True, operators=("Conv",)),
}


def method_for(family: str) -> Method:
    """How models of this family are quantised."""
    return METHODS.get(family, METHODS["cnn"])


class _Reader:
    """Calibration pictures one by one, as onnxruntime's CalibrationDataReader asks for them."""

    def __init__(self, pictures: Sequence[NDArray[np.float32]]) -> None:
        self._pictures = iter(pictures)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        picture = next(self._pictures, None)
        return None if picture is None else {INPUT: picture[None]}


def quantise(found: OnnxModel, family: str, pictures: Sequence[NDArray[np.float32]], *, model: str = "") -> OnnxModel:
    """The INT8 file of an exported model, its metadata kept. pictures: (3, H, W) in [0, 1], for static methods.

    Errors: CalibrationTooSmall under 16 pictures where they are needed; LibraryMissing.
    """
    method = method_for(family)
    if method.static and len(pictures) < FEWEST_PHOTOS:
        raise CalibrationTooSmall(needed=FEWEST_PHOTOS, given=len(pictures))
    onnx = import_onnx(model)
    from onnxruntime.quantization import quant_pre_process  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory(prefix="vizcore-int8-") as folder, _quiet():
        source, ready, target = (str(Path(folder, name)) for name in ("float.onnx", "ready.onnx", "int8.onnx"))
        Path(source).write_bytes(found.data)
        quant_pre_process(source, ready, skip_symbolic_shape=True)
        _quantised(ready, target, method, pictures)
        proto = onnx.load(target)
    original = onnx.load_model_from_string(found.data)
    del proto.metadata_props[:]
    proto.metadata_props.extend(original.metadata_props)
    entry = proto.metadata_props.add()
    entry.key, entry.value = "vizcore_quantisation", _description(method, len(pictures))
    return OnnxModel(proto.SerializeToString(), found.outputs, found.opset, count_nodes(proto))


def _quantised(source: str, target: str, method: Method, pictures: Sequence[NDArray[np.float32]]) -> None:
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static

    operators: Any = list(method.operators) or None
    if not method.static:
        quantize_dynamic(source, target, op_types_to_quantize=operators, weight_type=QuantType.QInt8, per_channel=True)
        return
    quantize_static(
        source,
        target,
        _Reader(pictures),
        quant_format=QuantFormat.QDQ,
        op_types_to_quantize=operators,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )


def _description(method: Method, count: int) -> str:
    if not method.static:
        return f"dynamic INT8 of {', '.join(method.operators)}"
    return f"static INT8 (QDQ, activations uint8, weights int8 per channel, {count} calibration pictures)"


@contextmanager
def _quiet() -> Iterator[None]:
    """The quantiser's advice about shapes goes nowhere."""
    root = logging.getLogger()
    before = root.level
    root.setLevel(logging.ERROR)
    try:
        yield
    finally:
        root.setLevel(before)
