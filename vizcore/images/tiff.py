"""What do the tags of a TIFF say about its values, and is it of a kind that the decoder would get wrong?"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import ImageFile
from PIL.TiffImagePlugin import COMPRESSION_INFO, ImageFileDirectory_v2, TiffImageFile

from vizcore.errors import ImageDamaged, ImageUnsupported

SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC = 254, 256, 257, 258, 259, 262
SAMPLES, PLANAR, SAMPLE_FORMAT, DNG_VERSION = 277, 284, 339, 50706
STRIPS, TILES = (273, 279), (324, 325)  # offsets, byte counts
SIGNED, FLOATING, COMPLEX = 2, 3, 5
SAMPLE_KINDS = {SIGNED: "signed", FLOATING: "float", COMPLEX: "complex"}
SEPARATE_PLANES = 2
REDUCED_RESOLUTION = 1


@dataclass(frozen=True)
class TiffKind:
    """How the values are stored."""

    bits: int
    samples: int
    sample_format: int
    white_is_zero: bool
    compressed: bool
    separate: bool
    big_endian: bool
    compression: int

    @property
    def words(self) -> str:
        """ "3 x 32-bit float", "1 x 8-bit, compression 34712"."""
        words = " ".join([f"{self.samples} x {self.bits}-bit", SAMPLE_KINDS.get(self.sample_format, "")]).strip()
        return words if self.compression in COMPRESSION_INFO else f"{words}, compression {self.compression}"


def kind_of(image: ImageFile.ImageFile) -> TiffKind | None:
    """Of an opened TIFF; None for another format. ImageUnsupported where pixels would come out wrong."""
    if not isinstance(image, TiffImageFile):
        return None
    kind = _read_kind(image.tag_v2)
    if DNG_VERSION in image.tag_v2 or image.tag_v2.get(SUBFILE, 0) == REDUCED_RESOLUTION:
        raise ImageUnsupported(format="TIFF", kind="camera raw")  # the first page is only its preview
    if _decoded_wrongly(kind):
        raise ImageUnsupported(format="TIFF", kind=kind.words)
    return kind


def refusal(data: bytes) -> ImageUnsupported | ImageDamaged:
    """Why a TIFF could not be opened: its tags are whole but of an unknown kind, or it is damaged."""
    try:
        tags = ImageFileDirectory_v2(data[: 16 if data[2] == 43 else 8])
        stream = io.BytesIO(data)
        stream.seek(tags.next)
        tags.load(stream)
        if tags[WIDTH] > 0 and tags[HEIGHT] > 0 and _ends_inside(tags, len(data)):
            return ImageUnsupported(format="TIFF", kind=_read_kind(tags).words)
    except Exception:
        pass  # border: whatever the tags hold, the answer below is true
    return ImageDamaged(format="TIFF")


def _ends_inside(tags: ImageFileDirectory_v2, length: int) -> bool:
    """Whether every strip or tile lies within the file."""
    pieces = TILES if TILES[0] in tags else STRIPS
    return all(start + size <= length for start, size in zip(*(tags[each] for each in pieces), strict=True))


def _decoded_wrongly(kind: TiffKind) -> bool:
    """Kinds that Pillow 13 opens and misreads (found with tifffile as the oracle)."""
    unsigned_bytes_of_signed = kind.bits == 8 and kind.sample_format == SIGNED and kind.samples > 1
    planes_of_words = kind.separate and kind.samples > 1 and kind.bits == 16 and not kind.compressed
    swapped_twice = kind.big_endian and kind.compressed and kind.sample_format in {SIGNED, FLOATING}
    return unsigned_bytes_of_signed or planes_of_words or swapped_twice


def _read_kind(tags: ImageFileDirectory_v2) -> TiffKind:
    compression = int(tags.get(COMPRESSION, 1))
    return TiffKind(
        bits=int(_first(tags.get(BITS, 1))),
        samples=int(tags.get(SAMPLES, 1)),
        sample_format=int(_first(tags.get(SAMPLE_FORMAT, 1))),
        white_is_zero=tags.get(PHOTOMETRIC, 0) == 0,
        compressed=compression != 1,
        separate=tags.get(PLANAR, 1) == SEPARATE_PLANES,
        big_endian=tags.prefix == b"MM",
        compression=compression,
    )


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value
