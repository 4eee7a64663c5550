"""How does a decoded picture of any mode become opaque 8-bit sRGB, with a note for everything that changed?"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.images.colour import to_srgb
from vizcore.images.notes import note
from vizcore.images.scaling import to_8_bits
from vizcore.images.tiff import SIGNED, TiffKind
from vizcore.photo import Note

WORD_MODES = {"I;16", "I;16L", "I;16B", "I", "F"}
GREY_MODES = {"1", "L", "LA", "La"}


def to_rgb(image: Image.Image, bits: int, tiff: TiffKind | None) -> tuple[Image.Image, list[Note]]:
    """bits: per channel, as the file says; tiff: how a TIFF stores its values. -> mode RGB without alpha, and notes."""
    rgb, alpha, notes = to_colours_and_alpha(image, bits, tiff)
    if alpha is not None:
        rgb = _on_white(rgb, alpha)
        notes.append(note("transparency_on_white"))
    return rgb, notes


def to_colours_and_alpha(
    image: Image.Image, bits: int, tiff: TiffKind | None
) -> tuple[Image.Image, Image.Image | None, list[Note]]:
    """-> mode RGB as it is under the transparency, the alpha as L where it says anything, and notes.

    An alpha that is 0 everywhere says nothing: writers of 32-bit BMPs and some exports leave the fourth byte unset, and
    every other program shows these pictures opaque.
    """
    notes: list[Note] = []
    profile = image.info.get("icc_profile")
    if image.mode in WORD_MODES or _is_signed(tiff):
        image, notes = _from_words(image, bits, tiff)
    elif bits > 8:
        notes.append(note("reduced_depth", bits=bits))
        _reduce_transparent_colour(image)
    if image.mode in GREY_MODES:
        notes.append(note("greyscale"))
    elif image.mode in {"P", "PA"}:
        notes.append(note("palette"))
    colours, alpha = _split_alpha(image)
    rgb, colour_notes = to_srgb(colours, profile)
    notes += colour_notes
    extrema = (255, 255) if alpha is None else alpha.getextrema()
    if extrema == (0, 0):
        notes.append(note("transparency_ignored"))
    return rgb, alpha if extrema not in {(0, 0), (255, 255)} else None, notes


def _is_signed(tiff: TiffKind | None) -> bool:
    return tiff is not None and tiff.bits == 8 and tiff.samples == 1 and tiff.sample_format == SIGNED


def _from_words(image: Image.Image, bits: int, tiff: TiffKind | None) -> tuple[Image.Image, list[Note]]:
    """Modes of 16 and 32 bits, and signed bytes -> L, or LA where one value stands for transparent."""
    values: NDArray[Any] = np.asarray(image)
    if tiff is not None and image.mode == "I" and tiff.sample_format == 1:
        values = values.view(np.uint32)  # Pillow has only signed ones
    if _is_signed(tiff):
        values = values.view(np.int8)  # and of 8 bits only unsigned ones
    grey, notes = to_8_bits(values, bits)
    if tiff is not None and tiff.white_is_zero:
        grey = 255 - grey
    scaled = Image.fromarray(grey)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        alpha = Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8))
        scaled = Image.merge("LA", (scaled, alpha))
    return scaled, notes


def _reduce_transparent_colour(image: Image.Image) -> None:
    """PNG names the transparent colour in 16 bits while Pillow kept the upper 8 of each channel."""
    colour = image.info.get("transparency")
    if isinstance(colour, tuple):
        image.info["transparency"] = tuple(value >> 8 for value in colour)


def _split_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    """The colours without alpha (L, RGB, CMYK, Lab, YCbCr), and the alpha as L where there is one."""
    if image.mode in {"La", "RGBa"}:
        image = image.convert(image.mode.upper())
    if image.mode == "LA":
        return image.getchannel("L"), image.getchannel("A")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        return rgba.convert("RGB"), rgba.getchannel("A")
    if image.mode == "1":
        return image.convert("L"), None
    return (image if image.mode in {"L", "RGB", "CMYK", "LAB", "YCbCr"} else image.convert("RGB")), None


def _on_white(rgb: Image.Image, alpha: Image.Image) -> Image.Image:
    white = Image.new("RGB", rgb.size, "white")
    white.paste(rgb, mask=alpha)
    return white
