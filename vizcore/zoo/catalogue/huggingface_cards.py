"""ViT and DINOv2 from Hugging Face: pinned revisions, and the few numbers that their architectures are built from.

Only `model.safetensors` is fetched. The numbers of each `config.json` stand here as facts, so that nothing from the hub
decides what code runs. Revisions, sizes and hashes as seen in several public listings in 2025 and 2026; the file with
registers has no published hash and is "not pinned".
"""

from __future__ import annotations

from typing import Any

from vizcore.zoo.cards import Licences, Measured, ModelCard, WeightFile

VIT_LICENCES = Licences(
    code="Apache-2.0",
    weights="Apache-2.0",
    training_data="ImageNet-21k and ImageNet-1K: non-commercial research and education",
    permissive=True,
)
DINO_LICENCES = Licences(
    code="Apache-2.0",
    weights="Apache-2.0",
    training_data="LVD-142M (Meta): 142 million web pictures, not published",
    permissive=True,
)

# Names in the published files (regular expression) -> names in transformers 5.
VIT_RENAMES = (
    (r"(^|\.)encoder\.layer\.", r"\1layers."),
    (r"attention\.attention\.(query|key|value)\.", r"attention.\1."),
    (r"attention\.query\.", "attention.q_proj."),
    (r"attention\.key\.", "attention.k_proj."),
    (r"attention\.value\.", "attention.v_proj."),
    (r"attention\.output\.dense\.", "attention.o_proj."),
    (r"intermediate\.dense\.", "mlp.fc1."),
    (r"\.output\.dense\.", ".mlp.fc2."),
)
DINO_RENAMES = (
    (r"attention\.attention\.query\.", "attention.q_proj."),
    (r"attention\.attention\.key\.", "attention.k_proj."),
    (r"attention\.attention\.value\.", "attention.v_proj."),
    (r"attention\.output\.dense\.", "attention.o_proj."),
)

