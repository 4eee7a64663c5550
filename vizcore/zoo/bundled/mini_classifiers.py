"""The two bundled classifiers: a half-width ResNet-18 and a small ViT for the same 104 classes and the same input.

Both take normalised RGB (B, 3, 160, 160) and return logits (B, 104). Their modules and parameters are named as
torchvision names them, and a test holds them against torchvision's own classes. They are written here since importing
`torchvision` brings `torch._dynamo` along, which costs twice as much as torch itself.
"""

from __future__ import annotations

import math
from collections import OrderedDict

import torch
from torch import nn

CLASS_COUNT = 104
INPUT_SIZE = 160


class BasicBlock(nn.Module):
    """Two 3x3 convolutions with a shortcut (He et al. 2015, fig. 5 left)."""

    def __init__(self, given: int, width: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(given, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample: nn.Module | None = None
        if stride != 1 or given != width:
            self.downsample = nn.Sequential(nn.Conv2d(given, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        inner = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        out: torch.Tensor = self.relu(inner + shortcut)
        return out


class MiniResNet(nn.Module):
    """ResNet-18 (He et al. 2015) with half the channels, a 3x3 stem, and no stride in its last stage.

    Without that stride a 160 px input leaves a 10 x 10 map in `layer4` instead of 5 x 5, which class maps need;
    the embedding before the head has 256 numbers.
    """

    def __init__(self, class_count: int = CLASS_COUNT) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, kernel_size=3, stride=2, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        self.layer1 = nn.Sequential(BasicBlock(64, 32), BasicBlock(32, 32))
        self.layer2 = nn.Sequential(BasicBlock(32, 64, stride=2), BasicBlock(64, 64))
        self.layer3 = nn.Sequential(BasicBlock(64, 128, stride=2), BasicBlock(128, 128))
        self.layer4 = nn.Sequential(BasicBlock(128, 256), BasicBlock(256, 256))
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(256, class_count)
        for module in self.modules():
            if isinstance(module, nn.Conv2d) and module is not self.conv1:
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        logits: torch.Tensor = self.fc(self.avgpool(x).flatten(1))
        return logits


class EncoderBlock(nn.Module):
    """One pre-norm transformer layer: x + attention(norm(x)), then x + mlp(norm(x))."""

    def __init__(self, width: int, heads: int, mlp_width: int) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(width, eps=1e-6)
        self.self_attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.ln_2 = nn.LayerNorm(width, eps=1e-6)
        narrow, wide = nn.Linear(width, mlp_width), nn.Linear(mlp_width, width)
        self.mlp = nn.Sequential(OrderedDict([("0", narrow), ("1", nn.GELU()), ("3", wide)]))
        for linear in (narrow, wide):
            nn.init.xavier_uniform_(linear.weight)
            nn.init.normal_(linear.bias, std=1e-6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        normed = self.ln_1(x)
        attended, _weights = self.self_attention(normed, normed, normed, need_weights=False)
        x = attended + x
        out: torch.Tensor = x + self.mlp(self.ln_2(x))
        return out


class Encoder(nn.Module):
    """Learned positions, the layers, a last norm. Tokens (B, N, width) -> (B, N, width)."""

    def __init__(self, tokens: int, layers: int, width: int, heads: int, mlp_width: int) -> None:
        super().__init__()
        self.pos_embedding = nn.Parameter(torch.empty(1, tokens, width).normal_(std=0.02))
        blocks = [(f"encoder_layer_{number}", EncoderBlock(width, heads, mlp_width)) for number in range(layers)]
        self.layers = nn.Sequential(OrderedDict(blocks))
        self.ln = nn.LayerNorm(width, eps=1e-6)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out: torch.Tensor = self.ln(self.layers(x + self.pos_embedding))
        return out


class MiniViT(nn.Module):
    """ViT (Dosovitskiy et al. 2021): 8 layers of width 192 with 3 heads over patch tokens of 16 px and [CLS].

    Patches are cut by four stride-2 convolutions instead of one 16 x 16 one (Xiao et al. 2021, "Early convolutions
    help transformers see better"), which a ViT trained on few pictures needs.
    """

    patch_size = 16
    hidden_dim = 192

    def __init__(self, class_count: int = CLASS_COUNT, image_size: int = INPUT_SIZE) -> None:
        super().__init__()
        self.image_size = image_size
        self.conv_proj = _stem((24, 48, 96, 192), self.hidden_dim)
        self.class_token = nn.Parameter(torch.zeros(1, 1, self.hidden_dim))
        tokens = (image_size // self.patch_size) ** 2 + 1
        self.encoder = Encoder(tokens, layers=8, width=self.hidden_dim, heads=3, mlp_width=768)
        self.heads = nn.Sequential(OrderedDict([("head", nn.Linear(self.hidden_dim, class_count))]))
        for parameter in self.heads.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        patches = self.conv_proj(x).flatten(2).transpose(1, 2)
        batch = x.shape[0]  # not len(x), which a tracer would write into the file as a number
        tokens = torch.cat([self.class_token.expand(batch, -1, -1), patches], dim=1)
        logits: torch.Tensor = self.heads(self.encoder(tokens)[:, 0])
        return logits


def _stem(widths: tuple[int, ...], out: int) -> nn.Sequential:
    """Stride-2 convolutions with norm and ReLU, then a 1x1 convolution to the width of the tokens."""
    stages: list[tuple[str, nn.Module]] = []
    for number, (given, width) in enumerate(zip((3, *widths), widths, strict=False)):
        convolution = nn.Conv2d(given, width, kernel_size=3, stride=2, padding=1, bias=False)
        stage = nn.Sequential(convolution, nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        stages.append((f"conv_bn_relu_{number}", stage))
    last = nn.Conv2d(widths[-1], out, kernel_size=1)
    nn.init.normal_(last.weight, std=math.sqrt(2.0 / out))
    nn.init.zeros_(last.bias)  # type: ignore[arg-type]
    return nn.Sequential(OrderedDict([*stages, ("conv_last", last)]))


def cnn_mini(class_count: int = CLASS_COUNT) -> MiniResNet:
    """Untrained `cnn-mini`: 2.8 M parameters."""
    return MiniResNet(class_count)


def vit_mini(class_count: int = CLASS_COUNT, image_size: int = INPUT_SIZE) -> MiniViT:
    """Untrained `vit-mini`: 10 x 10 patch tokens for 160 px, 3.8 M parameters."""
    return MiniViT(class_count, image_size)
