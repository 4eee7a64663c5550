"""`sam-mini`'s image encoder: EfficientNet-Lite0 and a small feature pyramid, and the sizes of the whole."""

from __future__ import annotations

import torch
from segment_anything.modeling.common import LayerNorm2d
from torch import nn
from torch.nn import functional as F

from vizcore.zoo.bundled.lite_trunk import CHANNELS, LiteTrunk

INPUT_SIZE = 416
STRIDES = (4, 8, 16, 32)  # of the maps that the trunk gives
GRID = INPUT_SIZE // 16  # cells on a side of the embedding
WIDTH = 128
FINER = 4  # cells of the mask grid on a side of one cell of the embedding
MIDDLE = 32  # channels of the image on the 8 px grid
DETAIL = 16  # channels of the image on the mask grid
DRAWN = 7  # maps of the prompts on the mask grid
EMBEDDED = WIDTH + 4 * MIDDLE + FINER**2 * DETAIL  # channels of the embedding


class ChannelNorm(LayerNorm2d):  # type: ignore[misc]  # segment_anything ships no types
    """SAM's `LayerNorm2d` by torch's own kernel."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return across(x, self)


def across(x: torch.Tensor, norm: LayerNorm2d) -> torch.Tensor:
    """`norm` of (B, C, h, w) over the channels."""
    last = x.permute(0, 2, 3, 1)
    channels = int(norm.weight.shape[0])  # a plain number, as the ONNX export asks
    return F.layer_norm(last, (channels,), norm.weight, norm.bias, norm.eps).permute(0, 3, 1, 2)


class Mixing(nn.Module):
    """A residual block of ConvNeXt (Liu et al. 2022): 7 x 7 in each channel, then an MLP in each cell."""

    def __init__(self) -> None:
        super().__init__()
        self.around = nn.Conv2d(WIDTH, WIDTH, kernel_size=7, padding=3, groups=WIDTH)
        self.norm = ChannelNorm(WIDTH)
        self.mlp = nn.Sequential(nn.Conv2d(WIDTH, 3 * WIDTH, 1), nn.GELU(), nn.Conv2d(3 * WIDTH, WIDTH, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        mixed: torch.Tensor = x + self.mlp(self.norm(self.around(x)))
        return mixed


class LiteNeck(nn.Module):
    """The trunk's four maps and the pixels -> the embedding (B, 512, 20, 20).

    Stride 4 and 8 are folded onto the 16 px grid (pixel unshuffle), stride 32 is enlarged: 128 channels of context.
    On the way back up they are joined with the trunk's maps of stride 8 and 4, and the latter with the pixels, as in a
    feature pyramid; these 32 and 16 channels are the embedding's last 384, folded up.
    """

    def __init__(self) -> None:
        super().__init__()
        first, second, third, fourth = (CHANNELS[stride] for stride in STRIDES)
        sides = (first * 16, second * 4, third, fourth)
        self.sides = nn.ModuleList(
            nn.Sequential(nn.Conv2d(each, WIDTH, kernel_size=1, bias=False), ChannelNorm(WIDTH)) for each in sides
        )
        self.mix = nn.Sequential(nn.GELU(), Mixing(), Mixing(), Mixing())
        self.last = nn.Sequential(nn.Conv2d(WIDTH, WIDTH, kernel_size=3, padding=1, bias=False), ChannelNorm(WIDTH))
        self.to_middle = nn.Conv2d(WIDTH, MIDDLE, kernel_size=1)
        self.middle = nn.Conv2d(second, MIDDLE, kernel_size=3, padding=1, bias=False)
        self.middle_norm = ChannelNorm(MIDDLE)
        self.to_detail = nn.Conv2d(MIDDLE, DETAIL, kernel_size=1)
        self.detail = nn.Conv2d(first + 3 * FINER**2, DETAIL, kernel_size=3, padding=1)

    def forward(self, maps: list[torch.Tensor], pixels: torch.Tensor) -> torch.Tensor:
        first, second, third, fourth = maps
        fine, middle, own, coarse = self.sides
        mixed = fine(F.pixel_unshuffle(first, 4)) + middle(F.pixel_unshuffle(second, 2)) + own(third)
        mixed = self.mix(mixed + _twice(coarse(fourth)))
        finer = F.gelu(self.middle_norm(self.middle(second) + _twice(self.to_middle(mixed))))
        finest = self.detail(torch.cat([first, F.pixel_unshuffle(pixels, FINER)], dim=1))
        finest = F.gelu(finest + _twice(self.to_detail(finer)))
        return torch.cat([self.last(mixed), F.pixel_unshuffle(finer, 2), F.pixel_unshuffle(finest, FINER)], dim=1)


def _twice(x: torch.Tensor) -> torch.Tensor:
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class TrunkEncoder(nn.Module):
    """Image encoder of `sam-mini`: pixels (B, 3, 416, 416) in -1..1 -> (B, 512, 26, 26)."""

    img_size = INPUT_SIZE  # read by segment_anything's predictor

    def __init__(self, trunk: nn.Module | None = None) -> None:
        super().__init__()
        self.trunk = trunk or LiteTrunk(STRIDES)
        self.neck = LiteNeck()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        embedding: torch.Tensor = self.neck(self.trunk((pixels + 1) / 2), pixels)
        return embedding
