"""What belongs to the thing under your finger? Promptable segmentation, masks, and what is done with them.

embedding = engine.run(embed, model_key, photo)               once for each photo: the encoder
masks = engine.run(segment, model_key, embedding, settings)   for each click: the decoder alone
"""

from vizcore.segmentation.embed import EmbedSettings, embed
from vizcore.segmentation.everything import EverythingSettings, everything, label_map
from vizcore.segmentation.prompts import Prompts
from vizcore.segmentation.results import ImageEmbedding, Masks, MaskSet
from vizcore.segmentation.segment import BoxSettings, SegmentSettings, segment, segment_boxes

__all__ = [
    "BoxSettings",
    "EmbedSettings",
    "EverythingSettings",
    "ImageEmbedding",
    "MaskSet",
    "Masks",
    "Prompts",
    "SegmentSettings",
    "embed",
    "everything",
    "label_map",
    "segment",
    "segment_boxes",
]
