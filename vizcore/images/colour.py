"""How do the colours of a picture become sRGB, with its own colour profile where it has a sound one?"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from vizcore.images.names import clean_name
from vizcore.images.notes import note
from vizcore.photo import Note

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsProfile, ImageCmsTransform

SEEN_DIFFERENCE = 1  # in 255ths: a profile that moves no colour further is sRGB under another name
LONGEST_PROFILE_NAME = 40


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[Note]]:
    """An opaque picture (L, RGB, CMYK, Lab, YCbCr) -> mode RGB in sRGB, and what was done."""
    if not profile:
        return _without_profile(image)
    try:
        return _with_profile(image, profile)
    except Exception:  # border: littlecms reading bytes that anybody may have written
        plain, notes = _without_profile(image)
        return plain, [note("icc_ignored"), *notes]


def _without_profile(image: Image.Image) -> tuple[Image.Image, list[Note]]:
    models = {"CMYK": "CMYK", "LAB": "Lab"}
    notes = [note("colours_converted", model=models[image.mode])] if image.mode in models else []
    return _as_rgb(image), notes


def _as_rgb(image: Image.Image) -> Image.Image:
    return image if image.mode == "RGB" else image.convert("RGB")  # convert would copy


def _with_profile(image: Image.Image, profile: bytes) -> tuple[Image.Image, list[Note]]:
    from PIL import ImageCms

    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if image.mode == "YCbCr":
        image = image.convert("RGB")
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), image.mode, "RGB")
    if image.mode in {"L", "RGB"} and not _moves_colours(transform, image.mode):
        return _as_rgb(image), []
    converted = ImageCms.applyTransform(image, transform)
    if converted is None:
        raise ValueError("expected a converted picture, got None")
    return converted, [note("icc_converted", profile=_profile_name(source))]


def _moves_colours(transform: ImageCmsTransform, mode: str) -> bool:
    """Whether any colour of a 9 x 9 x 9 cube (or any grey) comes out visibly different."""
    from PIL import ImageCms

    steps = np.linspace(0, 255, 9 if mode == "RGB" else 256).astype(np.uint8)
    grid = np.stack(np.meshgrid(*[steps] * 3), -1).reshape(1, -1, 3) if mode == "RGB" else steps[None]
    colours = Image.fromarray(grid)
    moved = ImageCms.applyTransform(colours, transform)
    difference = np.asarray(moved).astype(int) - np.asarray(colours.convert("RGB")).astype(int)
    return bool(np.abs(difference).max() > SEEN_DIFFERENCE)


def _profile_name(profile: ImageCmsProfile) -> str:
    from PIL import ImageCms

    return clean_name(ImageCms.getProfileDescription(profile).strip())[:LONGEST_PROFILE_NAME]
