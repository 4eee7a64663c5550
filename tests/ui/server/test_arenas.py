"""Do the server's threads share their heaps, unless the environment says how many there are?"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from vizcore.ui.server.arenas import with_few_arenas

ROOT = Path(__file__).parents[3]
# How many heaps of their own do sixteen threads that are alive together get? glibc tells in XML.
COUNTED = """
import ctypes, sys, threading
sys.path.insert(0, sys.argv[1])
from vizcore.ui.server.arenas import with_few_arenas
if sys.argv[2] == "few":
    assert with_few_arenas()
c = ctypes.CDLL(None)
c.malloc.restype, c.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
all_here = threading.Barrier(16)
def work():
    all_here.wait()
    c.malloc(ctypes.c_size_t(1000))
    all_here.wait()
threads = [threading.Thread(target=work) for _ in range(16)]
[each.start() for each in threads]
[each.join() for each in threads]
out = ctypes.c_void_p(c.fopen(b"/dev/stdout", b"w"))
c.malloc_info(0, out)
c.fflush(out)
"""
glibc = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another library's heaps")


def heaps(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-c", COUNTED, str(ROOT), how], env={}, capture_output=True, text=True, check=True
    )
    return done.stdout.count("<heap nr=")


@glibc
def test_sixteen_threads_share_two_heaps() -> None:
    assert heaps("few") <= 2
    assert heaps("as it was") > 2


def test_the_environment_s_own_number_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    assert not with_few_arenas()
