"""What a classifier makes of one photo: classes, embedding, feature maps, class maps, attention."""

from vizcore.features.attention import RolloutSettings, attention_rollout
from vizcore.features.class_maps import METHODS, ClassMapSettings, class_map
from vizcore.features.classes import classify
from vizcore.features.embedding import EmbedSettings, embed
from vizcore.features.maps import MapSettings, feature_maps

__all__ = [
    "METHODS",
    "ClassMapSettings",
    "EmbedSettings",
    "MapSettings",
    "RolloutSettings",
    "attention_rollout",
    "class_map",
    "classify",
    "embed",
    "feature_maps",
]
