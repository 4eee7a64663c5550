"""What is said where the system does not let a file or folder be read?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vizcore.errors import FileUnreadable


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What the system refuses inside `with` becomes FileUnreadable about this path."""
    try:
        yield
    except FileNotFoundError:
        raise FileUnreadable(file=path.name, reason="missing") from None
    except PermissionError:
        raise FileUnreadable(file=path.name, reason="denied") from None
    except OSError:
        raise FileUnreadable(file=path.name, reason="unreadable") from None
