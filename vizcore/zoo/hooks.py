"""Reads a model's inner activations, gradients and attention, and leaves the model exactly as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn


@contextmanager
def captured(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, torch.Tensor]]:
    """`with captured({"layer4": m.layer4}) as maps: m(batch)` fills maps["layer4"] with that layer's output."""
    seen: dict[str, torch.Tensor] = {}

    def keep(name: str) -> Callable[[nn.Module, Any, Any], None]:
        return lambda module, args, output: seen.__setitem__(name, first_tensor(output))

    with ExitStack() as stack:
        for name, layer in layers.items():
            stack.callback(layer.register_forward_hook(keep(name)).remove)
        yield seen


@contextmanager
def captured_input(layer: nn.Module) -> Iterator[list[torch.Tensor]]:
    """The first argument of every call of `layer` made inside, in order."""
    seen: list[torch.Tensor] = []
    handle = layer.register_forward_pre_hook(lambda module, args: seen.append(args[0]))
    try:
        yield seen
    finally:
        handle.remove()


@contextmanager
def differentiable_from(layers: Mapping[str, nn.Module]) -> Iterator[dict[str, torch.Tensor]]:
    """Like `captured`, but gradients can be taken with respect to what is captured.

    The first layer reached becomes the start of the graph: everything below it runs without gradients, so that a
    class map costs hardly more than one forward pass. Parameters stay frozen.
    """
    seen: dict[str, torch.Tensor] = {}

    def keep(name: str) -> Callable[[nn.Module, Any, Any], Any]:
        def hook(module: nn.Module, args: Any, output: Any) -> Any:
            tensor = first_tensor(output)
            if not tensor.requires_grad:
                tensor = tensor.detach().requires_grad_(True)
            seen[name] = tensor
            return (tensor, *output[1:]) if isinstance(output, tuple) else tensor

        return hook

    with ExitStack() as stack:
        for name, layer in layers.items():
            stack.callback(layer.register_forward_hook(keep(name)).remove)
        stack.enter_context(torch.enable_grad())
        yield seen


@contextmanager
def changed_output(layer: nn.Module, change: Callable[[torch.Tensor], torch.Tensor]) -> Iterator[None]:
    """Every output of `layer` inside goes through `change` before the next layer sees it."""

    def hook(module: nn.Module, args: Any, output: Any) -> Any:
        changed = change(first_tensor(output))
        return (changed, *output[1:]) if isinstance(output, tuple) else changed

    handle = layer.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def torch_attention_kept(layers: list[nn.Module]) -> Iterator[list[torch.Tensor]]:
    """Attention (B, heads, N, N) of each `nn.MultiheadAttention` called inside, in order of the calls."""
    seen: list[torch.Tensor] = []

    def ask(module: nn.Module, args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        return args, {**kwargs, "need_weights": True, "average_attn_weights": False}

    with ExitStack() as stack:
        for layer in layers:
            stack.callback(layer.register_forward_pre_hook(ask, with_kwargs=True).remove)
            keep = layer.register_forward_hook(lambda module, args, output: seen.append(output[1]))
            stack.callback(keep.remove)
        yield seen


def first_tensor(output: Any) -> torch.Tensor:
    """A layer's output, or the first of several."""
    tensor = output[0] if isinstance(output, (tuple, list)) else output
    if not isinstance(tensor, torch.Tensor):
        raise ValueError(f"expected a tensor from the layer, got {type(tensor).__name__}")
    return tensor
