"""What the system refuses is one error about the path, and everything else passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from vizcore.errors import FileUnreadable
from vizcore.file_reading import reading


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (FileNotFoundError(2, "none"), "missing"),
        (PermissionError(13, "no"), "denied"),
        (OSError(36, "too long"), "unreadable"),
    ],
)
def test_what_the_system_refuses(problem: OSError, reason: str) -> None:
    with pytest.raises(FileUnreadable) as refused, reading(Path("folder/a.png")):
        raise problem
    assert refused.value.values == {"file": "a.png", "reason": reason}


def test_everything_else_passes() -> None:
    with pytest.raises(ValueError, match="ours"), reading(Path("a.png")):
        raise ValueError("ours")
