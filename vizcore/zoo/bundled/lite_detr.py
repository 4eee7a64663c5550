"""`detr-mini`'s encoder: `yolo-mini`'s neck with RT-DETR's self-attention on its coarsest map. Imported when built.

Both detectors so have one design of trunk and neck, and what differs is what the lesson is about: every place with NMS
after it, or queries that agree among themselves.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from transformers.modeling_outputs import BaseModelOutput
from transformers.models.rt_detr_v2.modeling_rt_detr_v2 import RTDetrV2AIFILayer

from vizcore.zoo.bundled.lite_yolo import neck_layers

COARSE, OUTPUTS = 6, (15, 18)  # of the neck's layers; its finest map would quadruple the decoder's work


class LiteEncoder(nn.Module):
    """Three maps of the trunk -> the neck's maps of stride 16 and 32; `attention` on the coarsest begins at nothing."""

    def __init__(self, config: Any, channels: tuple[int, ...]) -> None:
        super().__init__()
        rows = neck_layers(channels)
        self.layers = nn.ModuleList(layer for layer, _ in rows)
        self._sources = [source for _, source in rows]
        self.attention = RTDetrV2AIFILayer(config)
        self.influence = nn.Parameter(torch.zeros(1))

    def forward(self, inputs_embeds: list[torch.Tensor], **options: Any) -> BaseModelOutput:
        """As transformers calls its own encoder."""
        known: list[Any] = [inputs_embeds]
        for number, (layer, source) in enumerate(zip(self.layers, self._sources, strict=True), start=1):
            given = known[source] if isinstance(source, int) else [known[each] for each in source]
            made = layer(given)
            if number == COARSE:
                made = made + self.influence * self.attention(made, **options)
            known.append(made)
        maps: Any = [known[number] for number in OUTPUTS]
        return BaseModelOutput(last_hidden_state=maps)

    def load_neck(self, state: dict[str, torch.Tensor]) -> None:
        """Takes over the neck of a trained `yolo-mini` (its own names: layer k is `model.k`)."""
        mine = self.layers.state_dict()
        self.layers.load_state_dict({name: state[f"model.{_later(name)}"] for name in mine})


def _later(name: str) -> str:
    number, _, rest = name.partition(".")
    return f"{int(number) + 1}.{rest}"
