"""What is optimised: pixels, or the waves they are made of, in plain or in decorrelated colours?

Both hold free numbers and turn them into pictures (B, 3, H, W) in [0, 1], and back. Constants and order of steps are
those of Lucid (Olah et al. 2017; Mordvintsev et al. 2018, "Differentiable image parameterizations").
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

# Square root of the covariance of ImageNet's colours (Lucid), divided by its longest column.
COLOUR_SQUARE_ROOT = torch.tensor([[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]])
COLOURS = COLOUR_SQUARE_ROOT / COLOUR_SQUARE_ROOT.norm(dim=0).max()
START_DEVIATION = 0.01
WAVE_GAIN = 0.25
EDGE = 1 / 255  # a sigmoid reaches 0 and 1 nowhere: black and white of a starting photo become 1 and 254


@dataclass(frozen=True)
class Pixels:
    """Free numbers are pixels before the sigmoid: (B, 3, H, W)."""

    size: int
    decorrelated: bool
    decay: float = 0.0

    def random(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Almost grey."""
        return START_DEVIATION * torch.randn((count, 3, self.size, self.size), generator=generator)

    def grey(self, count: int) -> torch.Tensor:
        """Exactly grey."""
        return torch.zeros((count, 3, self.size, self.size))

    def picture(self, free: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) in [0, 1]."""
        return to_colours(free, self.decorrelated)

    def from_picture(self, pictures: torch.Tensor) -> torch.Tensor:
        """The free numbers of pictures (B, 3, H, W), whose values are first kept in [1/255, 254/255]."""
        return from_colours(pictures, self.decorrelated)


@dataclass(frozen=True)
class Waves:
    """Free numbers are Fourier coefficients (B, 3, H, W // 2 + 1, 2), weighted by frequency ** -decay."""

    size: int
    decorrelated: bool
    decay: float = 1.0

    def random(self, count: int, generator: torch.Generator) -> torch.Tensor:
        """Weak waves of every frequency."""
        return START_DEVIATION * torch.randn(self._shape(count), generator=generator)

    def grey(self, count: int) -> torch.Tensor:
        """No wave at all."""
        return torch.zeros(self._shape(count))

    def picture(self, free: torch.Tensor) -> torch.Tensor:
        """(B, 3, H, W) in [0, 1]."""
        waves = torch.view_as_complex(free) * self._weights().to(free.device)
        raw = torch.fft.irfft2(waves, s=(self.size, self.size), norm="ortho") * WAVE_GAIN
        return to_colours(raw, self.decorrelated)

    def from_picture(self, pictures: torch.Tensor) -> torch.Tensor:
        """The free numbers of pictures (B, 3, H, W), whose values are first kept in [1/255, 254/255]."""
        raw = from_colours(pictures, self.decorrelated) / WAVE_GAIN
        waves = torch.fft.rfft2(raw, norm="ortho") / self._weights().to(pictures.device)
        return torch.view_as_real(waves).contiguous()

    def _shape(self, count: int) -> tuple[int, ...]:
        return (count, 3, self.size, self.size // 2 + 1, 2)

    def _weights(self) -> torch.Tensor:
        """(H, W // 2 + 1): max(frequency, 1 / size) ** -decay, with frequencies in cycles per pixel."""
        down, across = torch.fft.fftfreq(self.size), torch.fft.rfftfreq(self.size)
        frequency = (down[:, None].square() + across[None].square()).sqrt().clamp_min(1 / self.size)
        weights: torch.Tensor = frequency**-self.decay
        return weights


Parametrisation = Pixels | Waves
PARAMETRISATIONS: dict[str, type[Parametrisation]] = {"pixels": Pixels, "fourier": Waves}


def to_colours(raw: torch.Tensor, decorrelated: bool) -> torch.Tensor:
    """Any numbers (B, 3, H, W) -> colours in (0, 1)."""
    mixed = torch.einsum("rc,bchw->brhw", COLOURS.to(raw), raw) if decorrelated else raw
    return mixed.sigmoid()


def from_colours(pictures: torch.Tensor, decorrelated: bool) -> torch.Tensor:
    """The inverse of `to_colours` for values within [1/255, 254/255]."""
    mixed = torch.logit(pictures.clamp(EDGE, 1 - EDGE))
    if not decorrelated:
        return mixed
    return torch.einsum("cr,brhw->bchw", torch.linalg.inv(COLOURS).to(mixed), mixed)
