"""The two bundled classifiers: a half-width ResNet-18 and a small ViT for the same 104 classes and the same input.

Both take normalised RGB (B, 3, 128, 128) and return logits (B, 104). They are torchvision's own classes; only widths,
strides and depths are ours, so every tool written for torchvision's ResNet and VisionTransformer works on them.
"""

from __future__ import annotations

from typing import Any

from torch import nn
from torchvision.models import VisionTransformer
from torchvision.models.resnet import BasicBlock, ResNet
from torchvision.models.vision_transformer import ConvStemConfig

CLASS_COUNT = 104
INPUT_SIZE = 128


class MiniResNet(ResNet):
    """ResNet-18 (He et al. 2015) with half the channels, a 3x3 stem, and no stride in its last stage.

    Without that stride a 128 px input leaves an 8 x 8 map in `layer4` instead of 4 x 4, which class maps need;
    the embedding before the head has 256 numbers.
    """

    def __init__(self, class_count: int = CLASS_COUNT) -> None:
        super().__init__(BasicBlock, [2, 2, 2, 2], num_classes=class_count)
        self.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=2, padding=1, bias=False)
        self.fc = nn.Linear(256, class_count)

    def _make_layer(self, block: Any, planes: int, blocks: int, stride: int = 1, dilate: bool = False) -> nn.Sequential:
        last_stage = planes == 512
        return super()._make_layer(block, planes // 2, blocks, 1 if last_stage else stride, dilate)


def cnn_mini(class_count: int = CLASS_COUNT) -> MiniResNet:
    """Untrained `cnn-mini`: 2.8 M parameters."""
    return MiniResNet(class_count)


def vit_mini(class_count: int = CLASS_COUNT, image_size: int = INPUT_SIZE) -> VisionTransformer:
    """Untrained `vit-mini`: 8 layers of width 192 with 3 heads over 8 x 8 tokens + [CLS], 3.8 M parameters.

    Patches are cut by four stride-2 convolutions instead of one 16 x 16 one (Xiao et al. 2021, "Early convolutions
    help transformers see better"), which a ViT trained on few pictures needs.
    """
    stem = [ConvStemConfig(out_channels=c, kernel_size=3, stride=2) for c in (24, 48, 96, 192)]
    return VisionTransformer(
        image_size=image_size,
        patch_size=16,
        num_layers=8,
        num_heads=3,
        hidden_dim=192,
        mlp_dim=768,
        num_classes=class_count,
        conv_stem_configs=stem,
    )
