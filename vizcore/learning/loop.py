"""One training loop for every network here: batches, early stop, the best state kept, one step at a time.

    loop = TrainingLoop(module, train, LoopSettings(epochs=10), validation=validation, transform=normalise)
    for step in loop.steps():
        ...                       # step.finished is the epoch's row after its last batch
    module.load_state_dict(loop.best_state, strict=False)

Between two steps nothing of the thread is changed, so that other work may run there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from vizcore.errors import TrainingDiverged
from vizcore.zoo.random_numbers import borrowed_generator

Transform = Callable[[torch.Tensor], torch.Tensor]
Augment = Callable[[torch.Tensor, torch.Generator], torch.Tensor]
State = dict[str, torch.Tensor]
EVALUATED_AT_ONCE = 64
RAN_AWAY = 1e6  # nats; also what a loss that is no number is not below


@dataclass(frozen=True, eq=False)
class Examples:
    """inputs (n, ...) of any type that `transform` takes; targets (n,) int64."""

    inputs: torch.Tensor
    targets: torch.Tensor

    def __post_init__(self) -> None:
        if len(self.inputs) != len(self.targets) or not len(self.targets):
            raise ValueError(f"expected as many inputs as targets, at least one, got {len(self.inputs)}")

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True)
class LoopSettings:
    """epochs: at most. patience: epochs without a lower validation loss before it stops; 0 = never early.

    budget_s: wall time of the loop's own work, waiting for turns not counted; 0 = none. cosine: the rate falls to zero
    along half a cosine. smoothing: label smoothing.
    """

    epochs: int = 10
    batch: int = 32
    learning_rate: float = 1e-3
    weight_decay: float = 1e-4
    patience: int = 0
    budget_s: float = 0.0
    cosine: bool = True
    smoothing: float = 0.0
    seed: int = 0


@dataclass(frozen=True)
class Epoch:
    """One row of the record. Losses in nats, accuracies in [0, 1]; NaN where there is no validation set.

    loss, accuracy: over the epoch's training batches as they were met, before each one's step. seconds: of work so far.
    """

    number: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    seconds: float


@dataclass(frozen=True)
class Step:
    """After one batch. step counts from 1 to total over all epochs; finished: the epoch that it completed, if any."""

    step: int
    total: int
    loss: float
    finished: Epoch | None = None


class TrainingLoop:
    """Trains what of `module` requires gradients; other parameters and, with `frozen_statistics`, BatchNorm stay.

    transform: inputs of one batch -> what the module takes (float, normalised), also for validation. augment: random
    change of a training batch, given a generator. groups: parameter groups of the optimiser, by default all that
    require gradients; a group's `lr` is kept. The optimiser is AdamW.
    """

    def __init__(
        self,
        module: nn.Module,
        train: Examples,
        settings: LoopSettings,
        *,
        validation: Examples | None = None,
        transform: Transform = lambda batch: batch,
        augment: Augment | None = None,
        groups: Sequence[dict[str, Any]] | None = None,
        frozen_statistics: bool = False,
    ) -> None:
        self.module, self.settings = module, settings
        self.epochs: list[Epoch] = []
        self.best_epoch = 0
        self.best_state: State = {}
        self.stopped_early = False
        self._train, self._validation = train, validation
        self._transform, self._augment = transform, augment
        self._frozen_statistics = frozen_statistics
        chosen = groups or [{"params": [each for each in module.parameters() if each.requires_grad]}]
        self._optimiser = torch.optim.AdamW(chosen, lr=settings.learning_rate, weight_decay=settings.weight_decay)
        self._rates = [float(group["lr"]) for group in self._optimiser.param_groups]
        self._generator = torch.Generator().manual_seed(settings.seed)
        self._work_s = 0.0
        self._batches = -(-len(train) // settings.batch)

    @property
    def total(self) -> int:
        """Steps, if nothing ends it early."""
        return self.settings.epochs * self._batches

    def steps(self) -> Iterator[Step]:
        """One after the other. TrainingDiverged when the loss is no longer a number; the best state so far stays.

        An epoch that the budget cuts short is validated and recorded as it stands.
        """
        for number in range(1, self.settings.epochs + 1):
            losses, right, seen = 0.0, 0, 0
            order = torch.randperm(len(self._train), generator=self._generator)
            for rows in torch.split(order, self.settings.batch):
                step = (number - 1) * self._batches + seen // self.settings.batch + 1
                started = time.perf_counter()
                loss, hits = self._one_batch(rows, step)
                self._work_s += time.perf_counter() - started
                losses, right, seen = losses + loss * len(rows), right + hits, seen + len(rows)
                ended = seen == len(self._train) or self._over_budget()
                yield Step(step, self.total, loss, self._finish(number, losses / seen, right / seen) if ended else None)
                if self._over_budget():
                    break
            if self._over_budget() or self._is_tired():
                self.stopped_early = step < self.total
                return

    def _one_batch(self, rows: torch.Tensor, step: int) -> tuple[float, int]:
        """Loss before the step, and how many of the batch were right."""
        settings = self.settings
        inputs, targets = self._train.inputs[rows], self._train.targets[rows]
        with borrowed_generator(), torch.enable_grad():
            torch.manual_seed(settings.seed * 1_000_003 + step)  # of dropout, whoever else draws in between
            self._set_training()
            self._set_rates(step)
            batch = self._augment(inputs, self._generator) if self._augment else inputs
            logits = self.module(self._transform(batch))
            loss = functional.cross_entropy(logits, targets.to(logits.device), label_smoothing=settings.smoothing)
            value = float(loss.detach())
            if not value < RAN_AWAY:
                raise TrainingDiverged(step=step, learning_rate=settings.learning_rate, loss=f"{value:.3g}")
            self._optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
            self.module.eval()
        return value, int((logits.detach().argmax(1).cpu() == targets).sum())

    def _set_training(self) -> None:
        self.module.train()
        if self._frozen_statistics:
            for part in self.module.modules():
                if isinstance(part, nn.modules.batchnorm._BatchNorm):
                    part.eval()

    def _set_rates(self, step: int) -> None:
        share = 0.5 * (1 + math.cos(math.pi * (step - 1) / self.total)) if self.settings.cosine else 1.0
        for group, rate in zip(self._optimiser.param_groups, self._rates, strict=True):
            group["lr"] = rate * share

    def _finish(self, number: int, loss: float, accuracy: float) -> Epoch:
        """Validates, keeps the state if it is the best so far, and writes the epoch's row."""
        started = time.perf_counter()
        valid = (math.nan, math.nan)
        if self._validation:
            valid = evaluated(self.module, self._validation, self._transform)
        self._work_s += time.perf_counter() - started
        row = Epoch(number, loss, accuracy, *valid, self._work_s)
        if not self.epochs or _judged(row) < _judged(self.epochs[self.best_epoch - 1]):
            self.best_epoch, self.best_state = number, learnt_state(self.module)
        self.epochs.append(row)
        return row

    def _is_tired(self) -> bool:
        return bool(self.settings.patience) and len(self.epochs) - self.best_epoch >= self.settings.patience

    def _over_budget(self) -> bool:
        return bool(self.settings.budget_s) and self._work_s >= self.settings.budget_s


