"""How does a test take something away from a program that runs: room on the disk, time, its life?"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def command(
    *words: str, full_at: int | None = None, folder: Path = ROOT, **environment: str
) -> tuple[int, list[dict[str, Any]], str]:
    """(status, JSON lines, standard error) of a verb. full_at: bytes at which a file that it writes meets a full disk,
    as the kernel says it (EFBIG; a real ENOSPC needs a disk of one's own). folder: where the package lies."""

    def limited() -> None:
        if full_at is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (full_at, full_at))

    done = subprocess.run(
        [sys.executable, "-m", "vizcore", *words, "--json"],
        # Without bytecode: Python 3.11 keeps a module's file that was cut off at the limit, and never reads it again.
        cwd=folder, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **environment}, preexec_fn=limited,
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def wait_until(condition: Callable[[], Any], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError("it did not happen in time")
        time.sleep(0.1)
