"""How much of a class's probability goes when a part of the photo is hidden? (Zeiler and Fergus 2014, section 4.2)

It asks for scores alone, and so reads models that show nothing of their inside.
"""

from __future__ import annotations

import torch

from vizcore.features.evidence import Evidence, blank_colour, in_batches, kept_where

CELLS = 8  # each way: one forward pass a cell
REACH = 1  # cells beyond the cell itself that are hidden with it, to each side


def occlusion(evidence: Evidence) -> torch.Tensor:
    """Map (CELLS, CELLS): by how much the probability falls when a square around each cell gets the mean colour.

    The square is 3 cells wide, cut at the edge. Below zero: the class is surer without that part.
    """
    blank = blank_colour(evidence.model)
    masks = _masks(evidence.pixels.shape[-1]).to(evidence.pixels.device)
    whole = evidence.probabilities(evidence.pixels)
    parts = [evidence.probabilities(kept_where(evidence.pixels, part, blank)) for part in in_batches(masks)]
    return (whole - torch.cat(parts)).view(CELLS, CELLS).float()


def _masks(side: int) -> torch.Tensor:
    """(CELLS², 1, S, S): 0 in the square around each cell, row by row, 1 elsewhere."""
    cell_of = torch.arange(side) * CELLS // side  # (S,)
    hidden = (cell_of[None] - torch.arange(CELLS)[:, None]).abs() <= REACH  # (CELLS, S)
    squares = hidden[:, None, :, None] & hidden[None, :, None, :]  # (CELLS, CELLS, S, S)
    return (~squares).float().view(CELLS**2, 1, side, side)