VIT_BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "intermediate_size": 3072}
DINO_SMALL = {"hidden_size": 384, "num_hidden_layers": 12, "num_attention_heads": 6, "patch_size": 14}
DINO_BASE = {"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12, "patch_size": 14}


def _blocks(prefix: str) -> dict[str, str]:
    return {f"block{i}": f"{prefix}.{i - 1}" for i in range(1, 13)}


def _card(repo: str, revision: str, *, sha256: str | None, size_bytes: int | None, **rest: Any) -> ModelCard:
    """What all rows share. rest: the other fields of ModelCard, and under `facts` what differs in the network."""
    name = "model.safetensors"
    url = f"https://huggingface.co/{repo}/resolve/{revision}/{name}"
    # After the last block only [CLS] is read, so the patch tokens there have no gradient: maps look one block earlier.
    shared = {"repo": repo, "revision": revision, "layout": "tokens", "cam_stage": "block11"}
    fields = rest | {"facts": shared | rest["facts"]}
    return ModelCard(
        family="vit",
        source="huggingface",
        loader="vizcore.zoo.huggingface_models:load_classifier",
        files=(WeightFile(name, url, sha256, size_bytes),),
        embedding="[CLS]",
        **fields,
    )


def _dino_measured(nearest: float, linear: float) -> tuple[Measured, ...]:
    source = "facebookresearch/dinov2, README"
    return (
        Measured("k-NN, ImageNet-1K", nearest, "%", source),
        Measured("linear, ImageNet-1K", linear, "%", source),
    )


HUGGINGFACE_CARDS = (
    _card(
        "google/vit-base-patch16-224",
        "3f49326eb077187dfe1c2a2bb15fbd74e6ab91e3",
        sha256="1cea07110a4a47edc51420b2dda6f3b8b58e7256e8f44b4ea6aa9696162ccb5d",
        size_bytes=346_293_852,
        key="hf-vit-base-patch16-224",
        title="ViT-Base/16 (Google)",
        task="classify",
        recipe="half-224-bilinear",
        labels="imagenet-1k",
        parameters_m=86.567656,
        licences=VIT_LICENCES,
        paper="An Image is Worth 16x16 Words (Dosovitskiy et al. 2020)",
        facts={
            "class": "ViTForImageClassification",
            "pretraining": "supervised",
            "backbone": "ViT-Base",
            "config": VIT_BASE | {"num_labels": 1000},
            "renames": VIT_RENAMES,
            "labels_enum": "ViT_B_16_Weights.IMAGENET1K_V1",
            "stages": _blocks("vit.layers"),
            "head": "classifier",
            "prefix_tokens": 1,
            "patch": 16,
            "dimension": 768,
        },
    ),
    _card(
        "google/vit-base-patch16-224-in21k",
        "b4569560a39a0f1af58e3ddaf17facf20ab919b0",
        sha256="fd4e1169c7aa6c2dbfa8a6448be13b35abc0ee256190857c90009d12c094619b",
        size_bytes=None,
        key="hf-vit-base-in21k",
        title="ViT-Base/16 features (Google, ImageNet-21k)",
        task="embed",
        recipe="half-224-bilinear",
        labels="",
        parameters_m=86.389248,
        licences=VIT_LICENCES,
        paper="An Image is Worth 16x16 Words (Dosovitskiy et al. 2020)",
        facts={
            "class": "ViTModel",
            "pretraining": "supervised",
            "backbone": "ViT-Base",
            "config": VIT_BASE,
            "renames": VIT_RENAMES,
            "stages": _blocks("layers"),
            "prefix_tokens": 1,
            "patch": 16,
            "dimension": 768,
        },
    ),
    _card(
        "facebook/dinov2-small",
        "ed25f3a31f01632728cabb09d1542f84ab7b0056",
        sha256="ae1e99fcefd534ed978cdeb8326f08030c96e28b7a81ffcbc98a857c84d14be1",
        size_bytes=88_249_960,
        key="dinov2-small",
        title="DINOv2 Small",
        task="embed",
        recipe="imagenet-256-224-bicubic",
        labels="",
        parameters_m=22.056576,
        licences=DINO_LICENCES,
        paper="DINOv2: Learning Robust Visual Features without Supervision (Oquab et al. 2023)",
        measured=_dino_measured(79.0, 81.1),
        facts={
            "class": "Dinov2Model",
            "config": DINO_SMALL | {"image_size": 518},
            "renames": DINO_RENAMES,
            "stages": _blocks("encoder.layer"),
            "prefix_tokens": 1,
            "patch": 14,
            "dimension": 384,
        },
    ),
    _card(
        "facebook/dinov2-base",
        "f9e44c814b77203eaa57a6bdbbd535f21ede1415",
        sha256="d73036b56966966d07975d696bde331762f37297e2f095de8cea0040c3aa0841",
        size_bytes=346_345_912,
        key="dinov2-base",
        title="DINOv2 Base",
        task="embed",
        recipe="imagenet-256-224-bicubic",
        labels="",
        parameters_m=86.58048,
        licences=DINO_LICENCES,
        paper="DINOv2: Learning Robust Visual Features without Supervision (Oquab et al. 2023)",
        measured=_dino_measured(82.1, 84.5),
        facts={
            "class": "Dinov2Model",
            "pretraining": "self-supervised",
            "backbone": "ViT-Base",
            "config": DINO_BASE | {"image_size": 518},
            "renames": DINO_RENAMES,
            "stages": _blocks("encoder.layer"),
            "prefix_tokens": 1,
            "patch": 14,
            "dimension": 768,
        },
    ),
    _card(
        "facebook/dinov2-with-registers-small",
        "0d9846e56b43a21fa46d7f3f5070f0506a5795a9",
        sha256=None,
        size_bytes=None,
        key="dinov2-small-registers",
        title="DINOv2 Small with registers",
        task="embed",
        recipe="imagenet-256-224-bicubic",
        labels="",
        parameters_m=22.058112,
        licences=DINO_LICENCES,
        paper="Vision Transformers Need Registers (Darcet et al. 2023)",
        measured=_dino_measured(79.1, 80.9),
        facts={
            "class": "Dinov2WithRegistersModel",
            "config": DINO_SMALL | {"image_size": 518, "num_register_tokens": 4},
            "renames": DINO_RENAMES,
            "stages": _blocks("encoder.layer"),
            "prefix_tokens": 5,
            "patch": 14,
            "dimension": 384,
        },
    ),
)
