"""Half precision in training, where it is worth it."""

from __future__ import annotations

import torch


def half_type() -> torch.dtype:
    """bfloat16 where the processor multiplies it itself; elsewhere torch would imitate it, several times slower."""
    return torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32


def half_precision() -> torch.autocast:
    """Multiplies numbers of that type."""
    return torch.autocast("cpu", torch.bfloat16, enabled=half_type() is torch.bfloat16)
