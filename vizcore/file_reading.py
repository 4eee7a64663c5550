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
    except OSError as problem:
        raise refusal(path, problem) from None


def refusal(path: Path, problem: OSError) -> FileUnreadable:
    """What the system said about this path, as a person can mend it."""
    if isinstance(problem, FileNotFoundError):
        return FileUnreadable(file=path.name, reason="missing")
    return FileUnreadable(file=path.name, reason="denied" if isinstance(problem, PermissionError) else "unreadable")