def _judged(row: Epoch) -> float:
    """The lower the better: validation loss where there is one."""
    return row.loss if math.isnan(row.validation_loss) else row.validation_loss


def learnt_state(module: nn.Module) -> State:
    """Copies of all parameters that learn and of all buffers, on the CPU."""
    learning = {name for name, each in module.named_parameters() if each.requires_grad}
    learning |= {name for name, _ in module.named_buffers()}
    return {name: each.detach().cpu().clone() for name, each in module.state_dict().items() if name in learning}


def logits_of(module: nn.Module, inputs: torch.Tensor, transform: Transform = lambda batch: batch) -> torch.Tensor:
    """inputs (n, ...) -> logits (n, C) on the CPU, in eval mode, without gradients."""
    module.eval()
    with torch.no_grad():
        parts = [module(transform(part)).float().cpu() for part in torch.split(inputs, EVALUATED_AT_ONCE)]
    return torch.cat(parts)


def evaluated(module: nn.Module, examples: Examples, transform: Transform = lambda batch: batch) -> tuple[float, float]:
    """Mean cross entropy in nats and accuracy."""
    logits = logits_of(module, examples.inputs, transform)
    loss = functional.cross_entropy(logits, examples.targets)
    return float(loss), float((logits.argmax(1) == examples.targets).float().mean())
