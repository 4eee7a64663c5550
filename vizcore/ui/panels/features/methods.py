"""What is each method of class evidence called, what does it cost, and which calls bring its map?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vizcore.i18n import N_, _
from vizcore.photo import Photo
from vizcore.results import Heatmap
from vizcore.ui import choices
from vizcore.ui.engine_call import answer
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.class_maps import ClassMapsSettings

NAMES = {
    "grad-cam": "Grad-CAM",
    "grad-cam++": "Grad-CAM++",
    "hirescam": "HiResCAM",
    "layercam": "LayerCAM",
    "xgrad-cam": "XGrad-CAM",
    "eigen-cam": "Eigen-CAM",
    "ablation-cam": "Ablation-CAM",
    "score-cam": "Score-CAM",
    "integrated-gradients": N_("Integrated gradients"),
    "occlusion": N_("Occlusion"),
    "random": N_("Random map"),
}
# The maps of the first group share one pass forward and one back, so that they are always asked for together and
# choosing among them runs no model. The others cost passes of their own.
TOGETHER: tuple[str, ...] = ("grad-cam", "grad-cam++", "hirescam", "layercam", "xgrad-cam", "eigen-cam")
ALONE: tuple[str, ...] = ("ablation-cam", "score-cam", "integrated-gradients", "occlusion")
OF_SCORES = ("occlusion",)  # the only ones for a model that shows nothing of its inside
FIRST_CHOICE = ["grad-cam", "hirescam", "layercam", "eigen-cam"]


def method_name(method: str) -> str:
    return _(NAMES[method])


def choose_methods() -> tuple[str, ...]:
    """The chosen methods in the table's order; the choice is `?features.methods=...` in the address."""
    texts = {
        method: method_name(method) + (" · " + _("slow") if method in ALONE else "") for method in (*TOGETHER, *ALONE)
    }
    chosen = choices.choose_some(_("Methods"), texts, key="features.methods", default=FIRST_CHOICE, most=len(texts))
    return tuple(method for method in texts if method in chosen)


def methods_for(card: ModelCard, methods: Sequence[str]) -> tuple[str, ...]:
    """Of the chosen methods those that this model can answer; occlusion where it gives scores alone and none fits."""
    if not card.facts.get("scores_only"):
        return tuple(methods)
    return OF_SCORES


def maps_of(photo: Photo, card: ModelCard, target: int, methods: Sequence[str], stage: str = "") -> list[Heatmap]:
    """The maps of these methods in this order; those that failed were explained in place."""
    from vizcore.features.class_maps import ClassMapsSettings

    calls = [TOGETHER] if set(methods) & set(TOGETHER) else []
    calls += [(method,) for method in ALONE if method in methods]
    found: dict[str, Heatmap] = {}
    for call in calls:
        found |= _answered(photo, card, ClassMapsSettings(methods=call, target=target, stage=stage))
    return [found[method] for method in methods if method in found]


def _answered(photo: Photo, card: ModelCard, settings: ClassMapsSettings) -> dict[str, Heatmap]:
    from vizcore.features.class_maps import ClassMaps, class_maps

    maps = answer(class_maps, card, photo, settings)
    return {each.method: each for each in maps.maps} if isinstance(maps, ClassMaps) else {}
