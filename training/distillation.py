"""How the ViT follows the finished CNN: its answers (Hinton et al. 2015) and, place by place, what it sees.

Both cut a picture into the same grid of 16 px cells, so every patch token has one cell of the CNN's maps to match
(dense features teach far more per picture than one label does: DearKD, Chen et al. 2022).
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F

from training.precision import half_precision
from training.shipping import load_weights
from vizcore.zoo.bundled.mini_classifiers import MiniResNet, MiniViT, cnn_mini

EARLY_BLOCK = 3  # the token layer that follows the CNN's `layer3`; the last one follows `layer4`


class Teacher:
    """A trained `cnn-mini`, frozen: `maps` holds what `layer3` and `layer4` gave for the pictures last seen.

    `thumbnails_only`: its answers count on thumbnails alone, as natural photos have EfficientNet-Lite2's.
    """

    def __init__(self, file: Path, *, thumbnails_only: bool = False) -> None:
        self.thumbnails_only = thumbnails_only
        self._model: MiniResNet = cnn_mini().to(memory_format=torch.channels_last).eval()
        self._model.load_state_dict(load_weights(file))
        self.maps: list[torch.Tensor] = [torch.empty(0), torch.empty(0)]
        for place, stage in enumerate((self._model.layer3, self._model.layer4)):
            stage.register_forward_hook(lambda _, __, out, at=place: self.maps.__setitem__(at, out.float()))

    @torch.no_grad()
    def __call__(self, pixels: torch.Tensor) -> torch.Tensor:
        """Logits (B, 104)."""
        return self._model(pixels).float()


class TokenFollower(nn.Module):
    """Linear readings of a ViT's patch tokens that are compared with the teacher's maps; thrown away afterwards."""

    def __init__(self, width: int = 192) -> None:
        super().__init__()
        self.readings = nn.ModuleList([nn.Linear(width, 128), nn.Linear(width, 256)])
        self._tokens: list[torch.Tensor] = [torch.empty(0), torch.empty(0)]

    def watch(self, model: MiniViT) -> None:
        for place, layer in enumerate((model.encoder.layers[EARLY_BLOCK - 1], model.encoder)):
            layer.register_forward_hook(lambda _, __, out, at=place: self._tokens.__setitem__(at, out[:, 1:]))

    def loss(self, maps: list[torch.Tensor]) -> torch.Tensor:
        """Mean squared distance to the maps after a layer norm of both over the channels; about 1 before training."""
        total = torch.zeros(())
        for reading, tokens, seen in zip(self.readings, self._tokens, maps, strict=True):
            with half_precision():
                mine = reading(tokens).float()
            theirs = seen.flatten(2).transpose(1, 2)
            width = (theirs.shape[-1],)
            total = total + F.mse_loss(F.layer_norm(mine, width), F.layer_norm(theirs, width)) / 2
        return total


def follow_loss(logits: torch.Tensor, teacher_logits: torch.Tensor, temperature: float = 2.0) -> torch.Tensor:
    """KL from the teacher's softened answer, scaled by temperature squared (Hinton et al. 2015)."""
    soft = (teacher_logits / temperature).softmax(1)
    return F.kl_div((logits / temperature).log_softmax(1), soft, reduction="batchmean") * temperature**2


def blended_loss(
    parts: tuple[torch.Tensor, torch.Tensor],
    logits: torch.Tensor,
    teacher_logits: torch.Tensor,
    thumbnails: int,
    *,
    thumbnails_only: bool,
) -> torch.Tensor:
    """What thumbnails and photos teach by themselves, and the teacher in place of half of it wherever it is followed.

    The first `thumbnails` rows are thumbnails; `parts` as `ClassificationCriterion.parts` gives them.
    """
    thumbs, photos = parts
    if not thumbnails_only:
        return 0.5 * (thumbs + photos) + follow_loss(logits, teacher_logits)
    share = thumbnails / len(logits)
    return 0.5 * thumbs + photos + share * follow_loss(logits[:thumbnails], teacher_logits[:thumbnails])
