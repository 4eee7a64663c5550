"""What does a browser need so that it can answer clicks on patches without asking the server?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.prompting.objects import Box

if TYPE_CHECKING:
    from vizcore.features import AttentionMaps
    from vizcore.similarity.patch_match import PatchMatches


@dataclass(frozen=True)
class Onto:
    """Another picture on which the rows are drawn, beside the one that is clicked."""

    jpeg: bytes
    width: int
    height: int
    shape_hw: tuple[int, int]
    region_xyxy: Box
    alt: str


@dataclass(frozen=True, eq=False)
class PatchRows:
    """maps: by name, (patches, places) 0..255, one row for each patch of the clicked picture.

    A map may have one row more, in front: what is shown while no patch is chosen ([CLS]). shape_hw, region_xyxy: the
    clicked picture's grid and the part of the photo it covers. The rows are drawn there, or onto another picture.
    """

    shape_hw: tuple[int, int]
    region_xyxy: Box
    maps: Mapping[str, NDArray[np.uint8]]
    onto: Onto | None = None

    def __post_init__(self) -> None:
        patches = self.shape_hw[0] * self.shape_hw[1]
        rows, columns = self.onto.shape_hw if self.onto else self.shape_hw
        for name, rows_of_map in self.maps.items():
            fits = rows_of_map.dtype == np.uint8 and rows_of_map.ndim == 2
            if not fits or len(rows_of_map) not in (patches, patches + 1) or rows_of_map.shape[1] != rows * columns:
                raise ValueError(
                    f"expected uint8 rows ({patches}, {rows * columns}) in {name}, got {rows_of_map.shape}"
                )


def attention_rows(maps: AttentionMaps, layer: int) -> PatchRows:
    """All heads of one layer, their mean and what in it exceeds [CLS] first; [CLS] while no patch is chosen."""
    heads: list[int | None] = [None, *range(maps.heads)]
    names = {head: _("all heads") if head is None else _("head {n}").format(n=number(head + 1)) for head in heads}
    rows = {names[head]: maps.rows_for_display(layer, head) for head in heads}
    beyond = {_("all heads, beyond [CLS]"): maps.rows_beyond_cls(layer)}
    rows = {names[None]: rows.pop(names[None])} | beyond | rows
    return PatchRows(maps.grid.shape_hw, maps.grid.region_xyxy, rows)


def match_rows(matches: PatchMatches, jpeg: bytes, width: int, height: int, alt: str) -> PatchRows:
    """Clicks on the first photo, likeness over the second, whose picture for the screen and size are given."""
    grid_a, grid_b = matches.grid_a, matches.grid_b
    onto = Onto(jpeg, width, height, grid_b.shape_hw, grid_b.region_xyxy, alt)
    return PatchRows(grid_a.shape_hw, grid_a.region_xyxy, {"": matches.rows_for_display()}, onto)
