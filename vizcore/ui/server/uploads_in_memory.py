"""An upload is never on a disk, not even while it arrives.

Streamlit keeps a visitor's files in memory, but the form in which one comes is taken apart by Starlette, which puts
what is larger than a megabyte into a temporary file first.
"""

from __future__ import annotations

from starlette.formparsers import MultiPartParser

BEYOND_ANY = 1 << 40  # bytes; what may be sent at all has limits of its own (`upload_limit`, server.maxUploadSize)


def without_upload_files() -> None:
    """From now on; to be called before the server is made."""
    MultiPartParser.spool_max_size = BEYOND_ANY
