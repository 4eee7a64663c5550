"""How does a contestant written in torch learn one batch, and what does it say to digits?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from vizcore.learning.contest.contestants import Contestant
from vizcore.learning.contest.networks import CLASSES, SmallCnn, SmallVit
from vizcore.results import FloatArray
from vizcore.zoo.random_numbers import borrowed_generator

MEAN, DEVIATION = 0.1307, 0.3081  # of MNIST's 60,000 training digits, pixels in [0, 1]
TRUNK_RATE = 0.1  # of the rate, for what was learned on ImageNet


class TorchLearner:
    """A network, its optimiser and its own random numbers; the thread's modes and generator stay as they were.

    start: `imagenet` where pre-trained weights were found on this machine, else `noise`.
    """

    def __init__(self, row: Contestant, seed: int) -> None:
        self._row = row
        with borrowed_generator():
            torch.manual_seed(seed)
            self._random = torch.get_rng_state()
        with torch.inference_mode(False), self._own_random():
            self.module, self.start = built(row)
        self.parameters = sum(each.numel() for each in self.module.parameters())
        self._optimiser = self._made_optimiser()

    def learn(self, pictures: NDArray[np.uint8], labels: NDArray[np.int64], rate_share: float) -> float:
        """One step on these digits (B, 28, 28), at this share of the row's rate; the loss before it."""
        with torch.inference_mode(False), torch.enable_grad(), self._own_random():
            for group in self._optimiser.param_groups:
                group["lr"] = group["full_rate"] * rate_share
            self._train_mode()
            loss = functional.cross_entropy(self.module(self._inputs(pictures)), torch.from_numpy(labels.copy()))
            self._optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimiser.step()
            return float(loss.detach())

    def probabilities(self, pictures: NDArray[np.uint8]) -> FloatArray:
        """(n, 28, 28) -> (n, 10)."""
        self.module.eval()
        with torch.no_grad():
            found: FloatArray = self.module(self._inputs(pictures)).softmax(dim=1).numpy().astype(np.float64)
        return found

    def weights(self) -> Mapping[str, FloatArray]:
        """A copy of every tensor, batch statistics too."""
        state = self.module.state_dict()
        return {name: each.numpy().copy() for name, each in state.items() if each.is_floating_point()}

    def load(self, weights: Mapping[str, FloatArray]) -> None:
        """Puts weights back; ValueError where names or shapes differ."""
        state = {name: torch.from_numpy(np.asarray(each, np.float32)) for name, each in weights.items()}
        wanted = {name: each.shape for name, each in self.module.state_dict().items() if each.is_floating_point()}
        if wanted != {name: each.shape for name, each in state.items()}:
            raise ValueError(f"expected the tensors of {self._row.key}, got {len(state)} others")
        self.module.load_state_dict(state, strict=False)

    def _train_mode(self) -> None:
        """Batch statistics of pre-trained networks stay as ImageNet left them."""
        self.module.train()
        if self.start == "imagenet":
            for part in self.module.modules():
                if isinstance(part, nn.BatchNorm2d):
                    part.eval()

    def _inputs(self, pictures: NDArray[np.uint8]) -> torch.Tensor:
        """(B, 28, 28) uint8 -> (B, C, side, side): enlarged, in three equal channels where the network wants colour."""
        grey = torch.from_numpy(pictures.astype(np.float32)).div_(255)[:, None]
        if self._row.side != grey.shape[-1]:
            grey = functional.interpolate(grey, size=(self._row.side,) * 2, mode="bilinear", align_corners=False)
        grey = (grey - 0.5) / 0.5 if self._row.key == "efficientnet-lite0" else (grey - MEAN) / DEVIATION
        return grey.expand(-1, 3, -1, -1) if self._row.pretrained else grey

    def _made_optimiser(self) -> torch.optim.Optimizer:
        groups = []
        new, old = self._new_and_old()
        for parts, share in ((new, 1.0), (old, TRUNK_RATE if self.start == "imagenet" else 1.0)):
            if parts:
                groups.append({"params": parts, "full_rate": self._row.rate * share})
        if self._row.optimiser == "sgd":
            return torch.optim.SGD(groups, lr=self._row.rate, momentum=0.9, weight_decay=self._row.weight_decay)
        return torch.optim.AdamW(groups, lr=self._row.rate, weight_decay=self._row.weight_decay)

    def _new_and_old(self) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
        if not self._row.pretrained:
            return list(self.module.parameters()), []
        last = next(part for part in reversed(list(self.module.modules())) if isinstance(part, nn.Linear))
        new = {id(each) for each in last.parameters()}
        every = list(self.module.parameters())
        return [each for each in every if id(each) in new], [each for each in every if id(each) not in new]

    @contextmanager
    def _own_random(self) -> Iterator[None]:
        """Meanwhile torch's generator is this learner's (initial weights, dropout)."""
        with borrowed_generator():
            torch.set_rng_state(self._random)
            yield
            self._random = torch.get_rng_state()


def built(row: Contestant) -> tuple[nn.Module, str]:
    """The network with ten classes, and what it starts from: `imagenet` or `noise`."""
    if not row.pretrained:
        return SMALL[row.key](), "noise"
    module, start = _pretrained(row.pretrained)
    _put_new_head(module)
    return module.to(memory_format=torch.contiguous_format).requires_grad_(True), start


SMALL: Mapping[str, Callable[[], nn.Module]] = {"small-cnn": SmallCnn, "small-vit": SmallVit}


def _pretrained(key: str) -> tuple[nn.Module, str]:
    """torchvision's or timm's own class; with the card's weights where they are on this machine."""
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.load import load_model
    from vizcore.zoo.weights import availability

    found = card(key)
    if availability(found) in ("bundled", "here"):
        module: nn.Module = load_model(found, "cpu").module  # type: ignore[attr-defined]
        return module, "imagenet"
    builder = str(found.facts["builder"])
    if found.source == "package":
        import timm

        return timm.create_model(builder, pretrained=False), "noise"
    import torchvision

    return torchvision.models.get_model(builder, weights=None), "noise"


def _put_new_head(module: nn.Module) -> None:
    """Its last linear layer becomes a fresh one for ten classes."""
    path = [name for name, part in module.named_modules() if isinstance(part, nn.Linear)][-1]
    parent, _, name = path.rpartition(".")
    old = module.get_submodule(path)
    if not isinstance(old, nn.Linear):
        raise ValueError(f"expected a linear layer at {path}, got {type(old).__name__}")
    setattr(module.get_submodule(parent) if parent else module, name, nn.Linear(old.in_features, CLASSES))
