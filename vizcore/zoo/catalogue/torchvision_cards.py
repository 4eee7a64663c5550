"""torchvision's classifiers: official files, their hashes, and where in each network to look.

URLs, sizes, SHA-256, accuracies: torchvision 0.29.1 weights metadata; each hash also starts with the digits in its
file's name and was confirmed by at least three independent public listings.
"""

from __future__ import annotations

from typing import Any

from vizcore.zoo.cards import Family, Licences, Measured, ModelCard, WeightFile

LICENCES = Licences(
    code="BSD-3-Clause",
    weights="BSD-3-Clause",
    training_data="ImageNet-1K: non-commercial research and education",
    permissive=True,
)


def _weights(name: str, size_bytes: int, sha256: str) -> WeightFile:
    return WeightFile(name, f"https://download.pytorch.org/models/{name}", sha256, size_bytes)


def _card(
    key: str, title: str, family: Family, *, file: WeightFile, top1: float, top5: float, dimension: int, **rest: Any
) -> ModelCard:
    """What all rows share. rest: the other fields of ModelCard, and under `facts` what differs in the network."""
    source = "torchvision 0.29.1"
    fields = {"recipe": "imagenet-256-224-bilinear", "embedding": "avgpool"} | rest
    return ModelCard(
        key=key,
        title=title,
        family=family,
        task="classify",
        source="torchvision",
        loader="vizcore.zoo.torchvision_models:load_classifier",
        files=(file,),
        labels="imagenet-1k",
        licences=LICENCES,
        measured=(
            Measured("top-1, ImageNet-1K", top1, "%", source),
            Measured("top-5, ImageNet-1K", top5, "%", source),
        ),
        **(fields | {"facts": {"layout": "nchw", "dimension": dimension} | rest["facts"]}),
    )


RESNET_STAGES = {f"layer{i}": f"layer{i}" for i in (1, 2, 3, 4)}
PYRAMID_STAGES = {f"stage{i}": f"features.{2 * i - 1}" for i in (1, 2, 3, 4)}  # between them: down-sampling layers
# The output of each resolution's last convolution after its ReLU, before pooling halves it.
VGG16_STAGES = {
    "conv1_2": "features.3",
    "conv2_2": "features.8",
    "conv3_3": "features.15",
    "conv4_3": "features.22",
    "conv5_3": "features.29",
}
ALEXNET_STAGES = {f"conv{i}": f"features.{at}" for i, at in zip(range(1, 6), (1, 4, 7, 9, 11), strict=True)}
# The last block before each halving, and the 1 x 1 convolution at the end.
MOBILENET_STAGES = {
    "stage1": "features.1",
    "stage2": "features.3",
    "stage3": "features.6",
    "stage4": "features.12",
    "stage5": "features.16",
}
VIT_STAGES = {f"block{i}": f"encoder.layers.encoder_layer_{i - 1}" for i in range(1, 13)}

