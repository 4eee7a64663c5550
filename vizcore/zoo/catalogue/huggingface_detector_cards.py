"""The DETR family from Hugging Face: pinned revisions, and the numbers that the architectures are built from.

Only `model.safetensors` is fetched. The numbers of each `config.json` stand here as facts, so that nothing from the hub
decides what code runs; where they equal transformers' own defaults they are left out. Revisions, sizes and hashes as
seen in several public listings in 2025 and 2026; RF-DETR's file has no published hash and is "not pinned".
"""

from __future__ import annotations

from typing import Any

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile

LICENCES = Licences(
    code="Apache-2.0",
    weights="Apache-2.0",
    training_data="COCO 2017: Flickr photos under their owners' terms, annotations CC-BY-4.0",
    permissive=True,
)

# The backbone is timm's ResNet-50, which the published file's names belong to; its own weights are never downloaded.
DETR_RESNET50 = {"backbone_config": None, "use_timm_backbone": True, "use_pretrained_backbone": False}
RTDETR_R18 = {
    "backbone_config": {
        "model_type": "rt_detr_resnet",
        "hidden_sizes": [64, 128, 256, 512],
        "depths": [2, 2, 2, 2],
        "layer_type": "basic",
        "out_indices": [2, 3, 4],
    },
    "encoder_in_channels": [128, 256, 512],
    "hidden_expansion": 0.5,
    "decoder_layers": 3,
}
DFINE_NANO = {
    "backbone_config": {
        "model_type": "hgnet_v2",
        "hidden_sizes": [128, 256, 512, 1024],
        "stem_channels": [3, 16, 16],
        "stage_in_channels": [16, 64, 256, 512],
        "stage_mid_channels": [16, 32, 64, 128],
        "stage_out_channels": [64, 256, 512, 1024],
        "stage_num_blocks": [1, 1, 2, 1],
        "stage_downsample": [False, True, True, True],
        "stage_light_block": [False, False, True, True],
        "stage_kernel_size": [3, 3, 5, 5],
        "stage_numb_of_layers": [3, 3, 3, 3],
        "out_indices": [3, 4],
        "use_learnable_affine_block": True,
    },
    "num_feature_levels": 2,
    "encoder_ffn_dim": 512,
    "encode_proj_layers": [1],
    "d_model": 128,
    "encoder_hidden_dim": 128,
    "decoder_ffn_dim": 512,
    "encoder_in_channels": [512, 1024],
    "decoder_n_points": [6, 6],
    "decoder_in_channels": [128, 128],
    "feat_strides": [16, 32],
    "depth_mult": 0.5,
    "decoder_layers": 3,
    "hidden_expansion": 0.34,
}
RFDETR_NANO = {
    "backbone_config": {
        "model_type": "rf_detr_dinov2",
        "hidden_size": 384,
        "image_size": 384,
        "num_hidden_layers": 12,
        "num_attention_heads": 6,
        "num_windows": 2,
        "out_features": ["stage3", "stage6", "stage9", "stage12"],
        "patch_size": 16,
    },
    "d_model": 256,
    "num_queries": 300,
    "decoder_self_attention_heads": 8,
    "decoder_cross_attention_heads": 16,
    "decoder_n_points": 2,
    "projector_scale_factors": [1.0],
    "decoder_layers": 2,
}
SIGMOID = {"scores": "sigmoid", "one_class": False}
SOFTMAX = {"scores": "softmax", "one_class": True}


def _card(
    repo: str, revision: str, *, sha256: str | None, size_bytes: int | None, ap: float, source: str, **rest: Any
) -> ModelCard:
    """What all rows share. rest: the other fields of ModelCard, and under `facts` what differs in the network."""
    name = "model.safetensors"
    url = f"https://huggingface.co/{repo}/resolve/{revision}/{name}"
    shared = {"repo": repo, "revision": revision, "needs_nms": False, "attention": None}
    return ModelCard(
        family="detr",
        task="detect",
        source="huggingface",
        loader="vizcore.zoo.huggingface_detectors:load_detector",
        files=(WeightFile(name, url, sha256, size_bytes),),
        labels="coco-80",
        licences=LICENCES,
        measured=(Measured("mAP50-95, COCO val2017", ap, "%", source),),
        **(rest | {"facts": shared | rest["facts"]}),
    )


HUGGINGFACE_DETECTORS = (
    _card(
        "facebook/detr-resnet-50",
        "1d5f47bd3bdd2c4bbfa585418ffe6da5028b4c0b",
        sha256="830f5e2eeaada8c8c8281779dcc8ab12833972eb8514ed0a35be6c1d4420ad81",
        size_bytes=166_587_896,
        ap=42.0,
        source="facebookresearch/detr, README",
        key="detr-resnet-50",
        title="DETR ResNet-50",
        recipe="shorter-800-imagenet",
        parameters_m=41.524768,
        paper="End-to-End Object Detection with Transformers (Carion et al. 2020)",
        facts={
            "class": "DetrForObjectDetection",
            "config": DETR_RESNET50,
            "attention": "eager",
            "numbering": "coco-91",
            "stages": {"projection 32": "model.input_projection"},
            **SOFTMAX,
        },
    ),
    _card(
        "PekingU/rtdetr_v2_r18vd",
        "5650961749fa93567c0d46fc7f43ea4f9e914107",
        sha256="d18309d0d7ea57048138885c4c6ecfcb1e24506fc6153b94ad484f8ab62c7115",
        size_bytes=80_904_640,
        ap=48.1,
        source="lyuwenyu/RT-DETR, README",
        key="rtdetr-v2-r18",
        title="RT-DETR v2 ResNet-18",
        recipe="stretch-640",
        parameters_m=20.174608,
        paper="RT-DETRv2: Improved Baseline with Bag-of-Freebies for Real-Time Detection Transformer (Lv et al. 2024)",
        facts={
            "class": "RTDetrV2ForObjectDetection",
            "config": RTDETR_R18,
            "numbering": "coco-80",
            "stages": {"encoder 16": "model.encoder.fpn_blocks.0"},
            **SIGMOID,
        },
    ),
    _card(
        "ustc-community/dfine-nano-coco",
        "066438d3d8f0da137a37b38fdf3368fd4afceced",
        sha256="19e06bdc873da819920a8d373b879721a5b9759d822f8213220bb09abbdab58b",
        size_bytes=15_278_996,
        ap=42.8,
        source="Peterande/D-FINE, README",
        key="dfine-nano",
        title="D-FINE nano",
        recipe="stretch-640",
        parameters_m=3.770421,
        paper="D-FINE: Redefine Regression Task in DETRs as Fine-grained Distribution Refinement (Peng et al. 2024)",
        facts={
            "class": "DFineForObjectDetection",
            "config": DFINE_NANO,
            "numbering": "coco-80",
            "stages": {"encoder 16": "model.encoder.fpn_blocks.0"},
            **SIGMOID,
        },
    ),
    _card(
        "Roboflow/rf-detr-nano",
        "9f201577d9415f0378084748d27e68586e6b3600",
        sha256=None,
        size_bytes=None,
        ap=48.4,
        source="roboflow/rf-detr, README",
        key="rf-detr-nano",
        title="RF-DETR nano",
        recipe="stretch-384-imagenet",
        parameters_m=30.467298,
        paper="RF-DETR: Neural Architecture Search for Real-Time Detection Transformers (Robinson et al. 2025)",
        facts={
            "class": "RfDetrForObjectDetection",
            "config": RFDETR_NANO,
            "numbering": "coco-91",
            "stages": {"projector 16": "model.backbone.projector"},
            **SIGMOID,
        },
    ),
)
