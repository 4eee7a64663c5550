"""Promptable segmenters with random weights for tests: our small SAM, and SAM's own ViT encoder in small."""

from __future__ import annotations

from functools import partial

import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer

from tests.tiny_models import FREE
from vizcore.photo import Photo
from vizcore.segmentation import ImageEmbedding, embed
from vizcore.zoo.bundled.mini_sam import sam_mini
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.protocols import PromptableSegmenter
from vizcore.zoo.sam_models import SamSegmenter


def card_for(key: str) -> ModelCard:
    return ModelCard(key, key, "sam", "promptable", "bundled", "", (), "sam-256", "", 1.0, FREE, "")


def small_vit_sam(seed: int = 0) -> Sam:
    """SAM's classes at 256 px: a ViT of two blocks, one windowed and one global; logits 64 x 64."""
    torch.manual_seed(seed)
    encoder = ImageEncoderViT(
        img_size=256,
        patch_size=16,
        depth=2,
        embed_dim=48,
        num_heads=4,
        mlp_ratio=2,
        out_chans=64,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6),
        use_rel_pos=True,
        window_size=8,
        global_attn_indexes=(1,),
    )
    torch.nn.init.normal_(encoder.pos_embed, std=0.5)
    prompts = PromptEncoder(embed_dim=64, image_embedding_size=(16, 16), input_image_size=(256, 256), mask_in_chans=16)
    decoder = MaskDecoder(
        transformer_dim=64,
        transformer=TwoWayTransformer(depth=2, embedding_dim=64, mlp_dim=128, num_heads=4),
        num_multimask_outputs=3,
        iou_head_hidden_dim=64,
    )
    mean, deviation = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
    return Sam(encoder, prompts, decoder, mean, deviation)


def tiny_vit_sam(seed: int = 0) -> SamSegmenter:
    return SamSegmenter(card_for("tiny-vit-sam"), small_vit_sam(seed), f"seed {seed}", "cpu")


def tiny_sam(seed: int = 0) -> SamSegmenter:
    torch.manual_seed(seed)
    return SamSegmenter(card_for("tiny-sam"), sam_mini(), f"seed {seed}", "cpu")


def embedded(model: PromptableSegmenter, photo: Photo) -> ImageEmbedding:
    """The last snapshot's result."""
    result = [snapshot.result for snapshot in embed(model, photo)][-1]
    assert isinstance(result, ImageEmbedding)
    return result
