"""How large is the change between two 8-bit pictures?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vizcore.generation.attacks.rounding import RgbArray
from vizcore.generation.attacks.settings import AttackSettings
from vizcore.generation.attacks.table import ATTACKS


@dataclass(frozen=True)
class Change:
    """Distances between two pictures of one size.

    l0_pixels: pixels with any change. l2: Euclidean, values in [0, 1]. linf_255: largest change in grey levels.
    ssim: structural similarity, 1 = the same (Wang et al. 2004; scikit-image's 7 x 7 window, mean over channels).
    """

    l0_pixels: int
    l2: float
    linf_255: int
    ssim: float


def change_between(before: RgbArray, after: RgbArray) -> Change:
    """The distances of two uint8 pictures (H, W, 3), both sides at least 7 pixels."""
    from skimage.metrics import structural_similarity

    difference = after.astype(np.int64) - before
    return Change(
        l0_pixels=int(difference.any(axis=-1).sum()),
        l2=float(np.sqrt(np.square(difference).sum())) / 255,
        linf_255=int(np.abs(difference).max()),
        ssim=float(structural_similarity(before, after, channel_axis=2, data_range=255)),  # type: ignore[no-untyped-call]
    )


def budget_kept(change: Change, settings: AttackSettings) -> bool | None:
    """Whether the measured change is within the attack's budget; None for an attack without one."""
    row = ATTACKS[settings.attack]
    if not row.budget:
        return None
    if row.norm == "linf":
        return change.linf_255 <= settings.epsilon_255
    return change.l2 <= settings.epsilon_l2 + 1e-6
