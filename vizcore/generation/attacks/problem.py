"""What does an attack method start from, and what does it say of itself after each step?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch

from vizcore.generation.attacks.goals import Goal
from vizcore.generation.attacks.norms import NormName
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.zoo.protocols import FeatureModel


@dataclass(frozen=True, eq=False)
class Problem:
    """clean (B, 3, S, S) in [0, 1] on the model's device, the goal, and what was chosen."""

    model: FeatureModel
    clean: torch.Tensor
    goal: Goal
    settings: AttackSettings


@dataclass(frozen=True, eq=False)
class Attempt:
    """One state of an attack.

    pixels (B, 3, S, S): the pictures now. logits (B, classes): the model's answer to them, None where the method did
    not ask (it is then asked of the 8-bit picture). candidate: whether this state may become the attack's answer.
    starts: whether a walk begins here.
    """

    pixels: torch.Tensor
    logits: torch.Tensor | None = None
    candidate: bool = False
    starts: bool = False


Method = Callable[[Problem], Iterator[Attempt]]


@dataclass(frozen=True)
class Attack:
    """One row of the table: how it moves, how its change is measured, and which settings it listens to.

    budget: whether epsilon limits it; the others look for the smallest change instead. together: one change for
    several photos. length: the number of steps that a progress bar counts to. suggested: what to start from. title,
    words: its name and what it does, in one sentence. formula: the same in LaTeX. quick: answers within a second on a
    bundled model.
    """

    method: Method
    norm: NormName
    budget: bool
    listens_to: tuple[str, ...]
    length: Callable[[AttackSettings], int]
    suggested: AttackSettings
    title: str
    words: str
    formula: str
    together: bool = False
    quick: bool = False
