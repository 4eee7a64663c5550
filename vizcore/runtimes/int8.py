"""How does a model become four times smaller? Post-training quantisation by ONNX Runtime's own quantiser.

Convolutions: static, quantise-dequantise pairs, activations in uint8 and weights in int8 per channel, ranges measured
on calibration photos. (Activations in int8 are half as fast on x86, and dynamic quantisation makes a convolution slower
than float.) Linear layers: dynamic, on MatMul and Gemm alone. Detectors and networks with depthwise convolutions lose
too many decisions that way: depthwise networks that only clip and add are rounded by `int8_static`, for the others the
weights alone are INT8 (`int8_weights`). What a family gets: `METHODS`. Where integers are multiplied, weights have 7
bits: with 8 the sum of two products overflows 16 bits on x86 processors without VNNI.
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
from vizcore.runtimes.int8_static import FLOAT_FIRST, KINDS, quantise_static, stays_in_integers
from vizcore.runtimes.int8_weights import MEANS_OF, has_depthwise, quantise_weights
from vizcore.runtimes.onnx_export import INPUT, OnnxModel, count_nodes, import_onnx

FEWEST_PHOTOS, USUAL_PHOTOS = 16, 96


@dataclass(frozen=True)
class Method:
    """static: kinds of operators quantised with ranges from calibration photos; dynamic: kinds whose ranges are
    measured in every call. A head is dynamic: its numbers grow beyond any calibration set, and cut ones tie classes.
    weights: kinds of which the weights alone become INT8, in place of the others. float_first: this many convolutions
    keep float and the others are rounded for their answers (`int8_static`); 0: onnxruntime's own quantiser."""

    static: tuple[str, ...] = ()
    dynamic: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    float_first: int = 0

    @property
    def needs_photos(self) -> bool:
        """Whether something is measured on photos."""
        return bool(self.static or self.weights)


FLOAT_SHARE = 0.08  # of the weights stay in float where only weights are quantised
LINEAR = ("MatMul", "Gemm")
WEIGHTS = Method(weights=("Conv", *LINEAR))
DEPTHWISE = Method(KINDS, float_first=FLOAT_FIRST)
METHODS: dict[str, Method] = {
    "cnn": Method(("Conv", "Add", "MaxPool", "Clip", "Relu", "GlobalAveragePool"), LINEAR),
    "vit": Method((), LINEAR),
    "swin": Method((), LINEAR),
}


def method_for(family: str) -> Method:
    """How models of this family are quantised; detectors of any family have their weights alone in INT8."""
    return METHODS.get(family, WEIGHTS)


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
    if method.needs_photos and len(pictures) < FEWEST_PHOTOS:
        raise CalibrationTooSmall(needed=FEWEST_PHOTOS, given=len(pictures))
    onnx = import_onnx(model)
    from onnxruntime.quantization import quant_pre_process  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory(prefix="vizcore-int8-") as folder, _quiet():
        source, ready, target = (str(Path(folder, name)) for name in ("float.onnx", "ready.onnx", "int8.onnx"))
        Path(source).write_bytes(found.data)
        quant_pre_process(source, ready, skip_symbolic_shape=True)
        proto = onnx.load(ready)
        if method.static and has_depthwise(proto):
            method = DEPTHWISE if stays_in_integers(proto) else WEIGHTS
        if method.weights:
            proto = quantise_weights(proto, method.weights, pictures, float_share=FLOAT_SHARE)
        else:
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

    between = target if not method.dynamic else f"{target}.static"
    if method.float_first:
        _write_static(source, between, method, pictures)
        source = between
    elif method.static:
        quantize_static(
            source,
            between,
            _Reader(pictures),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=list(method.static),
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )
        source = between
    if method.dynamic:
        kinds: Any = list(method.dynamic)
        quantize_dynamic(
            source, target, op_types_to_quantize=kinds, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )


def _write_static(source: str, target: str, method: Method, pictures: Sequence[NDArray[np.float32]]) -> None:
    import onnx

    proto = quantise_static(onnx.load(source), pictures, float_first=method.float_first)
    Path(target).write_bytes(proto.SerializeToString())


def _description(method: Method, count: int) -> str:
    parts = []
    if method.static:
        kinds = ", ".join(method.static)
        parts.append(
            f"static INT8 of {kinds} (QDQ, activations uint8, weights of 7 bits per channel, {count} pictures)"
        )
    if method.float_first:
        parts.append(f"the first {method.float_first} convolutions in float, the others and the head's weights by GPTQ")
    if method.dynamic:
        parts.append(f"dynamic INT8 of {', '.join(method.dynamic)} (weights of 7 bits)")
    if method.weights:
        kinds = ", ".join(method.weights)
        parts.append(f"INT8 weights of {kinds} (per channel, bias corrected on {min(count, MEANS_OF)} pictures)")
    return "; ".join(parts)


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
