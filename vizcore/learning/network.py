"""Operations that change a network on photos: fine-tuning, LoRA on a ViT, and the same network from scratch.

All three work on a copy of the loaded model, one batch a turn, and yield a Snapshot after each.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from vizcore.errors import ModelCannot
from vizcore.learning.heads import fit_linear, softmax
from vizcore.learning.judged import Taught
from vizcore.learning.loop import Examples, LoopSettings, TrainingLoop, logits_of
from vizcore.learning.lora import LoraAdapter, lora_targets
from vizcore.learning.old_classes import forgetting
from vizcore.learning.split import PART_NAMES, TEST, TRAIN, VALIDATION
from vizcore.learning.training_pictures import flipped_and_shifted, initialised_anew, normaliser, prepared_batch, unit
from vizcore.photo import Photo
from vizcore.provenance import provenance_of
from vizcore.snapshots import Snapshot, in_background
from vizcore.zoo.feature_models import TorchFeatureModel
from vizcore.zoo.random_numbers import borrowed_generator

PREPARED_AT_ONCE = 16
RANK = 8

NetworkMethod = Literal["finetune", "lora", "scratch"]
RATES: dict[str, float] = {"finetune": 1e-4, "lora": 1e-3, "scratch": 1e-3}


@dataclass(frozen=True, eq=False)
class NetworkTask:
    """classes (n,) into labels and parts (n,) of the photos. learning_rate: 0 takes the method's own (RATES).

    old: photos of other things, to see what the network forgets; they are looked at before and after. old_names: what
    each shows, in English, "" where that is not known.
    """

    classes: NDArray[np.int64]
    parts: NDArray[np.int8]
    labels: tuple[str, ...]
    method: NetworkMethod
    epochs: int = 6
    batch: int = 16
    learning_rate: float = 0.0
    patience: int = 3
    seed: int = 0
    rank: int = RANK
    budget_s: float = 600.0
    old: tuple[Photo, ...] = ()
    old_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class NetworkSettings:
    """What stands in the provenance of a NetworkTask."""

    method: str
    epochs: int
    batch: int
    learning_rate: float
    patience: int
    seed: int
    rank: int


@in_background
def learn_network(model: TorchFeatureModel, photo: tuple[Photo, ...], settings: NetworkTask) -> Iterator[Snapshot]:
    """A long operation. Values: loss, and at each epoch's end accuracy, validation_loss, validation_accuracy.

    Errors: ModelCannot for LoRA on a network without linear layers inside (a CNN) and for a model without a head;
    TrainingDiverged. Stopped early it keeps the epoch with the lowest validation loss.
    """
    if not model.card.facts.get("head"):
        raise ModelCannot(model=model.card.key, ability="finetune")
    if settings.method == "lora" and not lora_targets(model.module, str(model.card.facts["head"])):
        raise ModelCannot(model=model.card.key, ability="lora")
    total = -(-len(photo) // PREPARED_AT_ONCE) + settings.epochs * -(
        -int((settings.parts == TRAIN).sum()) // settings.batch
    )
    parts = []
    for start in range(0, len(photo), PREPARED_AT_ONCE):
        parts.append(prepared_batch(model, photo[start : start + PREPARED_AT_ONCE]))
        yield Snapshot(len(parts), total)
    yield from _Run(model, torch.cat(parts), photo, settings, total, len(parts)).snapshots()


class _Run:
    """One training: the copy that learns, its loop, and the answers of its best state so far."""

    def __init__(
        self,
        model: TorchFeatureModel,
        inputs: torch.Tensor,
        photos: tuple[Photo, ...],
        task: NetworkTask,
        total: int,
        done: int,
    ) -> None:
        self._model, self._inputs, self._photos, self._task = model, inputs, photos, task
        self._total, self._done = total, done
        self._transform = normaliser(model)
        self._head = str(model.card.facts["head"])
        self._targets = torch.from_numpy(np.asarray(task.classes, np.int64))
        self._adapter: LoraAdapter | None = None
        self._best = -1
        self._answer: Taught | None = None

    def snapshots(self) -> Iterator[Snapshot]:
        started = time.perf_counter()
        module = self._start()
        rate = self._task.learning_rate or RATES[self._task.method]
        settings = LoopSettings(
            epochs=self._task.epochs, batch=self._task.batch, learning_rate=rate, patience=self._task.patience,
            budget_s=self._task.budget_s, seed=self._task.seed,
        )  # fmt: skip
        loop = TrainingLoop(
            module,
            self._examples(TRAIN),
            settings,
            validation=self._examples(VALIDATION) if (self._task.parts == VALIDATION).any() else None,
            transform=self._transform,
            augment=flipped_and_shifted,
            groups=self._groups(module, rate),
            frozen_statistics=self._task.method != "scratch",
        )
        first = time.perf_counter() - started
        for step in loop.steps():
            values = {"loss": step.loss}
            if row := step.finished:
                values |= {"train_loss": row.loss, "accuracy": row.accuracy}
                if row.validation_loss == row.validation_loss:
                    values |= {"validation_loss": row.validation_loss, "validation_accuracy": row.validation_accuracy}
                if loop.best_epoch != self._best:
                    self._best = loop.best_epoch
                    self._answer = self._judge(module, loop, first)
            yield Snapshot(min(self._total, self._done + step.step), self._total, values, result=self._answer)
        answer = self._finished(module, loop, first)
        yield Snapshot(self._total, self._total, result=answer)

    def _start(self) -> nn.Module:
        """The copy that learns, with a head for the new classes; what stays frozen requires no gradient."""
        task = self._task
        module = copy.deepcopy(self._model.module).requires_grad_(False)
        old: nn.Linear = module.get_submodule(self._head)  # type: ignore[assignment]
        with borrowed_generator():
            torch.manual_seed(task.seed)
            head = nn.Linear(old.in_features, len(task.labels)).to(old.weight.device)
            if task.method == "scratch":
                module = initialised_anew(module)
            else:
                self._probe_into(head)
            module.set_submodule(self._head, head)
            if task.method == "lora":
                self._adapter = LoraAdapter(module, self._head, rank=task.rank)
                return self._adapter.module
        return module.requires_grad_(True)

    def _probe_into(self, head: nn.Linear) -> None:
        """Head first: the linear probe on the untouched features, exactly solved (Kumar et al. 2022, LP-FT)."""
        rows = np.flatnonzero(self._task.parts == TRAIN)
        with torch.inference_mode():
            found = [self._model.embed(unit(part)) for part in torch.split(self._inputs[rows], PREPARED_AT_ONCE)]
        vectors = torch.cat(found).float().cpu().numpy()
        probe, _ = fit_linear(vectors, self._task.classes[rows], len(self._task.labels))
        with torch.no_grad():
            head.weight.copy_(torch.from_numpy(probe.weight))
            head.bias.copy_(torch.from_numpy(probe.bias))

    def _groups(self, module: nn.Module, rate: float) -> list[dict[str, Any]]:
        """The head at ten times the rate of what lies before it in fine-tuning; one rate otherwise."""
        head = {id(each) for each in self._head_module(module).parameters()}
        learning = [each for each in module.parameters() if each.requires_grad]
        trunk = [each for each in learning if id(each) not in head]
        heads = [each for each in learning if id(each) in head]
        faster = 10 * rate if self._task.method == "finetune" else rate
        return [{"params": trunk, "lr": rate}, {"params": heads, "lr": faster}]

    def _head_module(self, module: nn.Module) -> nn.Module:
        plain = self._adapter.plain if self._adapter else module
        return plain.get_submodule(self._head)

    def _examples(self, part: int) -> Examples:
        rows = torch.from_numpy(np.flatnonzero(self._task.parts == part))
        return Examples(self._inputs[rows], self._targets[rows])

    def _judge(self, module: nn.Module, loop: TrainingLoop, before_s: float) -> Taught:
        """The test and validation answers of the module as it is now."""
        task, rows = self._task, np.flatnonzero(self._task.parts == TEST)
        held = np.flatnonzero(task.parts == VALIDATION)
        logits = logits_of(
            module, self._inputs[torch.from_numpy(np.concatenate([rows, held]))], self._transform
        ).numpy()
        shares = softmax(logits)
        curves = {"loss": "loss", "accuracy": "accuracy"}
        if len(held):
            curves |= {name: name for name in ("validation_loss", "validation_accuracy")}
        rate = task.learning_rate or RATES[task.method]
        known = NetworkSettings(task.method, task.epochs, task.batch, rate, task.patience, task.seed, task.rank)
        return Taught(
            provenance_of("learn_network", self._model, self._photos, known),
            method=task.method,
            backbone=self._model.card.key,
            labels=task.labels,
            rows=rows,
            truth=task.classes[rows],
            probabilities=shares[: len(rows)],
            validation_truth=task.classes[held],
            validation_probabilities=shares[len(rows) :],
            counts={name: int((task.parts == part).sum()) for part, name in enumerate(PART_NAMES)},
            curves={name: tuple(getattr(row, name) for row in loop.epochs) for name in curves},
            best=loop.best_epoch - 1,
            parameters=self._learnt(module),
            seconds=before_s + loop.epochs[-1].seconds,
        )

    def _learnt(self, module: nn.Module) -> dict[str, NDArray[np.float32]]:
        """The numbers to keep: of LoRA the head and the small matrices, else the whole network."""
        state = self._adapter.state() if self._adapter else module.state_dict()
        return {name: each.detach().cpu().numpy().copy() for name, each in state.items()}

    def _finished(self, module: nn.Module, loop: TrainingLoop, before_s: float) -> Taught:
        """The best state's answers with the whole record of the curves, and what was forgotten."""
        module.load_state_dict(loop.best_state, strict=False)
        answer = self._judge(module, loop, before_s)
        if not self._task.old or self._task.method == "scratch":
            return answer
        before, after = self._old_answers(self._model.module), self._old_answers(self._with_old_head(module))
        return replace(answer, forgetting=forgetting(before, after, self._task.old_names, self._model.labels))

    def _with_old_head(self, module: nn.Module) -> nn.Module:
        plain = copy.deepcopy(self._adapter.merged() if self._adapter else module)
        plain.set_submodule(self._head, copy.deepcopy(self._model.module.get_submodule(self._head)))
        return plain.eval()

    def _old_answers(self, module: nn.Module) -> torch.Tensor:
        pixels = torch.cat([prepared_batch(self._model, (each,)) for each in self._task.old])
        return logits_of(module, pixels, self._transform).argmax(1)
