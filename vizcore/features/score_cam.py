"""What does each channel do for a class when the photo is seen through it alone? (Score-CAM, Wang et al. 2020)"""

from __future__ import annotations

import torch
from torch.nn.functional import interpolate

from vizcore.features.evidence import Evidence, blank_colour, in_batches, kept_where


def score_cam(evidence: Evidence, channels: int) -> torch.Tensor:
    """Map (h, w): channels weighted by the softmax of the class's logit on the photo masked by each of them.

    Masks are the channels scaled to [0, 1] and enlarged; what they hide becomes the mean colour. Only the `channels`
    that vary most over the picture are tried, each of which costs a forward pass; with all of them this is the paper's
    method (whose reference score cancels in the softmax).
    """
    activation = evidence.activation
    chosen = activation[most_varying(activation, channels)]  # (count, h, w)
    blank = blank_colour(evidence.model)
    scores = [
        evidence.scores(kept_where(evidence.pixels, _masks(part, evidence.pixels.shape[-2:]), blank))
        for part in in_batches(chosen)
    ]
    weights = torch.cat(scores).double().softmax(0).float().to(activation.device)  # (count,)
    return (weights.view(-1, 1, 1) * chosen).sum(0)


def most_varying(activation: torch.Tensor, channels: int) -> torch.Tensor:
    """Indices of the `channels` of activation (C, h, w) that differ most from place to place, the first one most."""
    spread = activation.flatten(1).std(1, correction=0)
    return spread.argsort(descending=True, stable=True)[: min(channels, len(activation))]


def _masks(channels: torch.Tensor, size: torch.Size) -> torch.Tensor:
    """channels (n, h, w) -> (n, 1, S, S) in [0, 1]; a channel that is the same everywhere masks nothing out of zero."""
    large = interpolate(channels[:, None], size=tuple(size), mode="bilinear", align_corners=True)
    low, high = large.amin(dim=(2, 3), keepdim=True), large.amax(dim=(2, 3), keepdim=True)
    return (large - low) / (high - low + 1e-8)
