"""A trunk whose upper half is trained: it begins at the cached map of stride 8, so what comes before never changes."""

from __future__ import annotations

import torch

from vizcore.zoo.bundled.lite_trunk import LiteTrunk, trunk_state

GIVEN = 3  # stages before the map of stride 8


class UpperTrunk(LiteTrunk):
    """Three maps of which `hold` is given the first; state and names are those of the whole trunk.

    The stages from stride 8 on, 2.9 of its 3.0 million weights, can be trained. They cost less than half of it.
    """

    def __init__(self) -> None:
        super().__init__((8, 16, 32))
        self.load_state_dict(trunk_state())
        self.requires_grad_(False)
        self.features.blocks[GIVEN:].requires_grad_(True)
        self._held = torch.zeros(0)

    def hold(self, maps: list[torch.Tensor]) -> None:
        """The maps of the frozen trunk; those after the first are not read."""
        self._held = maps[0]

    def forward(self, pixels: torch.Tensor) -> list[torch.Tensor]:
        found = [self._held]
        last = self._held
        for number, stage in enumerate(self.features.blocks[GIVEN:], start=GIVEN + 1):
            last = stage(last)
            if number in self.features._stage_out_idx:
                found.append(last)
        return found
