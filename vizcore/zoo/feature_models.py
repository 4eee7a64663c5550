"""CNNs and ViTs behind one face: whatever library a classifier came from, it is asked the same questions.

Everything that differs between models stands in the card's `facts`: `stages` (name -> module path, shallow to deep),
`cam_stage`, `head` (path of the last linear layer, "" without one), `layout` ("nchw", "nhwc" or "tokens") and
`prefix_tokens` ([CLS] and registers before the patch tokens).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import torch
from torch import nn

from vizcore.errors import ModelCannot
from vizcore.photo import Photo
from vizcore.preprocessing.recipes import RECIPES, Prepared
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.fast_answers import FastAnswers, fast_answer
from vizcore.zoo.hooks import captured_input, first_tensor, torch_attention_kept


class TorchFeatureModel:
    """A torchvision-style classifier: one call gives logits. Parameters frozen, eval mode, inputs in [0, 1].

    fast: another runtime that may answer in the network's place, see `vizcore.zoo.fast_answers`.
    """

    fast: FastAnswers | None = None

    def __init__(
        self, card: ModelCard, module: nn.Module, labels: Sequence[str], weights_sha256: str, device: str
    ) -> None:
        self.card, self.module, self.labels = card, module.eval().requires_grad_(False), tuple(labels)
        self.weights_sha256, self.device = weights_sha256, device
        self.recipe = RECIPES[card.recipe]
        paths = card.facts["stages"]
        self.stages: Mapping[str, nn.Module] = {name: module.get_submodule(path) for name, path in paths.items()}
        self.to_device(device)

    def to_device(self, device: str) -> None:
        """Moves the weights; CNNs are kept channels-last, which convolutions prefer."""
        self.device = device
        layout = torch.channels_last if self.card.family == "cnn" else torch.preserve_format
        self.module.to(device=device, memory_format=layout)  # type: ignore[call-overload]
        self._mean = torch.tensor(self.recipe.mean, device=device).view(1, 3, 1, 1)
        self._deviation = torch.tensor(self.recipe.deviation, device=device).view(1, 3, 1, 1)

    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers."""
        tensors = [*self.module.parameters(), *self.module.buffers()]
        return sum(t.numel() * t.element_size() for t in tensors)

    def prepare(self, photo: Photo) -> Prepared:
        """The photo after the recipe of the card, before normalisation."""
        return self.recipe.prepare(photo)

    def pixels(self, prepared: Sequence[Prepared]) -> torch.Tensor:
        """(B, 3, S, S) float in [0, 1] on the model's device."""
        batch = torch.stack([torch.from_numpy(each.rgb.copy()) for each in prepared]).to(self.device)
        return batch.permute(0, 3, 1, 2).float() / 255

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels (B, 3, S, S) in [0, 1] -> (B, classes); ModelCannot for a model without a head."""
        if not self.labels:
            raise ModelCannot(model=self.card.key, ability="classify")
        if found := fast_answer(self, pixels):
            return found["logits"]
        with self._precision():
            return self._output(self._normalised(pixels)).float()

    def embed(self, pixels: torch.Tensor) -> torch.Tensor:
        """pixels (B, 3, S, S) in [0, 1] -> (B, D): what the head is given, or [CLS] where there is no head."""
        if found := fast_answer(self, pixels):
            return found["embedding"]
        head = str(self.card.facts.get("head", ""))
        with self._precision():
            if not head:
                return self._output(self._normalised(pixels)).float()
            with captured_input(self.module.get_submodule(head)) as seen:
                self._output(self._normalised(pixels))
        return seen[0].flatten(1).float()

    def both(self, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Embedding and logits of one forward pass."""
        if found := fast_answer(self, pixels):
            return found["embedding"], found["logits"]
        with captured_input(self.module.get_submodule(str(self.card.facts["head"]))) as seen:
            logits = self.logits(pixels)
        return seen[0].flatten(1).float(), logits

    def as_maps(self, activation: torch.Tensor) -> torch.Tensor:
        """An activation of a stage -> (B, C, h, w): prefix tokens dropped, square grid, channels first."""
        layout = self.card.facts.get("layout", "nchw")
        if layout == "nhwc":
            return activation.permute(0, 3, 1, 2)
        if layout == "tokens" and activation.ndim == 3:
            patches = activation[:, self.prefix_tokens :]
            side = round(patches.shape[1] ** 0.5)
            return patches.transpose(1, 2).reshape(*patches.shape[::2], side, side)
        return activation

    @property
    def prefix_tokens(self) -> int:
        """Tokens before the first patch: [CLS] and registers."""
        return self.card.facts.get("prefix_tokens", 0)

    @property
    def has_attention(self) -> bool:
        """Whether `attentions` answers: global attention over all tokens."""
        return self.card.facts.get("layout") == "tokens"

    def attentions(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        """Attention (B, heads, N, N) of every layer, first layer first; each row sums to 1."""
        if not self.has_attention:
            raise ModelCannot(model=self.card.key, ability="attention")
        return [weights.float() for weights in self._attentions(self._normalised(pixels))]

    def _attentions(self, normalised: torch.Tensor) -> list[torch.Tensor]:
        layers = [m for m in self.module.modules() if isinstance(m, nn.MultiheadAttention)]
        with torch_attention_kept(list(layers)) as seen:
            self._output(normalised)
        return seen

    def _normalised(self, pixels: torch.Tensor) -> torch.Tensor:
        normalised = (pixels - self._mean) / self._deviation
        return normalised.contiguous(memory_format=torch.channels_last) if self.card.family == "cnn" else normalised

    def _output(self, normalised: torch.Tensor) -> torch.Tensor:
        return first_tensor(self.module(normalised))

    def _precision(self) -> AbstractContextManager[Any]:
        """bf16 on CUDA when nobody asked for gradients; full precision otherwise."""
        fast = self.device.startswith("cuda") and torch.is_inference_mode_enabled()
        return torch.autocast("cuda" if fast else "cpu", torch.bfloat16, enabled=fast)


class TransformersModel(TorchFeatureModel):
    """A model of transformers with eager attention.

    The first question for attention leaves hooks of transformers' own in the network for good. It is asked here, so
    that the network never changes between two visitors.
    """

    def __init__(
        self, card: ModelCard, module: nn.Module, labels: Sequence[str], weights_sha256: str, device: str
    ) -> None:
        super().__init__(card, module, labels, weights_sha256, device)
        with torch.no_grad():
            self._attentions(torch.zeros(1, 3, self.recipe.size, self.recipe.size, device=device))


class HuggingFaceFeatureModel(TransformersModel):
    """Without a head its answer is the [CLS] token of the last layer."""

    def _output(self, normalised: torch.Tensor) -> torch.Tensor:
        output = self.module(pixel_values=normalised)
        return output.logits if self.labels else output.last_hidden_state[:, 0]  # type: ignore[no-any-return]

    def _attentions(self, normalised: torch.Tensor) -> list[torch.Tensor]:
        return list(self.module(pixel_values=normalised, output_attentions=True).attentions)
