"""Where do results go? Checked before the work begins, since minutes of it are lost on a folder that is not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from vizcore.errors import FileUnreadable
from vizcore.whole_files import write_whole

OutFile = Annotated[Path | None, typer.Option("--out", metavar="F", help="Writes the result to this file.")]


def checked_out(path: Path | None) -> None:
    """Makes the folder of a file that is to be written. FileUnreadable (unwritable) where that will not be possible."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() or (path.exists() and not os.access(path, os.W_OK)):
            raise FileUnreadable(file=str(path), reason="unwritable")
        if not path.exists():
            with tempfile.TemporaryFile(dir=path.parent):  # asking for permission alone misses full and foreign disks
                pass
    except OSError:
        raise FileUnreadable(file=str(path), reason="unwritable") from None


def checked_out_folder(folder: Path | None) -> None:
    """The same for a folder that several files are to be written into."""
    if folder is None:
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError:
        raise FileUnreadable(file=str(folder), reason="unwritable") from None


def write_bytes(path: Path, content: bytes) -> str:
    """Writes the file; its path. FileUnreadable (unwritable) when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, content)
    except OSError:
        raise FileUnreadable(file=str(path), reason="unwritable") from None
    return str(path)
