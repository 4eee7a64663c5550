"""Does the model still know the class when the places of a map are painted over, so that their shape tells nothing?

ROAD (remove and debias; Rong, Leemann, Borisov, Kasneci and Kasneci 2022): each removed pixel becomes the weighted mean
of its eight neighbours (known or removed: one sparse system of equations) plus a little noise. Hiding by one flat
colour instead shows the model the outline of the mask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.features.evidence import Evidence
from vizcore.results import FloatArray

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

SHARES = (0.2, 0.4, 0.6, 0.8)  # of the photo that is removed
NOISE = 0.01
NEIGHBOURS = {(0, 1): 1 / 6, (0, -1): 1 / 6, (1, 0): 1 / 6, (-1, 0): 1 / 6} | {
    (down, right): 1 / 12 for down in (-1, 1) for right in (-1, 1)
}


def road_score(evidence: Evidence, heat: FloatArray, rng: np.random.Generator) -> float:
    """(least important first - most important first) / 2, means of the class's probability over SHARES; in [-0.5, 0.5].

    heat (S, S): the map at the size of the model's input. High is good, 0 what a map without meaning gets.
    """
    if heat.min() == heat.max():  # it names no place
        return 0.0
    order = np.argsort(heat, axis=None, kind="stable")
    pixels = evidence.pixels[0].cpu().double().numpy()
    pictures = []
    for ranked in (order, order[::-1]):  # the least important first, then the most important first
        for share in SHARES:
            gone = np.zeros(heat.size, dtype=bool)
            gone[ranked[: int(share * heat.size)]] = True
            pictures.append(imputed(pixels, gone.reshape(heat.shape), rng))
    batch = torch.tensor(np.stack(pictures), dtype=torch.float32, device=evidence.pixels.device)
    asked = evidence.probabilities(batch).numpy()
    least, most = asked[: len(SHARES)], asked[len(SHARES) :]
    return float(least.mean() - most.mean()) / 2


def imputed(pixels: FloatArray, gone: NDArray[np.bool_], rng: np.random.Generator, noise: float = NOISE) -> FloatArray:
    """pixels (3, H, W) whose `gone` (H, W) ones are replaced by their neighbours' weighted mean plus noise."""
    if not gone.any():
        return pixels.copy()
    system, known = _equations(pixels, gone)
    from scipy.sparse.linalg import spsolve

    solved = np.asarray(spsolve(system, known, permc_spec="MMD_AT_PLUS_A")).reshape(int(gone.sum()), -1)
    filled: FloatArray = pixels.copy()
    filled[:, gone] = (solved + noise * rng.standard_normal(solved.shape)).T
    return filled


def _equations(pixels: FloatArray, gone: NDArray[np.bool_]) -> tuple[csc_matrix, FloatArray]:
    """A (n, n), b (n, 3): a pixel times its weights' sum, less its removed neighbours, is its known neighbours."""
    height, width = gone.shape
    number = np.full(gone.shape, -1)
    number[gone] = np.arange(int(gone.sum()))
    rows, columns = np.nonzero(gone)
    count = len(rows)
    total, known = np.zeros(count), np.zeros((count, len(pixels)))
    entries: list[tuple[NDArray[np.int64], NDArray[np.int64], float]] = []
    for (down, right), weight in NEIGHBOURS.items():
        y, x = rows + down, columns + right
        inside = np.flatnonzero((y >= 0) & (y < height) & (x >= 0) & (x < width))
        y, x = y[inside], x[inside]
        total[inside] += weight
        seen = ~gone[y, x]
        known[inside[seen]] += weight * pixels[:, y[seen], x[seen]].T
        entries.append((inside[~seen], number[y[~seen], x[~seen]], -weight))
    row = np.concatenate([np.arange(count), *(each[0] for each in entries)])
    column = np.concatenate([np.arange(count), *(each[1] for each in entries)])
    value = np.concatenate([total, *(np.full(len(each[0]), each[2]) for each in entries)])
    from scipy.sparse import coo_matrix

    return coo_matrix((value, (row, column)), shape=(count, count)).tocsc(), known
