"""CLIP from Hugging Face: pictures and sentences in one space.

Revision, sizes and hashes as pinned in several public download scripts in 2026, all of which agree; the size of the
weights is also that of the network built here with its two lists of positions (checked by the tests). Preparation and
architecture are those of the paper's ViT-B/32 and of the repository's preprocessor file.
"""

from __future__ import annotations

from vizcore.zoo.cards import Licences, ModelCard, WeightFile

REPO, REVISION = "openai/clip-vit-base-patch32", "b33cedfd0df4e43b8238760678fcc89e1a0d38b3"
ADDRESS = f"https://huggingface.co/{REPO}/resolve/{REVISION}"
MODEL, TOKENIZER = "model.safetensors", "tokenizer.json"

TEXT_CONFIG = {
    "hidden_size": 512,
    "num_hidden_layers": 12,
    "num_attention_heads": 8,
    "intermediate_size": 2048,
    "vocab_size": 49408,
    "max_position_embeddings": 77,
    "bos_token_id": 49406,
    "eos_token_id": 49407,
    "projection_dim": 512,
}
VISION_CONFIG = {
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "patch_size": 32,
    "image_size": 224,
    "projection_dim": 512,
}

TEXT_IMAGE_CARDS = (
    ModelCard(
        key="clip-vit-base-patch32",
        title="CLIP ViT-Base/32 (OpenAI)",
        family="vit",
        task="embed",
        source="huggingface",
        loader="vizcore.zoo.text_image_models:load_text_image",
        files=(
            WeightFile(
                MODEL,
                f"{ADDRESS}/{MODEL}",
                "99d28a652e6ec46629ab7047a0ac82c69b1fe11e0ce672c43af65d3a9a3fc05d",
                605_157_884,
            ),
            WeightFile(
                TOKENIZER,
                f"{ADDRESS}/{TOKENIZER}",
                "b556ac8c99757ffb677208af34bc8c6721572114111a6e0aaf5fa69ff0b8d842",
                2_224_041,
            ),
        ),
        recipe="clip-224-bicubic",
        labels="",
        parameters_m=151.277313,
        licences=Licences(
            code="MIT",
            weights="MIT",
            training_data="400 million pairs of picture and text from the web (OpenAI), not published",
            permissive=True,
        ),
        paper="Learning Transferable Visual Models From Natural Language Supervision (Radford et al. 2021)",
        embedding="[CLS], projected",
        facts={
            "repo": REPO,
            "revision": REVISION,
            "class": "CLIPModel",
            "config": {"text_config": TEXT_CONFIG, "vision_config": VISION_CONFIG, "projection_dim": 512},
            "unused": (r"(text|vision)_model\.embeddings\.position_ids$",),
            "tokenizer": TOKENIZER,
            "pretraining": "text-image",
            "backbone": "ViT-Base",
            "layout": "tokens",
            "stages": {f"block{i}": f"vision_model.encoder.layers.{i - 1}" for i in range(1, 13)},
            "cam_stage": "block11",  # after the last block only [CLS] is read
            "prefix_tokens": 1,
            "patch": 32,
            "dimension": 512,
        },
    ),
)
