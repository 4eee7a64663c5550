"""The two small networks of the contest: a convolutional one, and a vision transformer trained from scratch."""

from __future__ import annotations

import torch
from torch import nn

CLASSES = 10


class SmallCnn(nn.Module):
    """Two convolutions of 3 x 3 (16, 32 filters), each halved by max pooling, a hidden layer of 64: 105,866 numbers.

    (B, 1, 28, 28) -> logits (B, 10).
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )  # fmt: skip
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(32 * 7 * 7, 64), nn.ReLU(), nn.Linear(64, CLASSES))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.classifier(self.features(pictures))
        return logits


class SmallVit(nn.Module):
    """Dosovitskiy et al. 2020 at toy size: 16 patches of 7 x 7 and a [CLS] token, 4 blocks 64 wide with 4 heads.

    Pre-norm blocks of torch, MLP twice as wide, learned positions. (B, 1, 28, 28) -> logits (B, 10).
    """

    def __init__(self, width: int = 64, depth: int = 4, heads: int = 4, patch: int = 7) -> None:
        super().__init__()
        self.patches = nn.Conv2d(1, width, patch, stride=patch)
        self.token = nn.Parameter(torch.zeros(1, 1, width))
        self.positions = nn.Parameter(torch.randn(1, 1 + (28 // patch) ** 2, width) * 0.02)
        blocks = [
            nn.TransformerEncoderLayer(
                width, heads, 2 * width, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
            )
            for _ in range(depth)
        ]
        self.blocks = nn.Sequential(*blocks)
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, CLASSES)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        patches = self.patches(pictures).flatten(2).transpose(1, 2)  # (B, 16, width)
        tokens = torch.cat([self.token.expand(len(patches), -1, -1), patches], dim=1) + self.positions
        logits: torch.Tensor = self.head(self.norm(self.blocks(tokens))[:, 0])
        return logits
