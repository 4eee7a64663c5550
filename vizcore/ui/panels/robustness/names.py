"""How are corruptions and slices called on the page?"""

from __future__ import annotations

from vizcore.i18n import N_, _

CORRUPTION_NAMES = {
    "gaussian-noise": N_("Gaussian noise"),
    "shot-noise": N_("Shot noise"),
    "impulse-noise": N_("Impulse noise"),
    "defocus-blur": N_("Defocus"),
    "glass-blur": N_("Frosted glass"),
    "motion-blur": N_("Motion blur"),
    "zoom-blur": N_("Zoom blur"),
    "snow": N_("Snow"),
    "frost": N_("Frost"),
    "fog": N_("Fog"),
    "brightness": N_("Brightness"),
    "contrast": N_("Low contrast"),
    "elastic": N_("Elastic"),
    "pixelate": N_("Pixelated"),
    "jpeg": N_("JPEG"),
}
SUBGROUP_NAMES = {
    "all": N_("All photos"),
    "small": N_("Small (shorter side under 160 px)"),
    "dark": N_("Dark (mean brightness under 25 %)"),
    "blurred": N_("Blurred (little variance in the Laplacian)"),
}


def corruption_name(key: str) -> str:
    """The corruption in the visitor's language."""
    return _(CORRUPTION_NAMES[key])
