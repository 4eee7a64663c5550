"""Cost formulas: the numbers of the lecture, and torch's own counter."""

from __future__ import annotations

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from vizcore.features.cost import (
    convnext_block_macs,
    convolution_macs,
    cost_table,
    global_attention,
    mlp_macs,
    tokens,
    window_attention,
)


@pytest.mark.parametrize(
    ("height", "width", "patch", "expected"),
    [(1024, 1024, 16, 4096), (224, 224, 16, 196), (224, 230, 14, 256), (8, 8, 16, 0)],
)
def test_tokens(height: int, width: int, patch: int, expected: int) -> None:
    assert tokens(height, width, patch) == expected


def test_the_lectures_example() -> None:
    cost = global_attention(tokens(1024, 1024, 16), 768)
    assert (cost.tokens, cost.links) == (4096, 16_777_216)
    assert cost.megabytes == pytest.approx(67.1, abs=0.01)


def test_windows_grow_with_n_and_not_with_its_square() -> None:
    assert window_attention(4096, 96, 8).links == 4096 * 64
    assert window_attention(2 * 4096, 96, 8).links == 2 * window_attention(4096, 96, 8).links
    assert global_attention(2 * 4096, 96).links == 4 * global_attention(4096, 96).links
    assert window_attention(16, 96, 8) == global_attention(16, 96)  # a window larger than the picture


def counted(module: torch.nn.Module, *inputs: torch.Tensor) -> int:
    with FlopCounterMode(display=False) as counter:
        module(*inputs)
    return counter.get_total_flops() // 2


@pytest.mark.parametrize(("inputs", "outputs", "kernel", "groups"), [(16, 32, 3, 1), (24, 24, 7, 24), (8, 4, 1, 2)])
def test_convolution_equals_torchs_counter(inputs: int, outputs: int, kernel: int, groups: int) -> None:
    layer = torch.nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, groups=groups)
    assert convolution_macs(10, 14, inputs, outputs, kernel, groups) == counted(layer, torch.zeros(1, inputs, 10, 14))


def test_attention_and_mlp_equal_torchs_counter() -> None:
    attention = torch.nn.MultiheadAttention(48, 3, batch_first=True)
    rows = torch.zeros(1, 20, 48)
    with FlopCounterMode(display=False) as counter:
        attention(rows, rows, rows, need_weights=True)
    assert global_attention(20, 48).macs == counter.get_total_flops() // 2
    mlp = torch.nn.Sequential(torch.nn.Linear(48, 192), torch.nn.GELU(), torch.nn.Linear(192, 48))
    assert mlp_macs(20, 48) == counted(mlp, rows)


def test_convnext_block_is_its_parts() -> None:
    assert convnext_block_macs(14, 14, 96) == 14 * 14 * (49 * 96 + 8 * 96 * 96)


def test_table_for_the_plot() -> None:
    rows = cost_table((224, 448), 16, 768, 7)
    assert [row.tokens for row in rows] == [196, 784]
    assert rows[1].vit_links == 16 * rows[0].vit_links
    assert rows[1].swin_links == 4 * rows[0].swin_links
    assert rows[1].convnext_macs == 4 * rows[0].convnext_macs


@pytest.mark.parametrize(
    "call", [lambda: tokens(0, 5, 1), lambda: convolution_macs(1, 1, 3, 4, 3, 2), lambda: cost_table((8,), 16, 8, 2)]
)
def test_impossible_values_are_refused(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="expected"):
        call()
