"""Stops a NaN where it appears, before it becomes a confident-looking answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import InvalidOutput


def finite_array(tensor: torch.Tensor, model_key: str) -> NDArray[np.floating[Any]]:
    """The tensor as a float32 array on the CPU; InvalidOutput when it holds NaN or infinity."""
    values: NDArray[np.floating[Any]] = tensor.detach().float().cpu().numpy()
    if not np.isfinite(values).all():
        raise InvalidOutput(model=model_key)
    return values
