"""What a classifier makes of one photo: classes, embedding, feature maps, class maps, attention."""

from vizcore.features.attention import RolloutSettings, attention_rollout
from vizcore.features.attention_maps import AttentionMaps, attention_maps
from vizcore.features.class_maps import METHODS, ClassMaps, ClassMapSettings, ClassMapsSettings, class_map, class_maps
from vizcore.features.classes import classify
from vizcore.features.embedding import EmbedSettings, embed
from vizcore.features.faithfulness import Faithfulness, FaithfulnessSettings, FaithfulnessTable, faithfulness
from vizcore.features.faithfulness_study import FaithfulnessStudy, StudySettings, faithfulness_study
from vizcore.features.maps import MapSettings, feature_maps
from vizcore.features.patches import PatchGrid
from vizcore.features.preprocessing_view import PreprocessingView, ViewedStep, view_preprocessing
from vizcore.features.token_colours import TokenColours, TokenColourSettings, token_colours

__all__ = [
    "METHODS",
    "AttentionMaps",
    "ClassMapSettings",
    "ClassMaps",
    "ClassMapsSettings",
    "EmbedSettings",
    "Faithfulness",
    "FaithfulnessSettings",
    "FaithfulnessStudy",
    "FaithfulnessTable",
    "MapSettings",
    "PatchGrid",
    "PreprocessingView",
    "RolloutSettings",
    "StudySettings",
    "TokenColourSettings",
    "TokenColours",
    "ViewedStep",
    "attention_maps",
    "attention_rollout",
    "class_map",
    "class_maps",
    "classify",
    "embed",
    "faithfulness",
    "faithfulness_study",
    "feature_maps",
    "token_colours",
    "view_preprocessing",
]
