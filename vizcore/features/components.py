"""In which directions do many vectors differ most, and by how much?"""

from __future__ import annotations

import numpy as np

from vizcore.results import FloatArray


def principal_components(rows: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """rows (n, D) -> projections (n, count) and the share of variance of each (count,), float64.

    A component's largest loading is positive, so that the result does not depend on the library's choice of sign.
    Components that the rows do not have are zero.
    """
    if not len(rows):
        return np.zeros((0, count)), np.zeros(count)
    centred = rows.astype(np.float64) - rows.astype(np.float64).mean(0)
    left, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    # What is only rounding, as of many equal rows, is no component.
    noise = np.finfo(np.float32).eps * max(1.0, float(np.abs(rows).max(initial=0.0))) * np.sqrt(rows.size)
    kept = min(count, int((sizes > noise).sum()))
    largest = np.abs(directions[:kept]).argmax(1)
    signs = np.sign(directions[np.arange(kept), largest])
    projections, shares = np.zeros((len(rows), count)), np.zeros(count)
    projections[:, :kept] = left[:, :kept] * sizes[:kept] * signs
    shares[:kept] = sizes[:kept] ** 2 / (sizes**2).sum() if kept else 0.0
    return projections, shares
