"""From bytes to boxes: our YOLO11n beside ultralytics' own predict, the same weights, the same boxes.

The weights are random (the cost does not depend on them), the head's scores drawn out so that some hundred boxes pass.
Both start from the same JPEG and end with boxes in photo pixels after NMS.
"""

from __future__ import annotations

import copy
import io
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image

from benchmarks.measurement import Measurement
from benchmarks.ratio import compare
from vizcore.detection.candidates import ProposeSettings
from vizcore.detection.choosing import ChoiceSettings
from vizcore.detection.detect import DetectSettings, detect
from vizcore.images import open_photo
from vizcore.results import Detections
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.detection_labels import COCO_80
from vizcore.zoo.guards import import_ultralytics, process_kept
from vizcore.zoo.hooks import captured
from vizcore.zoo.ultralytics_models import UltralyticsDetector

SIZE_WH = (640, 480)
ROUNDS = 15
SCORE, IOU = 0.25, 0.7
CLOSE = 1e-3  # pixels
THREADS = 2


def main() -> list[Measurement]:
    data = _jpeg()
    module = _module()
    peer = _peer(copy.deepcopy(module))
    model = UltralyticsDetector(CARDS["yolo11n"], module, COCO_80, "random", "cpu")
    torch.set_num_threads(THREADS)

    def ours(dtype: Any = "float32") -> Detections:
        settings = DetectSettings(ProposeSettings(dtype=dtype), ChoiceSettings(score=SCORE, iou=IOU))
        return detect(model, open_photo(data, name="photo.jpg"), settings)

    def theirs() -> Any:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return peer.predict(picture, conf=SCORE, iou=IOU, verbose=False, save=False)[0].boxes

    with process_kept():
        theirs()
        torch.set_num_threads(THREADS)  # predict sets another number on its first call
        exact = compare(
            "detection.yolo11n_bytes_to_boxes",
            ours,
            theirs,
            rounds=ROUNDS,
            target=1.05,
            equal=_same_boxes,
            peer_name="ultralytics predict",
        )
        quick = compare(
            "detection.yolo11n_bytes_to_boxes_bfloat16",
            lambda: ours("bfloat16"),
            theirs,
            rounds=ROUNDS,
            target=0.65,
            peer_name="ultralytics predict in float32",
        )
    return [exact, quick]


def _jpeg() -> bytes:
    """Noise of several grains, so that no two places are alike."""
    rng = np.random.default_rng(0)
    width, height = SIZE_WH
    layers = [
        np.kron(rng.random((-(-height // grain), -(-width // grain), 3)), np.ones((grain, grain, 1)))[:height, :width]
        for grain in (64, 16, 4)
    ]
    stream = io.BytesIO()
    Image.fromarray((sum(layers) / len(layers) * 255).astype(np.uint8)).save(stream, "JPEG", quality=90)
    return stream.getvalue()


def _module() -> Any:
    library: Any = import_ultralytics()
    torch.manual_seed(0)
    with process_kept():
        module = library.nn.tasks.DetectionModel("yolo11n.yaml", nc=len(COCO_80), verbose=False).eval()
    last_layers = [branch[-1] for branch in module.model[-1].cv3]
    for layer in last_layers:
        layer.bias.data.zero_()
    with captured({str(place): layer for place, layer in enumerate(last_layers)}) as logits, torch.no_grad():
        module(torch.rand(1, 3, 480, 640))
        for layer, values in zip(last_layers, logits.values(), strict=True):
            layer.weight.mul_(2 / values.std())
            layer.bias.fill_(-5 - 2 * values.mean() / values.std())
    return module


def _peer(module: Any) -> Any:
    library: Any = import_ultralytics()
    with process_kept():
        peer = library.YOLO("yolo11n.yaml", verbose=False)
    peer.model, peer.predictor = module, None
    module.names, module.args, module.task = dict(enumerate(COCO_80)), {}, "detect"
    return peer


def _same_boxes(ours: Detections, theirs: Any) -> bool:
    """Every box of theirs is one of ours, class and all. The two decoders of JPEG give the same pixels."""
    boxes, classes = theirs.xyxy.numpy(), theirs.cls.numpy()
    if len(ours) != len(boxes) or not len(boxes):
        print(f"detection.equality {len(ours)} boxes beside {len(boxes)}")
        return False
    worst = 0.0
    for box, kind in zip(boxes, classes, strict=True):
        alike = ours.boxes_xyxy[ours.class_ids == kind]
        worst = max(worst, float(np.abs(alike - box).max(1).min(initial=np.inf)))
    print(f"detection.equality {len(boxes)} boxes, largest difference {worst:.2g} px")
    return worst <= CLOSE
