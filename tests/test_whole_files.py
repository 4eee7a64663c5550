"""Is a file written whole or not at all?"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from vizcore.whole_files import write_whole


def test_new_and_in_place_of_an_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_whole(path, b"first")
    assert path.read_bytes() == b"first"
    path.chmod(0o640)
    write_whole(path, b"second")
    assert path.read_bytes() == b"second"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.bin"
    write_whole(path, b"old")

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["a.bin"]


def test_a_device_is_written_into_and_stays_one() -> None:
    null = Path("/dev/null")
    if not null.exists():
        pytest.skip("no such device here")
    write_whole(null, b"gone")
    assert not null.is_file()
