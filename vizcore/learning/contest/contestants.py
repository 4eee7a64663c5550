"""Who takes part in the contest, and how does each of them learn? One row a contestant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vizcore.i18n import N_
from vizcore.zoo.cards import Family

Optimiser = Literal["adamw", "sgd"]
Kind = Literal["classifier", "detector"]


@dataclass(frozen=True)
class Contestant:
    """One row. title: to be translated where it is shown. family: the colour.

    loader: `module:function` of a `Learner` or of a detector's run. pretrained: the card whose ImageNet weights it
    starts from where they are here. side: what the 28 x 28 digits are enlarged to. batch, rate: of its optimiser; where
    it starts from pre-trained weights, everything but the new last layer learns at a tenth of the rate. warm_up: share
    of the budget in which the rate rises. memory_mb: roughly, of weights, gradients and optimiser while it learns.
    """

    key: str
    title: str
    family: Family
    loader: str
    batch: int
    rate: float
    side: int = 28
    optimiser: Optimiser = "adamw"
    weight_decay: float = 0.01
    warm_up: float = 0.0
    pretrained: str = ""
    kind: Kind = "classifier"
    memory_mb: int = 50


TORCH = "vizcore.learning.contest.torch_learner:TorchLearner"
CONTESTANTS: Mapping[str, Contestant] = {
    row.key: row
    for row in (
        Contestant("small-cnn", N_("Small CNN"), "cnn", TORCH, batch=64, rate=2e-3),
        Contestant(
            "numpy-cnn", N_("CNN by hand (NumPy)"), "classical", "vizcore.learning.contest.numpy_learner:NumpyLearner",
            batch=32, rate=0.05, optimiser="sgd", weight_decay=0.0,
        ),
        Contestant("small-vit", N_("ViT from scratch"), "vit", TORCH, batch=64, rate=1e-3, warm_up=0.05),
        Contestant(
            "efficientnet-lite0", "EfficientNet-Lite0", "cnn", TORCH, batch=64, rate=3e-3, side=64,
            pretrained="efficientnet-lite0", memory_mb=300,
        ),
        Contestant(
            "alexnet", "AlexNet", "cnn", TORCH, batch=64, rate=3e-4, side=64, pretrained="alexnet", warm_up=0.05,
            memory_mb=1_200,
        ),
        Contestant(
            "vgg16", "VGG16", "cnn", TORCH, batch=32, rate=1e-4, side=32, pretrained="vgg16", warm_up=0.05,
            memory_mb=2_800,
        ),
        Contestant(
            "faster-rcnn", "Faster R-CNN", "faster-rcnn", "vizcore.learning.contest.detector:DetectorLearner",
            batch=16, rate=1e-3, side=128, warm_up=0.05, kind="detector", memory_mb=200,
        ),
    )
}  # fmt: skip
CLASSIFIERS = tuple(key for key, row in CONTESTANTS.items() if row.kind == "classifier")
