"""What can intake say about a picture that it changed on the way in?"""

from __future__ import annotations

from typing import NamedTuple

from vizcore.photo import Note


class NoteMeaning(NamedTuple):
    """The names of the values that a note carries, and what it says."""

    values: tuple[str, ...]
    meaning: str


NOTE_CODES: dict[str, NoteMeaning] = {
    "named_otherwise": NoteMeaning(("extension", "format"), "the name ends in extension, the content is format"),
    "first_frame": NoteMeaning(("frames",), "an animation or several pages: the first of frames (10000 = or more)"),
    "turned_upright": NoteMeaning(("orientation",), "turned as EXIF asks; orientation is 2 to 8"),
    "location_removed": NoteMeaning((), "the file said where it was taken; that was left behind"),
    "metadata_ignored": NoteMeaning((), "the metadata is damaged and was not read"),
    "icc_converted": NoteMeaning(("profile",), "colours converted to sRGB from the profile of this name"),
    "icc_ignored": NoteMeaning((), "the colour profile is damaged or does not fit; read as sRGB"),
    "colours_converted": NoteMeaning(("model",), "CMYK or Lab without a profile, converted to sRGB"),
    "greyscale": NoteMeaning((), "one grey channel, repeated in red, green and blue"),
    "palette": NoteMeaning((), "colours looked up in the file's palette"),
    "scaled": NoteMeaning(("bits", "black", "white"), "values of so many bits: black became 0 and white 255"),
    "reduced_depth": NoteMeaning(("bits",), "colours of more than 8 bits a channel rounded to 8"),
    "not_finite": NoteMeaning(("pixels",), "so many values were NaN or infinite and became black"),
    "transparency_on_white": NoteMeaning((), "transparent areas were laid on white"),
    "transparency_ignored": NoteMeaning((), "declared transparent everywhere, which means nothing: shown opaque"),
}


def note(code: str, **values: str | int | float) -> Note:
    """Note(code, values); ValueError when NOTE_CODES says otherwise."""
    if tuple(values) != NOTE_CODES[code].values:
        raise ValueError(f"expected values {NOTE_CODES[code].values} for {code}, got {tuple(values)}")
    return Note(code, values)
