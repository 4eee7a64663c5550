"""`yolo-mini`'s graph: ultralytics' layers and head around a trunk of ours. Imported after ultralytics' guard only."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from ultralytics.nn import modules
from ultralytics.nn.tasks import BaseModel

STRIDES = (8.0, 16.0, 32.0)
WIDTHS = (64, 96, 128)


def neck_layers(channels: tuple[int, ...]) -> list[tuple[Any, Any]]:
    """(layer, the layers that feed it; -1 is the one before) after the trunk, which is layer 0: a way down, a way up.

    Each of the trunk's three maps is narrowed by a 1 x 1 convolution (layers 4 to 6) before the two ways.
    """
    fine, middle, coarse = WIDTHS
    untyped: Any = modules
    Index, Conv, Concat, C3k2 = untyped.Index, untyped.Conv, untyped.Concat, untyped.C3k2
    return [
        (Index(0), 0),  # 1
        (Index(1), 0),  # 2
        (Index(2), 0),  # 3
        (Conv(channels[0], fine, 1), 1),  # 4
        (Conv(channels[1], middle, 1), 2),  # 5
        (Conv(channels[2], coarse, 1), 3),  # 6
        (nn.Upsample(scale_factor=2), 6),  # 7
        (Concat(), [-1, 5]),  # 8
        (C3k2(coarse + middle, middle, 1), -1),  # 9: the way down at stride 16
        (nn.Upsample(scale_factor=2), -1),  # 10
        (Concat(), [-1, 4]),  # 11
        (C3k2(middle + fine, fine, 1), -1),  # 12: stride 8
        (Conv(fine, fine, 3, 2), -1),  # 13
        (Concat(), [-1, 9]),  # 14
        (C3k2(fine + middle, middle, 1), -1),  # 15: stride 16
        (Conv(middle, middle, 3, 2), -1),  # 16
        (Concat(), [-1, 6]),  # 17
        (C3k2(middle + coarse, coarse, 1), -1),  # 18: stride 32
    ]


class LiteYolo(BaseModel):
    """A trunk with three maps, the neck, and ultralytics' head; runs, fuses and trains as any model of ultralytics."""

    def __init__(self, trunk: nn.Module, class_count: int) -> None:
        super().__init__()
        channels: Any = trunk.channels
        untyped: Any = modules
        head = untyped.Detect(class_count, ch=WIDTHS)
        layers: list[tuple[Any, Any]] = [(trunk, -1), *neck_layers(channels), (head, [12, 15, 18])]
        self.save = []
        for place, (layer, source) in enumerate(layers):
            layer.i, layer.f, layer.type = place, source, type(layer).__name__
            self.save += [each for each in ([source] if isinstance(source, int) else source) if each != -1]
        self.model = nn.Sequential(*(layer for layer, _ in layers))
        self.names = {i: str(i) for i in range(class_count)}
        head.stride = self.stride = torch.tensor(STRIDES)
        head.bias_init()
        for module in self.model[1:].modules():  # as ultralytics sets up its own models
            if isinstance(module, nn.BatchNorm2d):
                module.eps, module.momentum = 1e-3, 0.03

    def init_criterion(self) -> Any:
        """The loss of YOLOv8 to YOLO11."""
        from ultralytics.utils.loss import v8DetectionLoss

        return v8DetectionLoss(self)
