"""Is memory that was freed used again, where a process asks for that, and as ever where its environment says how?"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

LOOK = """
import resource
from vizcore.engine.freed_memory import keep_freed_memory
print(keep_freed_memory())
for round in range(2):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        b"x" * (8 << 20 | round)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's malloc alone")
@pytest.mark.parametrize(("changes", "kept"), [({}, True), ({"MALLOC_MMAP_THRESHOLD_": "131072"}, False)])
def test_pages_are_asked_for_once(changes: dict[str, str], kept: bool) -> None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
    said, _, faults = subprocess.run(
        [sys.executable, "-c", LOOK], env={**own, **changes}, capture_output=True, text=True, check=True
    ).stdout.split()
    assert said == str(kept)
    assert (int(faults) < 2000) == kept, "8 MB are 2048 pages, and 20 of them were made"
