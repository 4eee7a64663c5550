"""torchvision's Faster R-CNN: official files and their hashes.

URLs, sizes and box AP: torchvision 0.29.1 weights metadata; each hash starts with the digits in its file's name and was
confirmed by at least three independent public listings.
"""

from __future__ import annotations

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile

LICENCES = Licences(
    code="BSD-3-Clause",
    weights="BSD-3-Clause",
    training_data="COCO 2017: Flickr photos under their owners' terms, annotations CC-BY-4.0",
    permissive=True,
)
ADDRESS = "https://download.pytorch.org/models"
PAPER = "Faster R-CNN: Towards Real-Time Object Detection with Region Proposal Networks (Ren et al. 2015)"


def _card(
    key: str,
    title: str,
    file: WeightFile,
    ap: float,
    *,
    recipe: str,
    parameters_m: float,
    builder: str,
    enum: str,
    stage: str,
) -> ModelCard:
    return ModelCard(
        key=key,
        title=title,
        family="faster-rcnn",
        task="detect",
        source="torchvision",
        loader="vizcore.zoo.torchvision_detectors:load_detector",
        files=(file,),
        recipe=recipe,
        labels="coco-80",
        parameters_m=parameters_m,
        licences=LICENCES,
        paper=PAPER,
        measured=(Measured("mAP50-95, COCO val2017", ap, "%", "torchvision 0.29.1"),),
        facts={
            "builder": builder,
            "weights_enum": enum,
            "stages": {"backbone 16": f"backbone.body.{stage}"},
            "numbering": "coco-91",
            "needs_nms": True,
            "one_class": False,
        },
    )


TORCHVISION_DETECTORS = (
    _card(
        "fasterrcnn-resnet50-v2",
        "Faster R-CNN ResNet-50 v2",
        WeightFile(
            "fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth",
            f"{ADDRESS}/fasterrcnn_resnet50_fpn_v2_coco-dd69338a.pth",
            "dd69338a24b8d7381807e247652bdc356325bcbaf1cd3e092e00e0a1a58706bf",
            175_221_657,
        ),
        46.7,
        recipe="exact-800-imagenet",
        parameters_m=43.712278,
        builder="fasterrcnn_resnet50_fpn_v2",
        enum="FasterRCNN_ResNet50_FPN_V2_Weights.COCO_V1",
        stage="layer3",
    ),
    _card(
        "fasterrcnn-mobilenet-320",
        "Faster R-CNN MobileNetV3 320",
        WeightFile(
            "fasterrcnn_mobilenet_v3_large_320_fpn-907ea3f9.pth",
            f"{ADDRESS}/fasterrcnn_mobilenet_v3_large_320_fpn-907ea3f9.pth",
            "907ea3f91ff92242bc1baea8049276a3e76bca48ce7560bd268cc029f37977b5",
            77_844_807,
        ),
        22.8,
        recipe="exact-320-imagenet",
        parameters_m=19.386354,
        builder="fasterrcnn_mobilenet_v3_large_320_fpn",
        enum="FasterRCNN_MobileNet_V3_Large_320_FPN_Weights.COCO_V1",
        stage="13",
    ),
)
