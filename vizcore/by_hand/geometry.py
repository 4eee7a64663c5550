"""How large is the output of a convolution or pooling, and which settings are possible at all?"""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.errors import ConvolutionImpossible
from vizcore.errors.by_hand import ConvolutionReason

LIMITS = {"stride": (1, 8), "padding": (0, 16), "dilation": (1, 8)}
REASONS: dict[str, ConvolutionReason] = {"stride": "stride", "padding": "padding", "dilation": "dilation_range"}


@dataclass(frozen=True)
class Geometry:
    """stride, dilation: in cells, both ways alike. padding: rings of zeros around the input."""

    stride: int = 1
    padding: int = 0
    dilation: int = 1


def kernel_span(kernel: int, dilation: int = 1) -> int:
    """Cells of the input from the first tap to the last: d (k - 1) + 1."""
    return dilation * (kernel - 1) + 1


def output_side(side: int, kernel: int, geometry: Geometry) -> int:
    """floor((i + 2 p - d (k - 1) - 1) / s) + 1, or 0 or less where the kernel does not fit (Dumoulin & Visin 2016)."""
    return (side + 2 * geometry.padding - kernel_span(kernel, geometry.dilation)) // geometry.stride + 1


def dropped_cells(side: int, kernel: int, geometry: Geometry) -> int:
    """Rows (or columns) at the end of the padded input that no window reaches, because the division is floored."""
    return (side + 2 * geometry.padding - kernel_span(kernel, geometry.dilation)) % geometry.stride


def check_geometry(input_hw: tuple[int, int], kernel_hw: tuple[int, int], geometry: Geometry) -> tuple[int, int]:
    """The output's (height, width). Errors: ConvolutionImpossible for a number out of its limits or no room."""
    reason: ConvolutionReason
    for name, (least, most) in LIMITS.items():
        value = getattr(geometry, name)
        if not least <= value <= most:
            reason = REASONS[name]
            raise _impossible(reason, input_hw, kernel_hw, geometry, value=value, least=least, most=most)
    height, width = (output_side(i, k, geometry) for i, k in zip(input_hw, kernel_hw, strict=True))
    if height < 1 or width < 1:
        reason = "dilation" if geometry.dilation > 1 and _fits(input_hw, kernel_hw, geometry.padding) else "room"
        raise _impossible(reason, input_hw, kernel_hw, geometry)
    return height, width


def largest_dilation(input_hw: tuple[int, int], kernel_hw: tuple[int, int], padding: int) -> int:
    """The largest dilation at which the kernel still fits; 1 where it fits at none."""
    gaps = [
        (side + 2 * padding - 1) // (kernel - 1) for side, kernel in zip(input_hw, kernel_hw, strict=True) if kernel > 1
    ]
    return max(1, min([*gaps, LIMITS["dilation"][1]]))


def least_padding(input_hw: tuple[int, int], kernel_hw: tuple[int, int], dilation: int) -> int:
    """The smallest padding at which the kernel fits."""
    missing = [kernel_span(k, dilation) - i for i, k in zip(input_hw, kernel_hw, strict=True)]
    return max(0, -(-max(missing) // 2))


def _fits(input_hw: tuple[int, int], kernel_hw: tuple[int, int], padding: int) -> bool:
    return all(output_side(i, k, Geometry(1, padding)) >= 1 for i, k in zip(input_hw, kernel_hw, strict=True))


def _impossible(
    reason: ConvolutionReason,
    input_hw: tuple[int, int],
    kernel_hw: tuple[int, int],
    geometry: Geometry,
    *,
    value: int = 0,
    least: int = 0,
    most: int = 0,
) -> ConvolutionImpossible:
    span = "{} × {}".format(*(kernel_span(k, max(1, geometry.dilation)) for k in kernel_hw))
    padded = "{} × {}".format(*(i + 2 * max(0, geometry.padding) for i in input_hw))
    return ConvolutionImpossible(reason=reason, span=span, padded=padded, value=value, least=least, most=most)
