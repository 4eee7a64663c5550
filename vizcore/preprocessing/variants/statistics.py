"""Which numbers does a pipeline hand over? Minimum, maximum, mean and deviation of each channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class TensorStatistics:
    """One number for each channel, in the order of the tensor."""

    least: tuple[float, ...]
    most: tuple[float, ...]
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def __post_init__(self) -> None:
        lengths = {len(self.least), len(self.most), len(self.mean), len(self.deviation)}
        if len(lengths) != 1 or not self.least:
            raise ValueError(f"expected as many numbers in each row, got {sorted(lengths)}")


def statistics_of(values: NDArray[np.floating]) -> TensorStatistics:
    """values (H, W, C), channels last."""
    flat = np.asarray(values, np.float64).reshape(-1, values.shape[-1])
    rows = (flat.min(axis=0), flat.max(axis=0), flat.mean(axis=0), flat.std(axis=0))
    return TensorStatistics(*(tuple(float(number) for number in row) for row in rows))
