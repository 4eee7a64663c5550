"""The two bundled classifiers built from torchvision's parts, to compare ours with and to begin tests from."""

from __future__ import annotations

from typing import Any

from torch import nn
from torchvision.models import VisionTransformer
from torchvision.models.resnet import BasicBlock, ResNet
from torchvision.models.vision_transformer import ConvStemConfig

from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE


class TorchvisionMini(ResNet):
    """`cnn-mini` as a torchvision ResNet with half the channels."""

    def __init__(self, class_count: int = 104) -> None:
        super().__init__(BasicBlock, [2, 2, 2, 2], num_classes=class_count)
        self.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=2, padding=1, bias=False)
        self.fc = nn.Linear(256, class_count)

    def _make_layer(self, block: Any, planes: int, blocks: int, stride: int = 1, dilate: bool = False) -> nn.Sequential:
        return super()._make_layer(block, planes // 2, blocks, 1 if planes == 512 else stride, dilate)


def torchvision_vit(class_count: int = 104, side: int = INPUT_SIZE) -> VisionTransformer:
    """`vit-mini` as a torchvision VisionTransformer."""
    stem = [ConvStemConfig(out_channels=width, kernel_size=3, stride=2) for width in (24, 48, 96, 192)]
    sizes = {"image_size": side, "patch_size": 16, "num_layers": 8, "num_heads": 3, "hidden_dim": 192, "mlp_dim": 768}
    return VisionTransformer(**sizes, num_classes=class_count, conv_stem_configs=stem)
