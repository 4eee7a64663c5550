"""Carlini-Wagner L2: which change has the smallest length among those that succeed by `kappa` logits?

Carlini and Wagner 2017, section V: Adam in tanh space on |change|^2 + c * max(margin, -kappa), with the binary search
over c of their section V-C as an option.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch

from vizcore.errors import InvalidOutput
from vizcore.generation.attacks.problem import Attempt, Problem
from vizcore.generation.gradients import recording

EDGE = 1 - 1e-6  # tanh reaches 0 and 1 nowhere, so black and white start just beside them


def smallest_change(problem: Problem) -> Iterator[Attempt]:
    """`searches` runs of Adam, each with another weight of success; candidates are the shortest successes so far."""
    weight, lower, upper = problem.settings.constant, 0.0, float("inf")
    shortest = float("inf")
    for _ in range(problem.settings.searches):
        succeeded = False
        for pixels, logits, length in _descent(problem, weight):
            good = bool((problem.goal.margin(logits) <= -problem.settings.kappa).all())
            good = good and bool(problem.goal.reached(logits).all())
            better, succeeded = good and length < shortest, succeeded or good
            shortest = length if better else shortest
            yield Attempt(pixels, logits, candidate=better)
        lower, upper = (lower, min(upper, weight)) if succeeded else (max(lower, weight), upper)
        weight = (lower + upper) / 2 if upper < float("inf") else 10 * weight


def _descent(problem: Problem, weight: float) -> Iterator[tuple[torch.Tensor, torch.Tensor, float]]:
    """(pixels, logits, length of the change) of every step."""
    chosen = problem.settings
    free = torch.atanh((problem.clean * 2 - 1) * EDGE)
    optimiser = torch.optim.Adam([free], lr=chosen.learning_rate)
    for _ in range(chosen.steps):
        with recording():
            leaf = free.detach().clone().requires_grad_(True)
            pixels = (torch.tanh(leaf) + 1) / 2
            logits = problem.model.logits(pixels)
            squared = (pixels - problem.clean).square().sum()
            loss = squared + weight * problem.goal.margin(logits).clamp_min(-chosen.kappa).sum()
            (free.grad,) = torch.autograd.grad(loss, leaf)
        if not (torch.isfinite(loss) and torch.isfinite(free.grad).all()):
            raise InvalidOutput(model=problem.model.card.key)
        yield pixels.detach(), logits.detach(), float(squared.detach()) ** 0.5
        optimiser.step()
