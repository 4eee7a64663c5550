"""Which pixels add how much to a class's score, from a black picture to the photo? (Sundararajan et al. 2017)"""

from __future__ import annotations

import torch
from torch.nn.functional import avg_pool2d

from vizcore.features.evidence import Evidence, in_batches

CELL = 4  # pixels of the model's input that are added up to one cell of the map, where its size allows


def integrated_gradients(evidence: Evidence, steps: int) -> torch.Tensor:
    """Map (S / cell, S / cell): attributions added up over colours and over cells, signed.

    All cells together give the logit of the photo minus that of a black picture, but for the error of the sum: the
    path is cut into `steps` equal parts, each taken at its middle.
    """
    attributions = path_attributions(evidence, steps).sum(0)  # (S, S)
    cell = next(size for size in (CELL, 2, 1) if attributions.shape[-1] % size == 0)
    return avg_pool2d(attributions[None], cell)[0] * cell**2


def path_attributions(evidence: Evidence, steps: int) -> torch.Tensor:
    """(3, S, S): each input value times its mean gradient on the straight line from black to the photo."""
    middles = (torch.arange(steps, device=evidence.pixels.device) + 0.5) / steps
    total = torch.zeros_like(evidence.pixels[0])
    for part in in_batches(middles):
        pictures = (part.view(-1, 1, 1, 1) * evidence.pixels).requires_grad_(True)
        with torch.enable_grad():
            score = evidence.model.logits(pictures)[:, evidence.target].sum()
        (gradients,) = torch.autograd.grad(score, pictures)
        total += gradients.sum(0)
    return evidence.pixels[0] * total / steps
