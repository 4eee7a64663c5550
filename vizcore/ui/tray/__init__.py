"""Which pictures has this visitor put in, for all pages to use?

Kept in the session's memory only. What leaves the server is our own re-encoded JPEG, never the uploaded bytes.
"""

from vizcore.ui.tray.choice import show_start
from vizcore.ui.tray.intake import show_intake, show_refusals, take_from_address
from vizcore.ui.tray.sidebar import show_tray
from vizcore.ui.tray.state import add, clear, photos, remove

__all__ = [
    "add",
    "clear",
    "photos",
    "remove",
    "show_intake",
    "show_refusals",
    "show_start",
    "show_tray",
    "take_from_address",
]
