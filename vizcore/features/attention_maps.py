"""Where does each token look, in each layer and head?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.features.finite import finite_array
from vizcore.features.patches import PatchGrid, patch_grid
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.results import FloatArray, Heatmap, Result, expect_shape
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True, eq=False)
class AttentionMaps(Result):
    """weights (layers, heads, N, N), float16: row = the token that looks, column = what it looks at.

    The first `prefix_tokens` of the N tokens are [CLS] and registers, the others are the patches of `grid` in reading
    order. Rows sum to 1 within the rounding of float16; what the methods return is rescaled to do so exactly.
    """

    weights: NDArray[np.float16]
    prefix_tokens: int
    grid: PatchGrid

    def validate(self) -> None:
        tokens = self.prefix_tokens + self.grid.count
        expect_shape("weights", self.weights, (None, None, tokens, tokens))

    @property
    def layers(self) -> int:
        return int(self.weights.shape[0])

    @property
    def heads(self) -> int:
        return int(self.weights.shape[1])

    def links(self, layer: int, head: int | None = None) -> FloatArray:
        """(N, N) of one layer, counted from 0; head None for the mean of all heads. Rows sum to 1."""
        chosen = self.weights[layer] if head is None else self.weights[layer, head : head + 1]
        links: FloatArray = chosen.astype(np.float64).mean(0)
        scaled: FloatArray = links / links.sum(-1, keepdims=True)
        return scaled

    def row(self, layer: int, head: int | None = None, patch: int | None = None) -> FloatArray:
        """(h, w): the share of its attention that `patch` gives to each patch; patch None for [CLS].

        What goes to the prefix tokens is left out, so that the shares add up to 1 or less.
        """
        token = 0 if patch is None else self.prefix_tokens + self._known(patch)
        return self.links(layer, head)[token, self.prefix_tokens :].reshape(self.grid.shape_hw)

    def heatmap(self, layer: int, head: int | None = None, patch: int | None = None) -> Heatmap:
        """The row as a map with 1 for its strongest link."""
        row = self.row(layer, head, patch)
        peak = float(row.max())
        return Heatmap(
            self.provenance,
            grid=row / peak if peak > 0 else row,
            region_xyxy=self.grid.region_xyxy,
            method="attention",
            layer=f"layer {layer + 1}, {'all heads' if head is None else f'head {head + 1}'}",
            target="[CLS]" if patch is None else f"patch {patch}",
            peak=peak,
        )

    def rows_for_display(self, layer: int, head: int | None = None) -> NDArray[np.uint8]:
        """(1 + patches, patches), 0..255, each row scaled to its own strongest link; row 0 is [CLS].

        The matrix with which a browser answers clicks on patches alone.
        """
        return _to_bytes(self._rows(layer, head))

    def rows_beyond_cls(self, layer: int) -> NDArray[np.uint8]:
        """The same of all heads, but each patch's row as far as it exceeds that of [CLS]; row 0 is [CLS] itself."""
        wanted = self._rows(layer, None)
        return _to_bytes(np.concatenate([wanted[:1], (wanted[1:] - wanted[:1]).clip(0)]))

    def unlike_cls(self, layer: int, patch: int) -> float:
        """The share of its attention over the patches that goes elsewhere than that of [CLS]: half the L1 distance."""
        own, cls = (each / max(float(each.sum()), 1e-12) for each in (self.row(layer, None, patch), self.row(layer)))
        return float(np.abs(own - cls).sum() / 2)

    def _rows(self, layer: int, head: int | None) -> FloatArray:
        links = self.links(layer, head)[:, self.prefix_tokens :]
        return np.concatenate([links[:1], links[self.prefix_tokens :]])

    def _known(self, patch: int) -> int:
        if not 0 <= patch < self.grid.count:
            raise ValueError(f"expected a patch in 0..{self.grid.count - 1}, got {patch}")
        return patch


def _to_bytes(rows: FloatArray) -> NDArray[np.uint8]:
    """Each row as 0..255 of its own largest value."""
    peaks = rows.max(-1, keepdims=True)
    scaled = np.divide(rows, peaks, out=np.zeros_like(rows), where=peaks > 0)
    shown: NDArray[np.uint8] = np.rint(scaled * 255).astype(np.uint8)
    return shown


@torch.inference_mode()
def attention_maps(model: FeatureModel, photo: Photo, settings: None = None) -> AttentionMaps:
    """All layers and heads in one pass. Errors: ModelCannot without global attention, InvalidOutput for NaN."""
    prepared = model.prepare(photo)
    layers = model.attentions(model.pixels([prepared]))
    weights = finite_array(torch.cat(layers).half(), model.card.key).astype(np.float16)
    side = round((weights.shape[-1] - model.prefix_tokens) ** 0.5)
    grid = patch_grid(prepared, (side, side))
    return AttentionMaps(provenance_of("attention_maps", model, (photo,), settings), weights, model.prefix_tokens, grid)
