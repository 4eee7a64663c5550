"""What does a file know about itself that intake must act on: which way is up, was a place recorded, which profile?"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import ExifTags, Image, ImageFile

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
XMP_KEYS = ("xmp", "XML:com.adobe.xmp")
XMP_PLACE = b"GPSL"  # exif:GPSLatitude, exif:GPSLongitude


@dataclass(frozen=True)
class Metadata:
    """orientation 1 to 8 as EXIF counts; located: the file says where it was taken; readable: nothing was damaged."""

    orientation: int = 1
    located: bool = False
    readable: bool = True


def read_metadata(image: ImageFile.ImageFile) -> Metadata:
    """Of an opened picture, before its pixels are decoded. Damaged metadata never stops a picture."""
    try:
        exif = image.getexif()
        orientation = exif.get(ExifTags.Base.Orientation, 1)
        located = bool(exif.get_ifd(ExifTags.IFD.GPSInfo)) or _xmp_has_place(image)
    except Exception:  # border: a library reading bytes that anybody may have written
        return Metadata(located=_xmp_has_place(image), readable=False)
    return Metadata(orientation if orientation in TURNS else 1, located)


def _xmp_has_place(image: ImageFile.ImageFile) -> bool:
    texts = [image.info.get(key, b"") for key in XMP_KEYS]
    return any(XMP_PLACE in (text.encode() if isinstance(text, str) else text) for text in texts)
