"""What does a picture cost a ViT, a Swin and a CNN? The formulas as functions, for sliders.

One multiply-add counts once ("MAC"); torch's own counter counts it twice.
"""

from __future__ import annotations

from dataclasses import dataclass

BYTES_FP32 = 4


@dataclass(frozen=True)
class AttentionCost:
    """tokens: N. links: entries of one head's attention matrix. macs: of one whole layer, all heads together."""

    tokens: int
    links: int
    macs: int

    @property
    def megabytes(self) -> float:
        """One head's matrix in float32, in MB of 10^6 bytes."""
        return self.links * BYTES_FP32 / 1e6


def tokens(height: int, width: int, patch: int) -> int:
    """N = (H / P) * (W / P), whole patches only: 1024 x 1024 in patches of 16 are 4096."""
    _positive(height=height, width=width, patch=patch)
    return (height // patch) * (width // patch)


def global_attention(count: int, channels: int) -> AttentionCost:
    """Every token looks at every token (ViT): N^2 links for each head.

    macs: 4 N C^2 for queries, keys, values and output, and 2 N^2 C for the scores and the weighted sum.
    """
    _positive(count=count, channels=channels)
    return AttentionCost(count, count**2, 4 * count * channels**2 + 2 * count**2 * channels)


def window_attention(count: int, channels: int, window: int) -> AttentionCost:
    """Tokens look at the M x M tokens of their window only (Swin): N * M^2 links for each head (Liu et al. 2021)."""
    _positive(count=count, channels=channels, window=window)
    seen = min(window**2, count)
    return AttentionCost(count, count * seen, 4 * count * channels**2 + 2 * count * seen * channels)


def mlp_macs(count: int, channels: int, ratio: int = 4) -> int:
    """The two linear layers after attention: 2 * ratio * N * C^2."""
    _positive(count=count, channels=channels, ratio=ratio)
    return 2 * ratio * count * channels**2


def convolution_macs(height: int, width: int, inputs: int, outputs: int, kernel: int, groups: int = 1) -> int:
    """height, width: of the output. H * W * K^2 * C_in / groups * C_out: linear in the number of pixels."""
    _positive(height=height, width=width, inputs=inputs, outputs=outputs, kernel=kernel, groups=groups)
    if inputs % groups or outputs % groups:
        raise ValueError(f"expected {inputs} and {outputs} channels in {groups} equal groups")
    return height * width * kernel**2 * (inputs // groups) * outputs


def convnext_block_macs(height: int, width: int, channels: int) -> int:
    """7 x 7 depthwise convolution and two linear layers, four times as wide between them (Liu et al. 2022)."""
    depthwise = convolution_macs(height, width, channels, channels, 7, channels)
    return depthwise + mlp_macs(height * width, channels)


@dataclass(frozen=True)
class CostRow:
    """One side length of a square picture: links of one head and MACs of one block of each kind."""

    side: int
    tokens: int
    vit_links: int
    swin_links: int
    vit_macs: int
    swin_macs: int
    convnext_macs: int


def cost_table(sides: tuple[int, ...], patch: int, channels: int, window: int) -> tuple[CostRow, ...]:
    """The three kinds of block on the same grid of H / P x W / P places with the same width, one row for each side."""
    return tuple(_cost_row(side, patch, channels, window) for side in sides)


def _cost_row(side: int, patch: int, channels: int, window: int) -> CostRow:
    count, places = tokens(side, side, patch), side // patch
    if not count:
        raise ValueError(f"expected a side of at least one patch of {patch}, got {side}")
    everywhere, windowed = global_attention(count, channels), window_attention(count, channels, window)
    dense = mlp_macs(count, channels)
    return CostRow(
        side,
        count,
        everywhere.links,
        windowed.links,
        everywhere.macs + dense,
        windowed.macs + dense,
        convnext_block_macs(places, places, channels),
    )


def _positive(**values: int) -> None:
    wrong = {name: value for name, value in values.items() if value < 1}
    if wrong:
        raise ValueError(f"expected positive numbers, got {wrong}")
