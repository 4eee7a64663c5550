"""What does an attack want: a certain class, or any class but the first one?"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy


@dataclass(frozen=True, eq=False)
class Goal:
    """source (B,): what the model says now. target (B,): what it shall say; None means anything but the source."""

    source: torch.Tensor
    target: torch.Tensor | None = None

    def loss(self, logits: torch.Tensor) -> torch.Tensor:
        """(B,), to be climbed: cross-entropy of the source, or minus that of the target (Goodfellow et al. 2015)."""
        if self.target is None:
            return cross_entropy(logits, self.source, reduction="none")
        return -cross_entropy(logits, self.target, reduction="none")

    def margin(self, logits: torch.Tensor) -> torch.Tensor:
        """(B,): logits by which the goal is still missed; below 0 when it is reached (Carlini and Wagner 2017, f6)."""
        wanted = self.source if self.target is None else self.target
        inside = torch.nn.functional.one_hot(wanted, logits.shape[1]).bool()
        own = logits[inside]  # (B,)
        other = logits.masked_fill(inside, -torch.inf).amax(1)
        return own - other if self.target is None else other - own

    def reached(self, logits: torch.Tensor) -> torch.Tensor:
        """(B,) bool: whether the first answer is what the goal wants."""
        first = logits.argmax(1)
        return first != self.source if self.target is None else first == self.target

    def rival(self, logits: torch.Tensor) -> torch.Tensor:
        """(B,): the target, or the strongest class beside the source."""
        if self.target is not None:
            return self.target
        return logits.scatter(1, self.source[:, None], -torch.inf).argmax(1)
