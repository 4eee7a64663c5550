"""Segmenters that name what they cut out: DeepLabV3 (semantic), Mask R-CNN (instance), Mask2Former (panoptic).

torchvision's URLs, sizes and qualities: its weights metadata, version 0.29.1. Mask2Former: a pinned revision of the
hub, size and hash as in two public listings; quality: facebookresearch/Mask2Former, MODEL_ZOO.
"""

from __future__ import annotations

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile

TORCHVISION = "torchvision 0.29.1"
COCO_TERMS = "COCO 2017: Flickr photos under their owners' terms, annotations CC-BY-4.0"
TORCHVISION_LICENCES = Licences("BSD-3-Clause", "BSD-3-Clause", COCO_TERMS, permissive=True)
M2F_REPO, M2F_REVISION = "facebook/mask2former-swin-tiny-coco-panoptic", "df6b1142ff50c3276559d9d78f35f6a579c75a77"

SEGMENTER_CARDS = (
    ModelCard(
        key="deeplabv3-mobilenet-v3-large",
        title="DeepLabV3 MobileNetV3 Large",
        family="deeplab",
        task="segment",
        source="torchvision",
        loader="vizcore.zoo.segmentation_models:load_semantic",
        files=(
            WeightFile(
                "deeplabv3_mobilenet_v3_large-fc3c493d.pth",
                "https://download.pytorch.org/models/deeplabv3_mobilenet_v3_large-fc3c493d.pth",
                "fc3c493d68e89cc31ef488c803d5d7dd2f3190fb570598faa49fef69be8e5e70",
                44_356_159,
            ),
        ),
        recipe="shorter-side-520-imagenet",
        labels="voc-21",
        parameters_m=11.029328,
        licences=TORCHVISION_LICENCES,
        paper="Rethinking Atrous Convolution for Semantic Image Segmentation (Chen et al. 2017)",
        measured=(
            Measured("mIoU, COCO val2017 with VOC labels", 60.3, "%", TORCHVISION),
            Measured("pixel accuracy, COCO val2017 with VOC labels", 91.2, "%", TORCHVISION),
        ),
        facts={
            "kind": "semantic",
            "builder": "deeplabv3_mobilenet_v3_large",
            "weights_enum": "DeepLabV3_MobileNet_V3_Large_Weights.COCO_WITH_VOC_LABELS_V1",
        },
    ),
    ModelCard(
        key="maskrcnn-resnet50-fpn-v2",
        title="Mask R-CNN ResNet-50 FPN v2",
        family="mask-rcnn",
        task="segment",
        source="torchvision",
        loader="vizcore.zoo.segmentation_models:load_instance",
        files=(
            WeightFile(
                "maskrcnn_resnet50_fpn_v2_coco-73cbd019.pth",
                "https://download.pytorch.org/models/maskrcnn_resnet50_fpn_v2_coco-73cbd019.pth",
                "73cbd0190fcbe3ba339921fbce2c3a0b6bb9126c9a133c85e43a2a8e060a109e",
                185_828_065,
            ),
        ),
        recipe="shorter-side-800-imagenet",
        labels="coco-91",
        parameters_m=46.359409,
        licences=TORCHVISION_LICENCES,
        paper="Mask R-CNN (He et al. 2017)",
        measured=(
            Measured("box mAP50-95, COCO val2017", 47.4, "%", TORCHVISION),
            Measured("mask mAP50-95, COCO val2017", 41.8, "%", TORCHVISION),
        ),
        facts={
            "kind": "instance",
            "builder": "maskrcnn_resnet50_fpn_v2",
            "weights_enum": "MaskRCNN_ResNet50_FPN_V2_Weights.COCO_V1",
        },
    ),
    ModelCard(
        key="mask2former-swin-tiny-panoptic",
        title="Mask2Former Swin-Tiny panoptic",
        family="detr",
        task="segment",
        source="huggingface",
        loader="vizcore.zoo.segmentation_models:load_panoptic",
        files=(
            WeightFile(
                "model.safetensors",
                f"https://huggingface.co/{M2F_REPO}/resolve/{M2F_REVISION}/model.safetensors",
                "8e154c4f946f4fad9aa511a7d706c89c4254cc6eee28fd932e52c32394c5a29f",
                190_052_872,
            ),
        ),
        recipe="stretch-384-imagenet",
        labels="coco-133",
        parameters_m=47.435264,
        licences=Licences(
            code="Apache-2.0 (transformers), MIT (upstream)",
            weights="not stated by the hub (tag: other); upstream code MIT",
            training_data=COCO_TERMS,
            permissive=False,
        ),
        paper="Masked-attention Mask Transformer for Universal Image Segmentation (Cheng et al. 2022)",
        measured=(
            Measured("PQ, COCO panoptic val2017", 53.2, "%", "facebookresearch/Mask2Former, MODEL_ZOO"),
            Measured("mIoU, COCO panoptic val2017", 63.2, "%", "facebookresearch/Mask2Former, MODEL_ZOO"),
        ),
        facts={
            "kind": "panoptic",
            "repo": M2F_REPO,
            "revision": M2F_REVISION,
            "backbone_config": {
                "embed_dim": 96,
                "depths": [2, 2, 6, 2],
                "num_heads": [3, 6, 12, 24],
                "window_size": 7,
                "drop_path_rate": 0.3,
                "out_features": ["stage1", "stage2", "stage3", "stage4"],
            },
            "config": {"num_labels": 133, "num_queries": 100, "decoder_layers": 10, "encoder_layers": 6},
        },
    ),
)
