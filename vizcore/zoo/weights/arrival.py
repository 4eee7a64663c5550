"""How does one file arrive: received as NAME.part, compared with the card's size and hash, and only then named?

Cancelling, a cut line or a crash leave the .part, and the next request goes on from there.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from vizcore.errors import WeightsDamaged, WeightsUnsafe
from vizcore.zoo.weights.attempts import receive_all
from vizcore.zoo.weights.single_flight import alone
from vizcore.zoo.weights.verify import moved, stamp_of, verify_file
from vizcore.zoo.weights.wanted_file import WantedFile


def bring(wanted: WantedFile) -> None:
    """The file at its target, verified; no other process brings it meanwhile. Errors: DownloadFailed, Cancelled."""
    with wanted.disk_trouble_named():
        wanted.target.parent.mkdir(parents=True, exist_ok=True)
        with alone(wanted.lock, wanted.cancelled):
            if not _is_good(wanted.target, wanted):
                _receive_verify_and_name(wanted)


def _receive_verify_and_name(wanted: WantedFile) -> None:
    """Downloads, verifies, names. A bad file that began as somebody's leftover is tried once more from the start."""
    _check_address(wanted.file.url)
    left_over = wanted.part.exists()
    receive_all(wanted)
    if not _is_good(wanted.part, wanted) and left_over:
        wanted.part.unlink()
        receive_all(wanted)
    if not _is_good(wanted.part, wanted):
        wanted.part.unlink()
        raise wanted.failed("hash")
    stamp = stamp_of(wanted.part)
    os.replace(wanted.part, wanted.target)
    moved(stamp, wanted.target)


def _is_good(path: Path, wanted: WantedFile) -> bool:
    try:
        verify_file(path, wanted.file, wanted.card.key)
    except (WeightsDamaged, WeightsUnsafe):
        return False
    return True


def _check_address(url: str) -> None:
    """Addresses come from cards, never from a visitor; plain http is for this machine's own servers only."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost"}):
        raise ValueError(f"expected an https address, got {url}")
