"""What can be wrong with a picture, an archive of pictures or the tray?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError

EntryReason = Literal["outside", "encrypted", "link", "damaged"]


class NotAnImage(VizError):
    """Not one of the accepted picture formats."""

    code = "not_an_image"
    accepted: list[str]  # names of formats


class ImageDamaged(VizError):
    """A known format that cannot be decoded to its end."""

    code = "image_damaged"
    format: str


class ImageEmpty(VizError):
    """No bytes, or too few to be a picture."""

    code = "image_empty"


class ImageTooLarge(VizError):
    """More pixels than allowed."""

    code = "image_too_large"
    limit_mpx: float
    actual_mpx: float
    width: int
    height: int


class ImageSideTooLong(VizError):
    """One side is longer than allowed."""

    code = "image_side_too_long"
    limit: int  # pixels
    width: int
    height: int


class FileTooLarge(VizError):
    """More bytes than allowed."""

    code = "file_too_large"
    limit_mb: float
    actual_mb: float


class ImageUnsupported(VizError):
    """A sound file of a kind that cannot be read here."""

    code = "image_unsupported"
    format: str
    kind: str  # "3 x 32-bit float", "camera raw"


class HeicUnavailable(VizError):
    """A HEIC picture on a machine without its decoder."""

    code = "heic_unavailable"


class FileUnreadable(VizError):
    """No bytes could be read from a path."""

    code = "file_unreadable"
    file: str  # its name
    reason: Literal["missing", "folder_missing", "denied", "not_a_file", "not_a_folder", "unreadable", "unwritable"]


class TrayFull(VizError):
    """The tray holds its maximum."""

    code = "tray_full"
    limit: int  # pictures


class TrayTooLarge(VizError):
    """The pictures in the tray have too many pixels together."""

    code = "tray_too_large"
    limit_mpx: float
    actual_mpx: float


class ServerFull(VizError):
    """The pictures of all visitors together have as many pixels as this server holds."""

    code = "server_full"
    limit_mpx: float


class PhotosMissing(VizError):
    """An operation needs more pictures than it was given."""

    code = "photos_missing"
    needed: int
    given: int


class UnknownSample(VizError):
    """No built-in photo has this name here."""

    code = "unknown_sample"
    key: str
    known: list[str]  # keys


class NotAnArchive(VizError):
    """Not a zip that can be opened."""

    code = "not_an_archive"


class GalleryEmpty(VizError):
    """A folder or zip without a file that is named like a picture."""

    code = "gallery_empty"
    accepted: list[str]  # names of formats


class GalleryTooLarge(VizError):
    """Too many pictures, bytes or pixels for one gallery."""

    code = "gallery_too_large"
    reason: Literal["pictures", "megabytes", "megapixels"]
    limit: float
    actual: float


class EntryRefused(VizError):
    """One file of a zip that is not opened."""

    code = "entry_refused"
    file: str
    reason: EntryReason


class ClassesMissing(VizError):
    """No two pictures of a gallery lie in a folder of the same name."""

    code = "classes_missing"
    pictures: int
