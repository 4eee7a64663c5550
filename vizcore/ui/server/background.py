"""What does a server do for itself after it has started? In processes of the lowest priority, so that nobody waits.

Once on each machine it exports and measures the bundled models for ONNX Runtime (`python -m vizcore prepare-runtimes`);
every later start finds the records in the cache folder. After each start golden pictures are asked again
(`python -m vizcore golden`).
"""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import vizcore
from vizcore.settings import Settings

log = logging.getLogger(__name__)

AFTER_S = 20.0  # the first visitors come first
LOWEST_PRIORITY = 19


class Background:
    """One attempt a start. start, stop: called by the server's lifespan."""

    def __init__(self, settings: Settings, *, after_s: float = AFTER_S) -> None:
        self._settings = settings
        self._runtimes = settings.runtime == "onnx"
        self._golden = settings.start_check
        self._stopped = False
        self._process: subprocess.Popen[bytes] | None = None
        self._timer = threading.Timer(after_s, self.run)
        self._timer.daemon = True

    def start(self) -> None:
        """Begins later, if there is anything to do."""
        if self._golden or self._runtimes:
            self._timer.start()

    @cached_property
    def _done(self) -> Path:
        """The mark of a machine that is prepared. What knows the folder is imported after the first visitors."""
        from vizcore.zoo.weights.folders import cache_folder

        return cache_folder(self._settings) / "runtimes" / f"prepared-{_versions()}"

    @property
    def _prepares(self) -> bool:
        return self._runtimes and not self._done.exists()

    def run(self) -> None:
        """Each process to its end; its failure costs nobody anything."""
        try:
            if self._prepares and self._ran("prepare-runtimes", "--missing") == 0:
                self._done.parent.mkdir(parents=True, exist_ok=True)
                self._done.touch()
            if self._golden:
                self._check_golden()
        except OSError as problem:
            log.warning("no work in the background: %s", problem.strerror or type(problem).__name__)

    def _check_golden(self) -> None:
        """Says once what somebody has to look at; nothing of a check that was stopped, be it with the whole server."""
        from vizcore.monitoring.golden import last_checks

        began = time.time()
        if self._stopped or self._ran("golden") in {0, -signal.SIGTERM}:
            return
        if any(row.get("at", 0.0) >= began and not row["passed"] for row in last_checks().values()):
            log.warning("golden pictures are not answered as recorded; see In production, This app")
        else:
            log.warning("golden pictures could not be checked; python -m vizcore golden says why")

    def _ran(self, *verb: str) -> int:
        """The exit status; of one that was stopped, not 0. Ctrl+C is for the server alone, which then stops it."""
        quiet = subprocess.DEVNULL
        command = [sys.executable, "-m", "vizcore", *verb]
        self._process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
        if hasattr(os, "setpriority"):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, LOWEST_PRIORITY)
        if self._stopped:  # while it began
            self._process.terminate()
        return self._process.wait()

    def stop(self) -> None:
        """Ends what has not begun or not ended."""
        self._stopped = True
        self._timer.cancel()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()


def _versions() -> str:
    """Changes with this project and with the libraries that export and answer, and when the project was moved."""
    parts = [vizcore.__version__, str(Path(vizcore.__file__).parent)]
    for name in ("torch", "onnx", "onnxruntime"):
        try:
            parts.append(version(name))
        except PackageNotFoundError:
            parts.append("absent")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
