"""Where do pictures lie on a map that keeps alike ones together? Distances between far groups mean little."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vizcore.features.components import principal_components
from vizcore.results import FloatArray
from vizcore.similarity.directions import unit_rows

PERPLEXITY = 30.0  # of t-SNE, and what it is lowered to for few pictures: a third of them
NEIGHBOURS = 15  # of UMAP
FEWEST = {"t-sne": 4, "umap": 6}  # below that a map is drawn by PCA


@dataclass(frozen=True, eq=False)
class Projection:
    """points (n, axes). method: the one that was used, PCA where there were too few or only equal pictures.

    shares: of the variance that each axis explains, for PCA; None for the others, whose axes mean nothing.
    """

    points: FloatArray
    method: str
    shares: tuple[float, ...] | None


def available_methods() -> tuple[str, ...]:
    """Methods that this machine has: UMAP only where the library umap-learn is installed."""
    return tuple(key for key in METHODS if key != "umap" or importlib.util.find_spec("umap"))


def project(vectors: FloatArray, method: str = "pca", seed: int = 0, *, axes: int = 2) -> Projection:
    """vectors (n, D), taken as directions; axes: 2 or 3. The same seed gives the same map. ValueError for a method not
    installed."""
    if method not in available_methods():
        raise ValueError(f"expected one of {available_methods()}, got {method}")
    rows = unit_rows(vectors)
    components, shares = principal_components(rows, axes)
    if method != "pca" and len(rows) >= FEWEST[method] and shares[0] > 0:
        return Projection(METHODS[method](rows, seed, axes), method, None)
    return Projection(components, "pca", tuple(map(float, shares)))


def _pca(rows: FloatArray, seed: int, axes: int) -> FloatArray:
    return principal_components(rows, axes)[0]


def _t_sne(rows: FloatArray, seed: int, axes: int) -> FloatArray:
    from sklearn.manifold import TSNE

    perplexity = min(PERPLEXITY, (len(rows) - 1) / 3)
    points: FloatArray = TSNE(axes, perplexity=perplexity, random_state=seed, init="random").fit_transform(rows)
    return points


def _umap(rows: FloatArray, seed: int, axes: int) -> FloatArray:
    umap = importlib.import_module("umap")
    neighbours = min(NEIGHBOURS, len(rows) - 1)
    points: FloatArray = umap.UMAP(
        n_neighbors=neighbours, n_components=axes, random_state=seed, n_jobs=1, init="random"
    ).fit_transform(rows)
    return np.asarray(points, dtype=np.float64)


METHODS: dict[str, Callable[[FloatArray, int, int], FloatArray]] = {"pca": _pca, "t-sne": _t_sne, "umap": _umap}


def common_spans(projections: Sequence[Projection]) -> list[tuple[float, float]] | None:
    """The ends of each axis for all models where their units are the same: those of directions under PCA.

    A little more than the points need. None for maps whose axes have no unit.
    """
    if any(each.shares is None for each in projections):
        return None
    values = np.concatenate([each.points for each in projections])  # (points of all models, axes)
    margin = np.maximum(0.06 * np.ptp(values, axis=0), 1e-3)
    ends = np.stack([values.min(axis=0) - margin, values.max(axis=0) + margin], axis=1)
    return [(float(low), float(high)) for low, high in ends]
