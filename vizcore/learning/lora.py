"""LoRA (Hu et al. 2021): a frozen ViT whose linear layers get a small product of two matrices beside them.

peft builds and runs the layers; what is learnt is kept under plain names, so that it is merged without peft too.
"""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import nn

from vizcore.zoo.session_models import DOWN, UP

ALPHA = 16  # peft's lora_alpha: the product is scaled by alpha / rank


def lora_targets(module: nn.Module, head: str) -> list[str]:
    """The linear layers that get an adapter, by path: all but the head and those inside torch's MultiheadAttention,
    whose projections are no modules that run. Empty for a CNN."""
    attention = tuple(f"{name}." for name, each in module.named_modules() if isinstance(each, nn.MultiheadAttention))
    names = [name for name, each in module.named_modules() if type(each) is nn.Linear and name != head]
    tokens = bool(attention) or any("attention" in type(each).__name__.lower() for each in module.modules())
    return [name for name in names if not name.startswith(attention)] if tokens else []


class LoraAdapter:
    """A network with adapters; the head learns as a whole.

    plain: the network itself, whose layers peft has put its own around. module: what is trained and called.
    """

    def __init__(self, plain: nn.Module, head: str, *, rank: int) -> None:
        from peft import LoraConfig, inject_adapter_in_model

        self.plain, self._head, self.rank = plain, head, rank
        self._targets = lora_targets(plain, head)
        config = LoraConfig(r=rank, lora_alpha=ALPHA, target_modules=self._targets, lora_dropout=0.0)
        self.module: nn.Module = inject_adapter_in_model(config, plain)
        plain.get_submodule(head).requires_grad_(True)

    def state(self) -> dict[str, torch.Tensor]:
        """The head's tensors under their names and, for each layer, `LAYER.lora_A` (rank, in) and `LAYER.lora_B`
        (out, rank), already scaled: the layer's weight grows by lora_B @ lora_A."""
        found = {
            f"{self._head}.{name}": each for name, each in self.plain.get_submodule(self._head).state_dict().items()
        }
        for target in self._targets:
            layer: Any = self.plain.get_submodule(target)
            found[f"{target}{DOWN}"] = layer.lora_A["default"].weight
            found[f"{target}{UP}"] = layer.lora_B["default"].weight * (ALPHA / self.rank)
        return {name: each.detach().clone() for name, each in found.items()}

    def merged(self) -> nn.Module:
        """A plain copy, the products added to the weights by peft."""

        network = copy.deepcopy(self.plain)
        for target in self._targets:
            layer: Any = network.get_submodule(target)
            layer.merge()
            network.set_submodule(target, layer.get_base_layer())
        return network
