"""How does torchvision's Faster R-CNN, with a small backbone of our own, learn to find digits in scenes?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vizcore.learning.contest.contestants import Contestant
from vizcore.learning.contest.digits import CLASSES, LabelledDigits
from vizcore.learning.contest.scenes import SCENE_SIDE, Scene, scenes_of
from vizcore.metrics.detection.coco_summary import coco_statistics
from vizcore.metrics.detection.dataset import DetectionData, found_boxes, numbered_pictures, truth_boxes
from vizcore.results import FloatArray
from vizcore.zoo.random_numbers import borrowed_generator

CHANNELS = 64
ANCHORS = ((16, 24, 32),)
Found = Mapping[str, NDArray[np.floating]]


def faster_rcnn() -> nn.Module:
    """torchvision's `FasterRCNN` on four convolutions of stride 8, one level of anchors of 16, 24 and 32 px; classes
    1 to 10 are the digits 0 to 9 (0 is the background).
    """
    from torchvision.models.detection import FasterRCNN
    from torchvision.models.detection.anchor_utils import AnchorGenerator
    from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
    from torchvision.ops import MultiScaleRoIAlign

    layers: list[nn.Module] = []
    for inside, outside, stride in ((1, 16, 2), (16, 32, 2), (32, CHANNELS, 2), (CHANNELS, CHANNELS, 1)):
        convolution = nn.Conv2d(inside, outside, 3, stride=stride, padding=1, bias=False)
        layers += [convolution, nn.BatchNorm2d(outside), nn.ReLU()]
    backbone = nn.Sequential(*layers)
    backbone.out_channels = CHANNELS  # type: ignore[assignment]
    made: nn.Module = _untyped(FasterRCNN)(
        backbone,
        min_size=SCENE_SIDE, max_size=SCENE_SIDE, image_mean=[0.0], image_std=[1.0],
        rpn_anchor_generator=_untyped(AnchorGenerator)(sizes=ANCHORS, aspect_ratios=((0.5, 1.0),)),
        rpn_pre_nms_top_n_train=200, rpn_post_nms_top_n_train=100, rpn_pre_nms_top_n_test=100,
        rpn_post_nms_top_n_test=50, box_batch_size_per_image=64,
        box_roi_pool=MultiScaleRoIAlign(featmap_names=["0"], output_size=7, sampling_ratio=2),
        box_head=_untyped(TwoMLPHead)(CHANNELS * 7 * 7, 128),
        box_predictor=_untyped(FastRCNNPredictor)(128, CLASSES + 1),
    )  # fmt: skip
    return made


def _untyped(kind: Any) -> Any:
    """torchvision's detection parts carry no types."""
    return kind


class DetectorLearner:
    """A Faster R-CNN, its optimiser and its own random numbers: scenes are made anew from the digits of each batch."""

    start = "noise"

    def __init__(self, row: Contestant, seed: int) -> None:
        self._row = row
        self._scenes = np.random.default_rng([seed, 1])
        with borrowed_generator():
            torch.manual_seed(seed)
            self._random = torch.get_rng_state()
        with torch.inference_mode(False), self._own_random():
            self.module = faster_rcnn()
        self.parameters = sum(each.numel() for each in self.module.parameters())
        self._optimiser = torch.optim.AdamW(self.module.parameters(), lr=row.rate, weight_decay=row.weight_decay)

    def learn(self, pictures: NDArray[np.uint8], labels: NDArray[np.int64], rate_share: float) -> float:
        """One step on scenes of these digits; the sum of the four losses before it."""
        scenes = [each for each in scenes_of(LabelledDigits(pictures, labels), self._scenes) if len(each.labels)]
        with torch.inference_mode(False), torch.enable_grad(), self._own_random():
            for group in self._optimiser.param_groups:
                group["lr"] = self._row.rate * rate_share
            self.module.train()
            loss = sum(self.module([_tensor(each) for each in scenes], [_target(each) for each in scenes]).values())
            if not isinstance(loss, torch.Tensor):
                raise ValueError(f"expected losses as tensors, got {type(loss).__name__}")
            self._optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(self.module.parameters(), 5.0)
            self._optimiser.step()
            return float(loss.detach())

    def detect(self, scenes: Sequence[Scene]) -> list[Found]:
        """Boxes (n, 4), scores and digits of each scene, from a score of 0.05 on."""
        self.module.eval()
        with torch.no_grad():
            found = self.module([_tensor(each) for each in scenes])
        return [
            {"boxes": each["boxes"].numpy(), "scores": each["scores"].numpy(), "labels": each["labels"].numpy() - 1}
            for each in found
        ]

    def weights(self) -> Mapping[str, FloatArray]:
        """A copy of every tensor."""
        return {
            name: each.numpy().copy() for name, each in self.module.state_dict().items() if each.is_floating_point()
        }

    @contextmanager
    def _own_random(self) -> Iterator[None]:
        with borrowed_generator():
            torch.set_rng_state(self._random)
            yield
            self._random = torch.get_rng_state()


def detection_data(scenes: Sequence[Scene], found: Sequence[Found]) -> DetectionData:
    """Truth and answers as the detection metrics want them."""
    truth_rows = [(place, box, label) for place, each in enumerate(scenes) for box, label in _rows(each)]
    rows = [
        (place, box, int(label), float(score))
        for place, each in enumerate(found)
        for box, label, score in zip(each["boxes"], each["labels"], each["scores"], strict=True)
    ]
    return DetectionData(
        numbered_pictures([(SCENE_SIDE, SCENE_SIDE)] * len(scenes)),
        tuple(str(digit) for digit in range(CLASSES)),
        tuple(range(CLASSES)),
        truth_boxes([r[0] for r in truth_rows], [_xywh(r[1]) for r in truth_rows], [r[2] for r in truth_rows]),
        found_boxes([r[0] for r in rows], [_xywh(r[1]) for r in rows], [r[2] for r in rows], [r[3] for r in rows]),
    )


def mean_average_precision(scenes: Sequence[Scene], found: Sequence[Found]) -> tuple[float, float]:
    """(mAP over IoU .50 to .95, AP at .50), as pycocotools counts; 0 where nothing was to be found."""
    numbers = coco_statistics(detection_data(scenes, found))
    return max(0.0, float(numbers[0])), max(0.0, float(numbers[1]))


def _rows(scene: Scene) -> Iterator[tuple[NDArray[np.floating], int]]:
    return zip(scene.boxes_xyxy, (int(each) for each in scene.labels), strict=True)


def _xywh(box: NDArray[np.floating]) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(each) for each in box)
    return x0, y0, x1 - x0, y1 - y0


def _tensor(scene: Scene) -> torch.Tensor:
    return torch.from_numpy(scene.picture).float().div_(255)[None]


def _target(scene: Scene) -> dict[str, torch.Tensor]:
    boxes = torch.from_numpy(scene.boxes_xyxy.astype(np.float32))
    return {"boxes": boxes, "labels": torch.from_numpy(scene.labels + 1)}
