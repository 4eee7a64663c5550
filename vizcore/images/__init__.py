"""How does a file become a picture that every part of the program may trust? Through this one door."""

from vizcore.images.formats import ACCEPTED
from vizcore.images.intake import open_photo, open_preview, open_with_numbers, size_in_header
from vizcore.images.notes import NOTE_CODES
from vizcore.images.stored import StoredNumbers

__all__ = [
    "ACCEPTED",
    "NOTE_CODES",
    "StoredNumbers",
    "open_photo",
    "open_preview",
    "open_with_numbers",
    "size_in_header",
]