TORCHVISION_CARDS = (
    _card(
        "resnet18",
        "ResNet-18",
        "cnn",
        file=_weights(
            "resnet18-f37072fd.pth", 46_830_571, "f37072fd47e89c5e827621c5baffa7500819f7896bbacec160b1a16c560e07ec"
        ),
        top1=69.758,
        top5=89.078,
        parameters_m=11.689512,
        paper="Deep Residual Learning for Image Recognition (He et al. 2015)",
        dimension=512,
        facts={
            "builder": "resnet18",
            "weights_enum": "ResNet18_Weights.IMAGENET1K_V1",
            "stages": RESNET_STAGES,
            "cam_stage": "layer4",
            "head": "fc",
        },
    ),
    _card(
        "resnet50",
        "ResNet-50",
        "cnn",
        file=_weights(
            "resnet50-11ad3fa6.pth", 102_540_417, "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca"
        ),
        top1=80.858,
        top5=95.434,
        parameters_m=25.557032,
        paper="Deep Residual Learning for Image Recognition (He et al. 2015)",
        dimension=2048,
        recipe="imagenet-232-224-bilinear",
        facts={
            "builder": "resnet50",
            "weights_enum": "ResNet50_Weights.IMAGENET1K_V2",
            "stages": RESNET_STAGES,
            "cam_stage": "layer4",
            "head": "fc",
        },
    ),
    _card(
        "vgg16",
        "VGG-16",
        "cnn",
        file=_weights(
            "vgg16-397923af.pth", 553_433_881, "397923af8e79cdbb6a7127f12361acd7a2f83e06b05044ddf496e83de57a5bf0"
        ),
        top1=71.592,
        top5=90.382,
        parameters_m=138.357544,
        paper="Very Deep Convolutional Networks for Large-Scale Image Recognition (Simonyan and Zisserman 2014)",
        embedding="fc7",
        dimension=4096,
        facts={
            "builder": "vgg16",
            "weights_enum": "VGG16_Weights.IMAGENET1K_V1",
            "stages": VGG16_STAGES,
            "cam_stage": "conv5_3",
            "head": "classifier.6",
        },
    ),
    _card(
        "alexnet",
        "AlexNet",
        "cnn",
        file=_weights(
            "alexnet-owt-7be5be79.pth", 244_408_911, "7be5be791159472b1fbf3c69796f7cb30dca7ad8466c2df70058c37116cdee02"
        ),
        top1=56.522,
        top5=79.066,
        parameters_m=61.10084,
        paper="One weird trick for parallelizing convolutional neural networks (Krizhevsky 2014)",
        embedding="fc7",
        dimension=4096,
        facts={
            "builder": "alexnet",
            "weights_enum": "AlexNet_Weights.IMAGENET1K_V1",
            "stages": ALEXNET_STAGES,
            "cam_stage": "conv5",
            "head": "classifier.6",
        },
    ),
    _card(
        "mobilenet-v3-large",
        "MobileNetV3 Large",
        "cnn",
        file=_weights(
            "mobilenet_v3_large-5c1a4163.pth",
            22_132_113,
            "5c1a416349c4cf298f2a6a5e2600ed0ee55e604713578f5e74e6bc8bcaef7997",
        ),
        top1=75.274,
        top5=92.566,
        parameters_m=5.483032,
        paper="Searching for MobileNetV3 (Howard et al. 2019)",
        embedding="classifier.2",
        dimension=1280,
        recipe="imagenet-232-224-bilinear",
        facts={
            "builder": "mobilenet_v3_large",
            "weights_enum": "MobileNet_V3_Large_Weights.IMAGENET1K_V2",
            "stages": MOBILENET_STAGES,
            "cam_stage": "stage5",
            "head": "classifier.3",
        },
    ),
    _card(
        "convnext-tiny",
        "ConvNeXt Tiny",
        "cnn",
        file=_weights(
            "convnext_tiny-983f1562.pth",
            114_419_221,
            "983f1562536e84ff750a1576fb08e54de751dbf2e17c0d8a4a13704341fdcd3d",
        ),
        top1=82.520,
        top5=96.146,
        parameters_m=28.589128,
        paper="A ConvNet for the 2020s (Liu et al. 2022)",
        dimension=768,
        recipe="imagenet-236-224-bilinear",
        facts={
            "builder": "convnext_tiny",
            "weights_enum": "ConvNeXt_Tiny_Weights.IMAGENET1K_V1",
            "stages": PYRAMID_STAGES,
            "cam_stage": "stage4",
            "head": "classifier.2",
        },
    ),
    _card(
        "swin-t",
        "Swin Transformer Tiny",
        "swin",
        file=_weights(
            "swin_t-704ceda3.pth", 113_445_839, "704ceda373461b0a224fcdddd75cd2a5e9f8064512ed47adbddef7f343fd147b"
        ),
        top1=81.474,
        top5=95.776,
        parameters_m=28.288354,
        paper="Swin Transformer: Hierarchical Vision Transformer using Shifted Windows (Liu et al. 2021)",
        dimension=768,
        recipe="imagenet-232-224-bicubic",
        facts={
            "builder": "swin_t",
            "weights_enum": "Swin_T_Weights.IMAGENET1K_V1",
            "stages": PYRAMID_STAGES,
            "cam_stage": "stage4",
            "head": "head",
            "layout": "nhwc",
        },
    ),
    _card(
        "vit-b-16",
        "ViT-B/16",
        "vit",
        file=_weights(
            "vit_b_16-c867db91.pth", 346_328_529, "c867db91d3e12c6cbadabb610d73c24a546bf82d8c03a9fea34f43a712ddb0e9"
        ),
        top1=81.072,
        top5=95.318,
        parameters_m=86.567656,
        paper="An Image is Worth 16x16 Words (Dosovitskiy et al. 2020)",
        embedding="[CLS]",
        dimension=768,
        facts={
            "builder": "vit_b_16",
            "weights_enum": "ViT_B_16_Weights.IMAGENET1K_V1",
            "pretraining": "supervised",
            "backbone": "ViT-Base",
            "stages": VIT_STAGES,
            # After the last block the head reads [CLS] alone, so its patch tokens have no gradient: one block earlier.
            "cam_stage": "block11",
            "head": "heads.head",
            "layout": "tokens",
            "prefix_tokens": 1,
            "patch": 16,
        },
    ),
)
