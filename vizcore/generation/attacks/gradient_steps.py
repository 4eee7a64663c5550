"""FGSM, BIM, PGD, MI-FGSM and the universal perturbation: one loop of gradient, step and projection.

FGSM is one step of it (Goodfellow et al. 2015), BIM several (Kurakin et al. 2017), PGD several from a random start
(Madry et al. 2018), MI-FGSM several with a memory (Dong et al. 2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from vizcore.generation.attacks.norms import NORMS, TINY, NormName, kept_within
from vizcore.generation.attacks.problem import Attempt, Problem
from vizcore.generation.gradients import loss_and_gradient


@dataclass(frozen=True)
class Walk:
    """How the loop moves. decay: 0 forgets every gradient, 1 adds them all up. radius, step: for values in [0, 1]."""

    norm: NormName
    radius: float
    step: float
    steps: int
    decay: float = 0.0


def walk(problem: Problem, start: torch.Tensor, how: Walk) -> Iterator[Attempt]:
    """From `start` up the loss; yields each state with the logits that the gradient cost anyway, then the last one."""
    pixels, memory = start, torch.zeros_like(start)
    for place in range(how.steps):
        logits, _loss, gradient = loss_and_gradient(problem.model, pixels, problem.goal.loss)
        yield Attempt(pixels, logits, starts=place == 0)
        if how.decay:
            gradient = memory = how.decay * memory + gradient / (gradient.abs().mean((1, 2, 3), keepdim=True) + TINY)
        moved = pixels + how.step * NORMS[how.norm].direction(gradient)
        pixels = kept_within(problem.clean, moved, how.norm, how.radius)
    yield Attempt(pixels, candidate=True)


def single_step(problem: Problem) -> Iterator[Attempt]:
    """FGSM: one step as long as the budget."""
    radius = problem.settings.radius("linf")
    return walk(problem, problem.clean, Walk("linf", radius, radius, 1))


def from_the_photo(problem: Problem) -> Iterator[Attempt]:
    """BIM: steps from the photo itself."""
    return walk(problem, problem.clean, _chosen(problem, "linf"))


def with_momentum(problem: Problem) -> Iterator[Attempt]:
    """MI-FGSM: gradients divided by their mean size and added up, which transfers better to other models."""
    return walk(problem, problem.clean, _chosen(problem, "linf", problem.settings.decay))


def from_random_linf(problem: Problem) -> Iterator[Attempt]:
    """PGD within a cube around the photo."""
    return _restarted(problem, _chosen(problem, "linf"))


def from_random_l2(problem: Problem) -> Iterator[Attempt]:
    """PGD within a sphere around the photo."""
    return _restarted(problem, _chosen(problem, "l2"))


def universal(problem: Problem) -> Iterator[Attempt]:
    """One change for all photos: the same loop on their summed gradients (Shafahi et al. 2020)."""
    how = _chosen(problem, "linf")
    change = torch.zeros_like(problem.clean[:1])
    for _ in range(how.steps):
        pixels = (problem.clean + change).clamp(0, 1)
        logits, _loss, gradient = loss_and_gradient(problem.model, pixels, problem.goal.loss)
        yield Attempt(pixels, logits)
        moved = change + how.step * NORMS[how.norm].direction(gradient.sum(0, keepdim=True))
        change = NORMS[how.norm].project(moved, how.radius)
    yield Attempt((problem.clean + change).clamp(0, 1), candidate=True)


def _restarted(problem: Problem, how: Walk) -> Iterator[Attempt]:
    for restart in range(problem.settings.restarts):
        generator = torch.Generator().manual_seed(problem.settings.seed + restart)
        change = NORMS[how.norm].random(problem.clean.shape, how.radius, generator).to(problem.clean)
        yield from walk(problem, (problem.clean + change).clamp(0, 1), how)


def _chosen(problem: Problem, norm: NormName, decay: float = 0.0) -> Walk:
    chosen = problem.settings
    return Walk(norm, chosen.radius(norm), chosen.step(norm, chosen.steps), chosen.steps, decay)
