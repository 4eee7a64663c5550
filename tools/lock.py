"""Which exact files does `make run` and `make test` install? Compiles the pins into hash-locked lists of every package.

`python -m tools.lock` asks the package index, by uv, and writes `requirements.lock` (the app) and
`requirements-dev.lock` (the same, and what tests and checks need). `--check` asks nobody: it fails when a pin changed
since the locks were written. `--upgrade` lets packages that we do not pin ourselves move to their newest release.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = "requirements.txt"
APP = (CORE, "requirements-ocr.txt")
DEV = (*APP, "requirements-dev.txt", "requirements-oracles.txt", "requirements-ray.txt")
OVERRIDES = "requirements-overrides.txt"
OLDEST_PYTHON = "3.11"
HEADER = "# Made by `make lock` from {inputs}; do not edit.\n# inputs sha256: {digest}\n"
OPENCV = re.compile(r"^opencv-python==(\S+)", re.MULTILINE)


def digest(inputs: tuple[str, ...]) -> str:
    """Of the pins alone: comments and order do not count."""
    lines = [line.partition("#")[0].strip() for name in (*inputs, OVERRIDES) for line in _text(name).splitlines()]
    return hashlib.sha256("\n".join(sorted(filter(None, lines))).encode()).hexdigest()


def headless(pins: str) -> str:
    """The build of OpenCV without windows, in the version pinned: it needs no libGL from the system."""
    found = OPENCV.search(pins)
    if found is None:
        raise ValueError(f"expected a pin opencv-python== in {CORE}, got none")
    return f"opencv-python-headless=={found.group(1)}\n"


def compile_lock(lock: str, inputs: tuple[str, ...], *, constraint: str = "", upgrade: bool = False) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".in") as extra:
        extra.write(headless(_text(CORE)))
        extra.flush()
        command = [
            *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"),
            *("--python-version", OLDEST_PYTHON, "--override", OVERRIDES, "--output-file", lock),
            *(("--constraint", constraint) if constraint else ()),
            *(("--upgrade",) if upgrade else ()),
            *inputs,
            extra.name,
        ]
        subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    path = ROOT / lock
    packages = path.read_text(encoding="utf-8")
    path.write_text(HEADER.format(inputs=", ".join((*inputs, OVERRIDES)), digest=digest(inputs)) + packages)


def stale(lock: str, inputs: tuple[str, ...]) -> bool:
    """Whether the lock was compiled from other pins than today's."""
    path = ROOT / lock
    return not path.is_file() or f"# inputs sha256: {digest(inputs)}\n" not in path.read_text(encoding="utf-8")


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--check", action="store_true", help="write nothing; fail when a lock is older than its pins")
    options.add_argument("--upgrade", action="store_true", help="take the newest release of what is not pinned")
    given = options.parse_args()
    if given.check:
        old = [
            lock for lock, inputs in (("requirements.lock", APP), ("requirements-dev.lock", DEV)) if stale(lock, inputs)
        ]
        print("\n".join(f"{lock} is older than its pins: run make lock" for lock in old) or "locks are current")
        return 1 if old else 0
    compile_lock("requirements.lock", APP, upgrade=given.upgrade)
    compile_lock("requirements-dev.lock", DEV, constraint="requirements.lock", upgrade=given.upgrade)
    return 0


if __name__ == "__main__":
    sys.exit(main())
