"""A model as a file for others: ONNX, ONNX in INT8, or its weights as safetensors. One row of `FORMATS` each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch

from vizcore.errors import CalibrationTooSmall, ModelCannot
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import Result
from vizcore.runtimes.calibration import as_pictures, parity_photos
from vizcore.runtimes.int8 import FEWEST_PHOTOS, method_for, quantise
from vizcore.runtimes.onnx_export import OnnxModel, with_nms
from vizcore.runtimes.onnx_session import OnnxSession
from vizcore.runtimes.parity import Parity, compare, outputs_of
from vizcore.runtimes.promptable import export_decoder, export_encoder, is_promptable, mask_parity
from vizcore.runtimes.store import int8_of, onnx_of
from vizcore.runtimes.table import Runner, open_runner

PARITY_PHOTOS, MASK_PHOTOS = 40, 12


@dataclass(frozen=True)
class ExportSettings:
    """format: of FORMATS. nms: with ONNX's NonMaxSuppression behind a detector's head. calibrated: whether the photos
    given are the calibration set, in place of cuts of the samples."""

    format: str = "onnx"
    nms: bool = False
    calibrated: bool = False


@dataclass(frozen=True, eq=False)
class Exported(Result):
    """data: the file. nodes: operators by kind. parity: with torch on cuts of the samples, None for safetensors.

    parameters: of the whole model.
    """

    format: str
    data: bytes
    opset: int | None
    nodes: dict[str, int]
    outputs: tuple[str, ...]
    parity: Parity | None
    parameters: int

    @property
    def size_mb(self) -> float:
        return len(self.data) / 1e6

    @property
    def share(self) -> float:
        """Of the size that the model's parameters have in float32."""
        return len(self.data) / (4 * self.parameters)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Everything but the file itself."""
        content = super(Exported, replace(self, data=b"")).to_json()
        content.pop("data")
        return {**content, "size_mb": self.size_mb, "share": self.share, "sha256": self.sha256}


def export(model: Any, photos: Photo | tuple[Photo, ...] | None, settings: ExportSettings | None = None) -> Exported:
    """The file of a model. photos: the calibration set where the settings say so and the method measures on photos,
    else unused and in no record.

    Errors: ModelCannot, ExportFailed, LibraryMissing, CalibrationTooSmall.
    """
    chosen = settings or ExportSettings()
    given = () if photos is None else (photos,) if isinstance(photos, Photo) else tuple(photos)
    chosen = replace(chosen, calibrated=chosen.calibrated and takes_photos(chosen.format, model.card.family))
    given = given if chosen.calibrated else ()
    if chosen.calibrated and len(given) < FEWEST_PHOTOS:
        raise CalibrationTooSmall(needed=FEWEST_PHOTOS, given=len(given))
    made = FORMATS[chosen.format](model, given)
    parity = _parity(model, made) if made.outputs else None
    if chosen.nms and takes_nms(chosen.format, model.card.task):
        made = with_nms(made)
    return Exported(
        provenance_of("export", model, given or None, chosen),
        chosen.format,
        made.data,
        made.opset or None,
        made.nodes,
        made.outputs,
        parity,
        sum(each.numel() for each in model.module.parameters()),
    )


def takes_nms(form: str, task: str) -> bool:
    """Whether NMS can stand behind the head in a file of this format of a model for this task."""
    return task == "detect" and form in ("onnx", "onnx-int8")


def takes_photos(form: str, family: str) -> bool:
    """Whether a file of this format is calibrated on photos for models of this family."""
    return form == "onnx-int8" and method_for(family).needs_photos


def _parity(model: Any, made: OnnxModel) -> Parity:
    if is_promptable(model):
        return mask_parity(model, parity_photos(MASK_PHOTOS))
    cuts = parity_photos(PARITY_PHOTOS)
    session = OnnxSession(made.data, threads=torch.get_num_threads(), model=model.card.key)
    runner = Runner("file", lambda pixels: session.run(pixels.cpu().numpy()), made.outputs, 0.0, made.size_mb)
    reference = outputs_of(open_runner("eager", model), model, cuts)
    return compare(model.card.task, reference, outputs_of(runner, model, cuts), cuts)


def _int8(model: Any, photos: tuple[Photo, ...]) -> OnnxModel:
    if is_promptable(model):
        raise ModelCannot(model=model.card.key, ability="INT8")
    if not photos:
        return int8_of(model)
    return quantise(onnx_of(model), model.card.family, as_pictures(model, photos), model=model.card.key)


def _safetensors(model: Any, photos: tuple[Photo, ...]) -> OnnxModel:
    """The weights alone, with the card's key and hash in the header."""
    from safetensors.torch import save

    known = {"vizcore_model": model.card.key, "vizcore_weights_sha256": model.weights_sha256}
    state: dict[str, torch.Tensor] = {}
    seen: set[int] = set()
    for name, tensor in model.module.state_dict().items():
        shared = tensor.data_ptr() in seen and tensor.numel() > 0
        seen.add(tensor.data_ptr())
        own = tensor.detach().cpu().contiguous()
        state[name] = own.clone() if shared else own
    return OnnxModel(save(state, known), (), 0, {})


def _onnx(model: Any, photos: tuple[Photo, ...]) -> OnnxModel:
    return export_encoder(model) if is_promptable(model) else onnx_of(model)


FORMATS: dict[str, Callable[[Any, tuple[Photo, ...]], OnnxModel]] = {
    "onnx": _onnx,
    "onnx-decoder": lambda model, photos: export_decoder(model),
    "onnx-int8": _int8,
    "safetensors": _safetensors,
}
ENDINGS = {"onnx": ".onnx", "onnx-decoder": ".decoder.onnx", "onnx-int8": ".int8.onnx", "safetensors": ".safetensors"}


def script_for(card: Any, file: str, size_hw: tuple[int, int], *, nms: bool = False) -> str:
    """A short Python program that runs the file on one photo, with onnxruntime and Pillow alone.

    nms: whether NonMaxSuppression is in the file.
    """
    height, width = size_hw
    show = {
        "classify": "best = int(outputs[0][0].argmax())\nprint(labels[best], float(outputs[0][0][best]))",
        "embed": "print(outputs[0][0][:8])",
        "detect": (
            "for box, scores in zip(outputs[0][0], outputs[1][0]):  # all candidates; a YOLO still needs NMS\n"
            "    if scores.max() > 0.25:\n"
            "        print(labels[int(scores.argmax())], float(scores.max()), box.round(1))"
        ),
        "selected": (
            "for _, kind, place in outputs[2]:  # what the NMS in the file keeps\n"
            "    print(labels[kind], float(outputs[1][0][place, kind]), outputs[0][0][place].round(1))"
        ),
    }
    return f'''import json
import sys
import numpy as np
import onnxruntime
from PIL import Image, ImageOps

session = onnxruntime.InferenceSession("{file}", providers=["CPUExecutionProvider"])
known = session.get_modelmeta().custom_metadata_map
labels = json.loads(known["vizcore_labels"])
print(known["vizcore_preprocessing"])  # fit your photo as this recipe says; here it is simply stretched
photo = ImageOps.exif_transpose(Image.open(sys.argv[1])).convert("RGB").resize(({width}, {height}))
pixels = (np.asarray(photo, np.float32) / 255).transpose(2, 0, 1)[None]
outputs = session.run(None, {{"pixels": pixels}})
{show["selected" if nms else card.task]}
'''
