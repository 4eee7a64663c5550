"""What do the layers to be climbed say to a picture? The forward pass ends where nothing further is needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from vizcore.errors import ModelCannot, UnknownClass
from vizcore.features.maps import stage_name
from vizcore.generation.ideal.settings import IdealSettings, Target
from vizcore.zoo.hooks import first_tensor
from vizcore.zoo.protocols import FeatureModel

RECTIFIERS = (nn.ReLU, nn.ReLU6, nn.Hardswish, nn.SiLU)


@dataclass(frozen=True, eq=False)
class Reading:
    """logits (B, classes), None where no class is climbed; maps: stage -> (B, C, h, w)."""

    logits: torch.Tensor | None
    maps: dict[str, torch.Tensor]


class _Enough(Exception):
    """Every wanted stage has been seen: not an error, but the end of a forward pass."""


def read(model: FeatureModel, pixels: torch.Tensor, stages: Sequence[str], *, classes: bool, before: bool) -> Reading:
    """One forward pass of pixels (B, 3, S, S). before: take each stage before the ReLU with which it ends."""
    with _watched(model, stages, stop=not classes, before=before) as seen:
        logits = None
        with suppress(_Enough):
            logits = model.logits(pixels) if classes else model.embed(pixels)
    maps = {stage: model.as_maps(seen[stage]) for stage in stages}
    return Reading(logits if classes else None, maps)


def stages_of(model: FeatureModel, chosen: IdealSettings) -> tuple[str, ...]:
    """The stages that targets and the diversity term read, each once. ValueError for a stage that the model lacks."""
    wanted = [stage_name(model, target.stage) for target, _weight in chosen.targets if target.kind != "class"]
    if chosen.diversity and chosen.count > 1:
        wanted.append(stage_name(model, ""))
    return tuple(dict.fromkeys(wanted))


def check_targets(model: FeatureModel, chosen: IdealSettings) -> None:
    """Errors: ModelCannot for a class of a model without a head, UnknownClass for an index that it lacks."""
    for target, _weight in chosen.targets:
        if target.kind == "class" and not model.labels:
            raise ModelCannot(model=model.card.key, ability="classify")
        if target.kind == "class" and target.index >= len(model.labels):
            raise UnknownClass(wanted=target.index, model=model.card.key)


def name_of(model: FeatureModel, target: Target) -> str:
    """A name for people: "tabby, tabby cat", "layer4:17", "layer4:17@0.5,0.5" or "layer4"."""
    if target.kind == "class":
        return model.labels[target.index]
    stage = stage_name(model, target.stage)
    place = f"@{target.row:g},{target.column:g}" if target.kind == "unit" else ""
    return stage if target.kind == "stage" else f"{stage}:{target.index}{place}"


def mixed_name(mixed: Sequence[tuple[str, float]]) -> str:
    """Both targets by their first names, with their weights: "0.5 · tabby − 0.5 · golden retriever"."""
    pieces = [f"{'−' if weight < 0 else '+'} {abs(weight):.2g} · {name.split(',')[0]}" for name, weight in mixed]
    return " ".join(pieces).removeprefix("+ ")


@contextmanager
def _watched(
    model: FeatureModel, stages: Sequence[str], *, stop: bool, before: bool
) -> Iterator[dict[str, torch.Tensor]]:
    """Fills a dict with the stages' outputs; with `stop`, the last of them ends the forward pass by `_Enough`.

    before: what goes into a stage's last ReLU, where that is what the stage ends with. A stage with a linear end (the
    inverted residuals of EfficientNet, MobileNet) is its own pre-activation: its last ReLU lies inside a block.
    """
    seen: dict[str, torch.Tensor] = {}
    rectified: dict[str, tuple[torch.Tensor, torch.Tensor]] = {}  # stage -> into its last ReLU, out of it

    def after(stage: str) -> Any:
        def hook(module: nn.Module, args: Any, output: Any) -> None:
            given, made = rectified.get(stage, (None, None))
            ends = first_tensor(output)
            seen[stage] = given if given is not None and made is ends else ends
            if stop and seen.keys() >= set(stages):
                raise _Enough

        return hook

    def ahead(stage: str) -> Any:
        def hook(module: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
            rectified[stage] = args[0], args[0]  # the last call of the stage is the one that stays
            return (args[0].clone(), *args[1:])  # an in-place ReLU must not overwrite it

        return hook

    def behind(stage: str) -> Any:
        def hook(module: nn.Module, args: Any, output: torch.Tensor) -> None:
            rectified[stage] = rectified[stage][0], output

        return hook

    with ExitStack() as stack:
        for stage in stages:
            rectifier = last_rectifier(model.stages[stage]) if before else None
            if rectifier is not None:
                stack.callback(rectifier.register_forward_pre_hook(ahead(stage)).remove)
                stack.callback(rectifier.register_forward_hook(behind(stage)).remove)
            stack.callback(model.stages[stage].register_forward_hook(after(stage)).remove)
        yield seen


def last_rectifier(stage: nn.Module) -> nn.Module | None:
    """The stage's last ReLU-like module, or None: then the stage is its own pre-activation."""
    found = [module for module in stage.modules() if isinstance(module, RECTIFIERS)]
    return found[-1] if found else None
