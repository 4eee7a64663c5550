"""DeepFool: how far is the nearest border between two classes, if the model were linear here?

Moosavi-Dezfooli et al. 2016, with steps added up and overshot at the end, for one photo.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from vizcore.errors import InvalidOutput
from vizcore.generation.attacks.norms import TINY
from vizcore.generation.attacks.problem import Attempt, Problem
from vizcore.generation.gradients import recording


def nearest_border(problem: Problem) -> Iterator[Attempt]:
    """Linear steps to the nearest border until the first answer changes (to the target, where there is one)."""
    pixels, change = problem.clean, torch.zeros_like(problem.clean)
    source = int(problem.goal.source[0])
    for _ in range(problem.settings.steps):
        logits, gaps, normals = _borders(problem, pixels, source)
        reached = bool(problem.goal.reached(logits).all())
        yield Attempt(pixels, logits, candidate=reached)
        if reached:
            return
        lengths = normals.flatten(1).norm(dim=1).clamp_min(TINY)  # (K,)
        nearest = int((gaps / lengths).argmin())
        change = change + (gaps[nearest] / lengths[nearest] ** 2) * normals[nearest]
        pixels = (problem.clean + (1 + problem.settings.overshoot) * change).clamp(0, 1)
    yield Attempt(pixels, candidate=True)


def _borders(problem: Problem, pixels: torch.Tensor, source: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Logits (1, classes); for each candidate its gap behind the source (K,) and the border's normal (K, 3, S, S).

    The small amount added to the gap crosses a border instead of standing on it, as in foolbox.
    """
    with recording():
        leaf = pixels.detach().clone().requires_grad_(True)
        logits = problem.model.logits(leaf)
        if not torch.isfinite(logits).all():
            raise InvalidOutput(model=problem.model.card.key)
        rivals = _rivals(problem, logits.detach()[0], source)
        gaps = logits[0, source] - logits[0, rivals]  # (K,)
        normals = [-torch.autograd.grad(gap, leaf, retain_graph=True)[0][0] for gap in gaps]
    return logits.detach(), gaps.detach().abs() + 1e-4, torch.stack(normals)


def _rivals(problem: Problem, logits: torch.Tensor, source: int) -> list[int]:
    """The target alone, or the classes that follow the source."""
    if problem.goal.target is not None:
        return [int(problem.goal.target[0])]
    ranked = [int(i) for i in logits.argsort(descending=True) if int(i) != source]
    return ranked[: problem.settings.candidates]
