"""How much more memory did the process need for a moment? Linux counts it; elsewhere nothing is claimed."""

from __future__ import annotations

from pathlib import Path

STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


class PeakMemory:
    """Starts counting when made. What other requests of the same process need meanwhile is counted too."""

    def __init__(self) -> None:
        self._before_kb = 0
        self._works = False
        try:
            CLEAR.write_text("5")  # the peak begins again from here
            self._before_kb = _line("VmRSS")
            self._works = self._before_kb > 0
        except OSError:
            return

    def peak_mb(self) -> float | None:
        """MB above the start, None where the system does not say."""
        if not self._works:
            return None
        try:
            return max(0.0, (_line("VmHWM") - self._before_kb) / 1e3)
        except OSError:
            return None


def _line(name: str) -> int:
    """Kilobytes of one line of the process's status."""
    for line in STATUS.read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0
