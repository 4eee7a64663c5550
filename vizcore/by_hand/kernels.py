"""Which kernels does everyone know by name? Each a small matrix with its meaning."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.i18n import N_
from vizcore.results import FloatArray


@dataclass(frozen=True)
class Kernel:
    """title: to be translated when shown. rows: as people write them. divide: what the sum is divided by."""

    title: str
    rows: tuple[tuple[float, ...], ...]
    divide: float = 1.0

    @property
    def matrix(self) -> FloatArray:
        return np.array(self.rows) / self.divide


KERNELS: dict[str, Kernel] = {
    "lecture": Kernel(N_("Vertical edges (Prewitt)"), ((1, 0, -1), (1, 0, -1), (1, 0, -1))),
    "horizontal": Kernel(N_("Horizontal edges (Prewitt)"), ((1, 1, 1), (0, 0, 0), (-1, -1, -1))),
    "sobel_x": Kernel(N_("Sobel, across"), ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))),
    "sobel_y": Kernel(N_("Sobel, down"), ((-1, -2, -1), (0, 0, 0), (1, 2, 1))),
    "laplacian": Kernel(N_("Edges all round (Laplacian)"), ((0, 1, 0), (1, -4, 1), (0, 1, 0))),
    "sharpen": Kernel(N_("Sharpen"), ((0, -1, 0), (-1, 5, -1), (0, -1, 0))),
    "emboss": Kernel(N_("Emboss"), ((-2, -1, 0), (-1, 1, 1), (0, 1, 2))),
    "blur": Kernel(N_("Blur (mean)"), ((1, 1, 1), (1, 1, 1), (1, 1, 1)), 9),
    "gauss": Kernel(N_("Blur (Gauss)"), ((1, 2, 1), (2, 4, 2), (1, 2, 1)), 16),
    "identity": Kernel(N_("Nothing (identity)"), ((0, 0, 0), (0, 1, 0), (0, 0, 0))),
    "golden": Kernel(N_("Dumoulin and Visin's example"), ((2, 0, 1), (1, 0, 0), (0, 1, 1))),
}

PICTURES: dict[str, tuple[tuple[float, ...], ...]] = {
    "lecture": ((1, 2, 3, 0, 1), (4, 5, 6, 1, 2), (7, 8, 9, 2, 3), (1, 2, 3, 4, 5), (6, 7, 8, 5, 6)),
    "golden": ((2, 2, 3, 3, 3), (0, 1, 3, 0, 3), (2, 3, 0, 1, 3), (3, 3, 2, 1, 2), (3, 3, 0, 2, 3)),
}
