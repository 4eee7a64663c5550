"""How is a file written so that nobody ever meets half of it?

Into a neighbour of another name first, which takes its place only when all bytes are on the disk: a full disk, a
cancelled job or a process that is ended leaves the old file or none.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """OSError where it cannot be written; then nothing of it stays. What is no file (/dev/stdout) is written into."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """Asking for it changes it for a moment; mkstemp's files are private otherwise."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
