"""Why does an ideal picture have to look the same to the network when it is shifted, scaled or turned a little?

Without random transforms, gradient ascent finds patterns that only work pixel by pixel (Olah et al. 2017). Each step
draws one shift, scale and turn for all pictures; what comes in from outside is mid-grey.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn.functional import affine_grid, grid_sample, pad

UNTURNED = 5 / 26  # share of steps without a turn: Lucid's list holds -10..10 and five zeros


@dataclass(frozen=True)
class RandomTransform:
    """jitter: largest shift as a share of the side. scale: largest relative change of size. rotate: degrees."""

    jitter: float = 0.0
    scale: float = 0.0
    rotate: float = 0.0

    def __call__(self, pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """(B, 3, H, W) -> the same shape; unchanged when all three are 0."""
        if self.scale or self.rotate:
            return self._affine(pictures, generator)
        return self._shifted(pictures, generator) if self.jitter else pictures

    def _shifted(self, pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        """By whole pixels, which changes none of them."""
        height, width = pictures.shape[2:]
        reach = round(self.jitter * height)
        top, left = torch.randint(0, 2 * reach + 1, (2,), generator=generator).tolist()
        padded = pad(pictures, (reach, reach, reach, reach), value=0.5)
        return padded[:, :, top : top + height, left : left + width]

    def _affine(self, pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        draw = torch.rand(5, generator=generator) * 2 - 1
        degrees = 0.0 if float(draw[4]) < 2 * UNTURNED - 1 else float(draw[3]) * self.rotate
        angle, size = torch.deg2rad(torch.tensor(degrees)), 1 + float(draw[2]) * self.scale
        cosine, sine = float(angle.cos()) / size, float(angle.sin()) / size
        shift_x, shift_y = (2 * self.jitter * draw[:2]).tolist()
        matrix = torch.tensor([[cosine, -sine, shift_x], [sine, cosine, shift_y]], device=pictures.device)
        grid = affine_grid(matrix.expand(len(pictures), 2, 3), list(pictures.shape), align_corners=False)
        # Zeros come in from outside: around 0.5 they are grey.
        return grid_sample(pictures - 0.5, grid, mode="bilinear", padding_mode="zeros", align_corners=False) + 0.5
