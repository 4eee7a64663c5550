"""Is this file on disk what the card promises? Asked once per file and process: reading 500 MB takes a second.

Sizes and hashes come from the cards. A file without a published hash may only be safetensors, which cannot carry code.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import Lock

from vizcore.errors import WeightsDamaged, WeightsUnsafe
from vizcore.zoo.cards import ModelCard, WeightFile

CHUNK_BYTES = 1 << 20
LONGEST_HEADER = 100_000_000  # the limit of safetensors itself
Stamp = tuple[str, int, int]  # path, time of its last change in ns, size

_digests: dict[Stamp, str] = {}
_pinned: dict[Stamp, str] = {}  # only files that matched a published hash: these may be unpickled (weights only)
_lock = Lock()


def is_pinned(card: ModelCard) -> bool:
    """Whether every file of the card has a published hash; otherwise the card says "not pinned"."""
    return all(file.sha256 for file in card.files)


def digest(path: Path) -> str:
    """SHA-256 in hex, remembered as long as the file does not change."""
    stamp = stamp_of(path)
    with _lock:
        known = _digests.get(stamp)
    if known is None:
        known = _hashed(path)
        with _lock:
            _digests[stamp] = known
    return known


def verify_file(path: Path, file: WeightFile, model: str) -> None:
    """Returns if the file has the stated size and hash, or is well-formed safetensors where no hash is published.

    WeightsDamaged otherwise; WeightsUnsafe for a file without a published hash that would have to be unpickled.
    """
    try:
        _verify(path, file, model)
    except OSError as problem:
        raise WeightsDamaged(model=model, file=str(path)) from problem


def _verify(path: Path, file: WeightFile, model: str) -> None:
    if file.size_bytes is not None and path.stat().st_size != file.size_bytes:
        raise WeightsDamaged(model=model, file=str(path))
    if file.sha256 is None:
        kind = kind_of(path)
        if kind == "pickle":
            raise WeightsUnsafe(model=model, file=str(path))
        if kind != "safetensors":
            raise WeightsDamaged(model=model, file=str(path))
        return
    if digest(path) != file.sha256:
        raise WeightsDamaged(model=model, file=str(path))
    with _lock:
        _pinned[stamp_of(path)] = file.sha256


def matched_a_published_hash(path: Path) -> bool:
    """Whether `verify_file` has found this very file to match a published hash in this process."""
    with _lock:
        return stamp_of(path) in _pinned


def known_to_differ(path: Path, file: WeightFile) -> bool:
    """Whether size, header or an earlier look at the contents already say no; reads a header at most."""
    stamp = stamp_of(path)
    if file.size_bytes is not None and stamp[2] != file.size_bytes:
        return True
    if file.sha256 is None:
        return kind_of(path) != "safetensors"
    with _lock:
        return _digests.get(stamp, file.sha256) != file.sha256


def moved(before: Stamp, path: Path) -> None:
    """Carries over what is known of a file that was renamed to `path` after `stamp_of` gave `before`."""
    after = stamp_of(path)
    with _lock:
        for known in (_digests, _pinned):
            if before in known:
                known[after] = known.pop(before)


def kind_of(path: Path) -> str:
    """What the content is, whatever the name: "safetensors", "pickle" (torch's zip, or a plain one) or "unknown"."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(9)
        if start[:4] == b"PK\x03\x04" or start[:1] == b"\x80":
            return "pickle"
        length = int.from_bytes(start[:8], "little")
        if len(start) < 9 or start[8:9] != b"{" or length > min(size - 8, LONGEST_HEADER):
            return "unknown"
        header = start[8:] + stream.read(length - 1)
    return "safetensors" if _fills_the_file(header, size - 8 - length) else "unknown"


def _fills_the_file(header: bytes, data_bytes: int) -> bool:
    """Whether the header can be read and its tensors end exactly where the file ends."""
    try:
        entries = json.loads(header)
        ends = [entry["data_offsets"][1] for name, entry in entries.items() if name != "__metadata__"]
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return False
    return bool(ends) and max(ends) == data_bytes


def stamp_of(path: Path) -> Stamp:
    found = path.stat()
    return str(path.resolve()), found.st_mtime_ns, found.st_size


def _hashed(path: Path) -> str:
    running = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            running.update(chunk)
    return running.hexdigest()
