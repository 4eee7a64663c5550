"""Which sections does the Features page have? One at a time is shown, so that only one asks its models."""

from __future__ import annotations

from dataclasses import dataclass

from vizcore.i18n import N_
from vizcore.ui.panels.features import attention, cost, evidence, feature_maps, overview, preprocessing_view, words
from vizcore.ui.sections import Section


@dataclass(frozen=True)
class FeatureSection(Section):
    """needs_photo: and models. scores: whether models that give scores alone (ONNX) will do."""

    needs_photo: bool = True
    scores: bool = False


SECTIONS = {
    "glance": FeatureSection(N_("At a glance"), overview.show, scores=True),
    "seen": FeatureSection(N_("What the model sees"), preprocessing_view.show),
    "maps": FeatureSection(N_("Feature maps"), feature_maps.show),
    "evidence": FeatureSection(N_("Class evidence"), evidence.show, scores=True),
    "attention": FeatureSection(N_("Attention"), attention.show),
    "words": FeatureSection(N_("Zero-shot"), words.show),
    "cost": FeatureSection(N_("Cost"), lambda photos, cards: cost.show(), needs_photo=False),
}
