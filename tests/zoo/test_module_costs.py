"""Weights and multiply-adds of torch networks: one layer by hand, and torchvision's own numbers as oracle."""

from __future__ import annotations

import pytest
from torch import nn
from torchvision.models import ResNet18_Weights, resnet18

from vizcore.zoo.module_costs import module_costs


def test_by_hand() -> None:
    def build() -> nn.Module:
        return nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.Flatten(), nn.Linear(4 * 3 * 3, 5))

    first, last = module_costs(build, 8)
    assert (first.weights, first.multiply_adds) == (3 * 4 * 9, 3 * 4 * 9 * 9)
    assert (last.weights, last.multiply_adds) == (180, 180)


def test_grouped_convolutions() -> None:
    [cost] = module_costs(lambda: nn.Sequential(nn.Conv2d(4, 4, 3, groups=4)), 5, channels=4)
    assert (cost.weights, cost.multiply_adds) == (36, 36 * 9)


def test_torchvision_says_the_same_of_resnet18() -> None:
    costs = module_costs(lambda: resnet18(weights=None), 224)
    assert sum(each.multiply_adds for each in costs) / 1e9 == pytest.approx(
        ResNet18_Weights.IMAGENET1K_V1.meta["_ops"], abs=1e-3
    )
    assert len(costs) == 21
