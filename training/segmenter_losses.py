"""What a batch of prompts teaches `sam-mini`."""

from __future__ import annotations

import itertools

import torch
from torch.nn import functional as F

from training.prompt_batches import MOST_TRUTHS


def mask_losses(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy + 3 x soft Jaccard loss of logits (N, M, h, w) against each of targets (N, T, h, w) -> (N, T, M).

    Targets are in [0, 1]. Cross-entropy of logits x and a target t is the mean of softplus(x) - x t.
    """
    logits, targets = logits.flatten(2), targets.flatten(2)
    cells = logits.shape[-1]
    share = logits.sigmoid()
    entropy = (F.softplus(logits).sum(2)[:, None] - targets @ logits.mT) / cells
    shared = targets @ share.mT
    jaccard = 1 - (shared + 0.5) / (share.sum(2)[:, None] + targets.sum(2)[..., None] - shared + 0.5)
    return entropy + 3 * jaccard


def ordered_loss(losses: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
    """The least mean loss of giving each prompt's truths, by size, to masks in the same order: (N, 3, 3) -> (N,).

    Of `losses` (N, truth, mask) the first `counts` (N,) truths are there. One truth goes to the best of the three
    masks, three truths to one mask each: so the masks become subpart, part and whole.
    """
    found = torch.zeros(len(losses), device=losses.device)
    for truths in range(1, MOST_TRUTHS + 1):
        ways = itertools.combinations(range(losses.shape[2]), truths)
        costs = torch.stack([losses[:, list(range(truths)), list(way)].mean(1) for way in ways], dim=1)
        found = torch.where(counts == truths, costs.amin(1), found)
    return found


def true_iou(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """IoU of logits > 0 (N, M, h, w) with targets > 0.5 (N, h, w) -> (N, M)."""
    found, wanted = (logits > 0).flatten(2).float(), (targets > 0.5).flatten(1).float()
    shared = torch.einsum("nmc,nc->nm", found, wanted)
    return shared / (found.sum(2) + wanted.sum(1)[:, None] - shared).clamp(min=1)
