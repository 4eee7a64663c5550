"""Drawn scenes with exact ground truth: seeded, flat, calm, and complete in what they contain."""

from vizcore.scenes.layout import CLASS_NAMES, LIMITS, SceneSettings
from vizcore.scenes.scene import Scene, draw_scene, tight_boxes_xyxy

__all__ = ["CLASS_NAMES", "LIMITS", "Scene", "SceneSettings", "draw_scene", "tight_boxes_xyxy"]
