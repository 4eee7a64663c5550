"""Which pixels of a picture file are the mask?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.images import open_with_alpha
from vizcore.metrics.masks.overlap import Mask
from vizcore.photo import Note, Photo

OPAQUE = 128
DARK, BRIGHT = 64, 192  # a mask with transparency around it has both among its opaque pixels
LEAST_SHARE = 0.001
ORDINARY = {"greyscale", "palette"}  # said of nearly every mask
MIDDLING = 0.1  # share of pixels between dark and bright from which a picture is hardly meant as a mask


@dataclass(frozen=True)
class MaskPicture:
    """A mask (H, W) from a file called `name`. notes: of the intake, and how the mask was told from the rest."""

    mask: Mask
    name: str
    notes: tuple[Note, ...]


def mask_of_file(data: bytes, name: str = "") -> MaskPicture:
    """The mask of a picture file: what is bright, or, where its shape lies in the transparency, what is opaque.

    Cut-outs and masks that are white (or dark) on transparent count by their alpha; black and white together on
    transparent count by brightness, transparent areas outside. Errors: those of `open_photo`.
    """
    photo, alpha = open_with_alpha(data, name)
    notes = tuple(each for each in photo.notes if each.code not in ORDINARY)
    opaque: Mask = np.ones(photo.rgb.shape[:2], bool) if alpha is None else alpha >= OPAQUE
    if not opaque.any() or opaque.all():
        return MaskPicture(mask_of_photo(photo), photo.name, notes + _doubts(photo))
    brightness = photo.rgb.max(axis=2)[opaque]
    dark, bright = (brightness <= DARK).mean(), (brightness >= BRIGHT).mean()
    if min(dark, bright) >= LEAST_SHARE and dark + bright > 1 - MIDDLING:
        mask = mask_of_photo(photo) & opaque
        return MaskPicture(mask, photo.name, (*notes, Note("mask_bright_and_opaque")))
    return MaskPicture(opaque, photo.name, (*notes, Note("mask_from_alpha")))


def mask_of_photo(photo: Photo) -> Mask:
    """Bool (H, W): pixels whose brightest channel is more than half of the brightest in the whole picture.

    So 0 and 255, 0 and 1, and soft edges between them all read as meant; an all-black picture is an empty mask.
    """
    brightest = photo.rgb.max(axis=2)
    mask: Mask = 2 * brightest.astype(np.int32) > int(brightest.max())
    return mask


def _doubts(photo: Photo) -> tuple[Note, ...]:
    """A note where the picture looks like a photo rather than like a mask."""
    levels: NDArray[np.intp] = np.bincount(photo.rgb.max(axis=2).reshape(-1), minlength=256)
    top = int(np.flatnonzero(levels)[-1])
    between = levels[top // 4 + 1 : top - top // 4].sum() / levels.sum()
    return (Note("mask_of_many_values", {"levels": int((levels > 0).sum())}),) if between > MIDDLING else ()
