"""What does the class lose when a channel is switched off? (Ablation-CAM, Desai and Ramaswamy 2020)"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from vizcore.features.evidence import BATCH, Evidence
from vizcore.features.score_cam import most_varying
from vizcore.zoo.hooks import changed_output


def ablation_cam(evidence: Evidence, channels: int) -> torch.Tensor:
    """Map (h, w): channels weighted by the share of the class's logit that is lost when the channel is zero everywhere.

    Only the `channels` that vary most over the picture are switched off, each of which costs a forward pass; the others
    weigh nothing. The loss is divided by the logit's size, so that a negative logit does not turn the map round (the
    paper divides by the logit, which is the same where it is positive).
    """
    chosen = most_varying(evidence.activation, channels)
    whole = float(evidence.logits[evidence.target])
    scores = []
    for start in range(0, len(chosen), BATCH):
        part = chosen[start : start + BATCH]
        with changed_output(evidence.model.stages[evidence.stage], _without(evidence, part)):
            scores.append(evidence.scores(evidence.pixels.expand(len(part), -1, -1, -1)))
    weights = (whole - torch.cat(scores).float()).to(evidence.activation.device) / max(abs(whole), 1e-6)
    return (weights.view(-1, 1, 1) * evidence.activation[chosen]).sum(0)


def _without(evidence: Evidence, channels: torch.Tensor) -> Callable[[torch.Tensor], torch.Tensor]:
    """Sets channel i of picture i to zero, wherever the stage keeps its channels (second for maps, last for tokens)."""

    def change(output: torch.Tensor) -> torch.Tensor:
        maps: Any = evidence.model.as_maps(output)
        second = maps.shape == output.shape and torch.equal(maps, output)
        changed = output.clone()
        laid_out = changed if second else changed.movedim(-1, 1)  # a view: (n, C, ...)
        for place, channel in enumerate(channels.tolist()):
            laid_out[place, channel] = 0
        return changed

    return change
