"""A child process that reads one damaged file after the other and says what became of each, so that a death costs one.

python -m tests.fuzz.worker READER FIRST COUNT: for each number it prints "> n" before, and a JSON line after it.
"""

from __future__ import annotations

import json
import random
import re
import resource
import sys
import time
from pathlib import Path

from tests.fuzz.mutations import mutated
from tests.fuzz.readers import READERS
from tests.time_bounds import slowness
from vizcore.errors import VizError

LONGEST_S = 5.0  # of CPU for one file, on a fast machine
ADDRESS_SPACE = (
    12 << 30
)  # torch alone maps several GB; what runs away still ends as MemoryError and not as a dead machine


def outcome(reader: str, number: int, read, seeds) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """code: "" for a file that was read, the code of a VizError, or the name of anything else, which is a defect."""
    chance = random.Random(f"{reader}/{number}")
    data = mutated(chance.choice(seeds), chance)
    begun = time.process_time()
    try:
        read(data)
        code, raw = "", ""
    except VizError as error:
        code, raw = error.code, ""
    except BaseException as error:
        code, raw = "raw", f"{type(error).__name__}: {error}"[:200]
    spent = time.process_time() - begun
    slower = slowness() if spent > LONGEST_S else 1.0  # than a fast machine, at this moment
    return {"n": number, "code": code, "raw": raw, "s": round(spent / slower, 3)}


def main() -> None:
    reader, first, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = ADDRESS_SPACE if hard == resource.RLIM_INFINITY else min(ADDRESS_SPACE, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    read, seeds = READERS[reader]()
    for seed in seeds:
        read(seed)  # a seed that is refused would test nothing
    for number in range(first, first + count):
        sys.stdout.write(f"> {number}\n")
        sys.stdout.flush()
        sys.stdout.write(json.dumps(outcome(reader, number, read, seeds)) + "\n")
    sys.stdout.write(json.dumps({"peak_mb": round(peak_mb())}) + "\n")


def peak_mb() -> float:
    """Most memory that this program held. (ru_maxrss also remembers the process that started it, before the exec.)"""
    status = Path("/proc/self/status")
    if status.is_file():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
