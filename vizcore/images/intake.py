"""From the bytes of a file to an upright sRGB picture, or one error with a code: the only way in for pictures."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from vizcore.errors import ImageDamaged, VizError
from vizcore.images import tiff
from vizcore.images.containers import MOST_FRAMES, Structure, read_structure
from vizcore.images.formats import Format, recognise
from vizcore.images.limits import check_file_size, check_picture_size
from vizcore.images.metadata import TURNS, Metadata, read_metadata
from vizcore.images.names import clean_name, extension
from vizcore.images.notes import note
from vizcore.images.pixels import to_colours_and_alpha, to_rgb
from vizcore.images.stored import StoredNumbers, stored_numbers
from vizcore.photo import Note, Photo
from vizcore.settings import Settings, current

DRAFT_SHARE = 0.75  # a draft may end a little below the asked side rather than be decoded at twice the size

# A damaged file makes Pillow warn once for each broken tag, thousands of lines into the log.
warnings.filterwarnings("ignore", module=r"PIL\.")


@dataclass(frozen=True)
class Decoded:
    """The first frame as stored, and what was read beside it."""

    image: ImageFile.ImageFile
    metadata: Metadata
    bits: int
    tiff: tiff.TiffKind | None
    frames: int


def open_photo(data: bytes, name: str = "", settings: Settings | None = None) -> Photo:
    """An upright opaque sRGB Photo with full-quality pixels; its notes say what was changed (NOTE_CODES).

    Errors: those of the section "Pictures" in vizcore.errors, and no others, whatever the bytes are.
    """
    limits = settings or current()
    check_file_size(data, limits)
    kind = recognise(data)
    with _library_errors(kind):
        decoded = _decode(data, kind, limits)
        image, notes = _finish(decoded)
        label = clean_name(name)
        return Photo(np.asarray(image), label, tuple(_name_notes(label, kind) + notes))


def open_preview(data: bytes, longest_side: int = 1280, settings: Settings | None = None) -> NDArray[np.uint8]:
    """The same picture small, for display only: (h, w, 3) uint8, no side longer than `longest_side`.

    A JPEG is decoded at an eighth, a quarter or half of its size, which costs a fraction of a full decode. The gates,
    the turn and the errors are those of `open_photo`.
    """
    limits = settings or current()
    check_file_size(data, limits)
    kind = recognise(data)
    with _library_errors(kind):
        image, _ = _finish(_decode(data, kind, limits, draft_side=longest_side))
        image.thumbnail((longest_side, longest_side), reducing_gap=2.0)
        return np.asarray(image)


def size_in_header(data: bytes, settings: Settings | None = None) -> tuple[int, int]:
    """(width, height) as the first bytes of a file say, without decoding. Errors: those of `open_photo`."""
    limits = settings or current()
    kind = recognise(data)
    with _library_errors(kind):
        structure = read_structure(kind.name, data)
        width, height = structure.size or _read_header(data, kind).size
        check_picture_size(width, height, limits)
        return width, height


def open_with_numbers(
    data: bytes, name: str = "", settings: Settings | None = None
) -> tuple[Photo, NDArray[np.uint8] | None, StoredNumbers | None]:
    """The picture with its colours as they are under the transparency, the alpha (H, W), None for an opaque one, and
    its numbers as they are stored, None where they only mean colours.

    For files whose transparency or numbers are what they are about, such as masks. Gates and errors are those of
    `open_photo`.
    """
    limits = settings or current()
    check_file_size(data, limits)
    kind = recognise(data)
    with _library_errors(kind):
        decoded = _decode(data, kind, limits)
        stored = stored_numbers(_upright(decoded.image, decoded), kind.name, decoded.bits, decoded.tiff)
        rgb, alpha, colour_notes = to_colours_and_alpha(decoded.image, decoded.bits, decoded.tiff)
        label = clean_name(name)
        notes = _name_notes(label, kind) + _structure_notes(decoded) + colour_notes
        photo = Photo(np.asarray(_upright(rgb, decoded)), label, tuple(notes))
        return photo, None if alpha is None else np.asarray(_upright(alpha, decoded)), stored


@contextmanager
def _library_errors(kind: Format) -> Iterator[None]:
    """The border: whatever a decoder raises becomes one ImageDamaged."""
    try:
        yield
    except VizError:
        raise
    except Exception as error:
        raise ImageDamaged(format=kind.name) from error


def _decode(data: bytes, kind: Format, limits: Settings, draft_side: int | None = None) -> Decoded:
    """Sizes from the header, then checksums, then the pixels of the first frame."""
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # process-wide: another library may have asked for grey remainders
    structure = read_structure(kind.name, data)
    if structure.size:
        check_picture_size(*structure.size, limits)
    if not structure.sound:
        raise ImageDamaged(format=kind.name)
    image = _read_header(data, kind)
    check_picture_size(*image.size, limits)
    image.verify()  # leaves the object unusable
    image = _read_header(data, kind)
    tiff_kind = tiff.kind_of(image)
    metadata = read_metadata(image)
    frames = _frames(image, structure)
    if draft_side:
        image.draft(None, _draft_size(image.size, draft_side))
    image.load()
    check_picture_size(*image.size, limits)  # HEIC may be larger than its header says
    return Decoded(image, metadata, _bits(data, kind, image, tiff_kind), tiff_kind, frames)


def _read_header(data: bytes, kind: Format) -> ImageFile.ImageFile:
    try:
        return kind.read_header(io.BytesIO(data))
    except SyntaxError:
        if kind.name == "TIFF":
            raise tiff.refusal(data) from None
        raise


def _finish(decoded: Decoded) -> tuple[Image.Image, list[Note]]:
    """Upright opaque RGB, and the notes in the order of the steps."""
    image, colour_notes = to_rgb(decoded.image, decoded.bits, decoded.tiff)
    return _upright(image, decoded), _structure_notes(decoded) + colour_notes


def _structure_notes(decoded: Decoded) -> list[Note]:
    """What was done before and beside the colours."""
    notes = [note("first_frame", frames=decoded.frames)] if decoded.frames > 1 else []
    if not decoded.metadata.readable:
        notes.append(note("metadata_ignored"))
    if decoded.metadata.orientation != 1:
        notes.append(note("turned_upright", orientation=decoded.metadata.orientation))
    if decoded.metadata.located:
        notes.append(note("location_removed"))
    return notes


def _upright(image: Image.Image, decoded: Decoded) -> Image.Image:
    """Turned as the metadata ask; Pillow turns TIFF while decoding."""
    orientation = decoded.metadata.orientation
    return image if orientation == 1 or decoded.tiff is not None else image.transpose(TURNS[orientation])


def _frames(image: ImageFile.ImageFile, structure: Structure) -> int:
    return structure.frames or min(int(getattr(image, "n_frames", 1)), MOST_FRAMES)


def _bits(data: bytes, kind: Format, image: ImageFile.ImageFile, tiff_kind: tiff.TiffKind | None) -> int:
    """Bits of one channel, where the format can have more than 8."""
    if tiff_kind:
        return tiff_kind.bits
    if kind.name == "PNG":
        return data[24]
    return int(image.info.get("bit_depth", 8))


def _draft_size(size: tuple[int, int], longest_side: int) -> tuple[int, int]:
    """The smallest size that a draft of this picture may have."""
    scale = DRAFT_SHARE * longest_side / max(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _name_notes(label: str, kind: Format) -> list[Note]:
    ending = extension(label)
    if not ending or ending in kind.extensions:
        return []
    return [note("named_otherwise", extension=ending, format=kind.name)]
