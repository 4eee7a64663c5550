"""Which pixels of a picture file are the mask?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vizcore.images import open_with_numbers
from vizcore.metrics.masks.flat_levels import block_counts, level_counts
from vizcore.metrics.masks.labels import LabelMap, counted_map, label_map
from vizcore.metrics.masks.overlap import Mask
from vizcore.photo import Note, Photo

OPAQUE = 128
DARK, BRIGHT = 64, 192  # a mask with transparency around it has both among its opaque pixels
LEAST_SHARE = 0.001
ORDINARY = {"greyscale", "palette"}  # said of nearly every mask
MIDDLING = 0.1  # share of pixels between dark and bright from which a picture is hardly meant as a mask
BLOCK = 9  # pixels


@dataclass(frozen=True)
class MaskPicture:
    """A mask (H, W) from a file called `name`. notes: of the intake, and how the mask was told from the rest."""

    mask: Mask
    name: str
    notes: tuple[Note, ...]


def mask_of_file(data: bytes, name: str = "") -> MaskPicture:
    """The mask of a picture file: what is bright, or, where its shape lies in the transparency, what is opaque.

    Cut-outs and masks that are white (or dark) on transparent count by their alpha; black and white together on
    transparent count by brightness, transparent areas outside. Of a label map all objects together are the mask, a note
    says so. Errors: those of `open_photo`.
    """
    return mask_and_labels(data, name)[0]


def mask_and_labels(data: bytes, name: str = "") -> tuple[MaskPicture, LabelMap | None]:
    """The mask of a picture file, and the objects that it numbers, if it does. Errors: those of `open_photo`."""
    photo, alpha, stored = open_with_numbers(data, name)
    notes = tuple(each for each in photo.notes if each.code not in ORDINARY)
    if alpha is not None and not _says_nothing(alpha >= OPAQUE):
        return _of_transparency(photo, alpha >= OPAQUE, notes), None
    labels = None if alpha is not None or stored is None else label_map(stored, photo)
    if labels is None:
        found = photo_as_mask(photo)
        return MaskPicture(found.mask, found.name, notes + found.notes), counted_map(photo) if alpha is None else None
    kept = tuple(each for each in notes if each.code != "scaled")  # the numbers count as they were stored
    return MaskPicture(labels.mask, photo.name, kept + _reading(labels)), labels


def _says_nothing(opaque: Mask) -> bool:
    return not opaque.any() or bool(opaque.all())


def _of_transparency(photo: Photo, opaque: Mask, notes: tuple[Note, ...]) -> MaskPicture:
    """Where some pixels are opaque and others not."""
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


def photo_as_mask(photo: Photo) -> MaskPicture:
    """Its bright pixels, with a note where the picture looks like anything but a mask."""
    return MaskPicture(mask_of_photo(photo), photo.name, _doubts(photo))


def _reading(labels: LabelMap) -> tuple[Note, ...]:
    """What was made of a label map."""
    count = len(labels.labels)
    several = (Note("mask_of_labels", {"count": count}),) if count > 1 else ()
    if labels.void is None:
        return several
    return (*several, Note("void_left_out", {"value": labels.void, "pixels": labels.void_pixels}))


def _doubts(photo: Photo) -> tuple[Note, ...]:
    """A note where the picture looks like a photo, or like a map of labels or shares, rather than like a mask."""
    brightness = photo.rgb.max(axis=2)
    counts = level_counts(brightness)
    levels = np.flatnonzero(counts)
    top = int(levels[-1])
    photographic = counts[top // 4 + 1 : top - top // 4].sum() > MIDDLING * counts.sum()
    never_black = len(levels) == 2 and levels[0] > 0
    doubtful = photographic or never_black or _has_middling_area(brightness, top)
    return (Note("mask_of_many_values", {"levels": len(levels)}),) if doubtful else ()


def _has_middling_area(brightness: NDArray[np.uint8], top: int) -> bool:
    """Whether some block of 3 x 3 is evenly of a level that is neither dark nor bright: smooth edges have none."""
    between = slice(top // 6 + 1, top - top // 6)  # what sharpening adds to white is no level of its own
    if level_counts(brightness)[between].max(initial=0) < BLOCK:
        return False
    return bool(block_counts(brightness)[between].any())
