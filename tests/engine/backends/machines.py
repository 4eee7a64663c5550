"""Two machines on this one: network namespaces with processes, /tmp, shared memory and a cache folder of their own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.patience import LONG_PATIENCE_S, PATIENCE_S

ROOT = Path(__file__).parents[3]
BRIDGE, NET = "visbridge", "10.77.0"
OWN = "/mnt"  # where a machine has its folder; nobody sees the other's
HOLD = f'mount --bind "$1" {OWN}; mount -t tmpfs own /tmp; mount -t tmpfs own /dev/shm; exec sleep 100000'
EVERY_PROTOCOL = 0x0003


def possible() -> bool:
    """Linux, root, and the programs of Debian's iproute2 and util-linux."""
    tools = all(map(shutil.which, ("ip", "unshare", "nsenter")))
    return sys.platform == "linux" and os.geteuid() == 0 and tools and _quiet("ip", "link", "show")


@dataclass(frozen=True)
class Machine:
    """folder: what it sees as OWN, and has as its cache folder."""

    number: int
    folder: Path
    holder: psutil.Process

    @property
    def address(self) -> str:
        return f"{NET}.{self.number}"

    @property
    def cable(self) -> str:
        """The bridge's end of it."""
        return f"viscable{self.number}"

    def start(self, *words: str, log: Path, **environment: str) -> subprocess.Popen[bytes]:
        """Python with these words, on this machine."""
        enter = ["nsenter", "-t", str(self.holder.pid), "-m", "-p", "-n", f"--wd={ROOT}", sys.executable, *words]
        own = {"VIZCORE_CACHE_DIR": OWN, "VIZCORE_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
        rest = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}  # no guard: it has to go out
        with log.open("wb") as out:
            return subprocess.Popen(
                enter, cwd=ROOT, env={**rest, **own, **environment}, stdout=out, stderr=subprocess.STDOUT
            )

    def plug(self, *, into: bool) -> None:
        """The cable in, or out."""
        subprocess.run(["ip", "link", "set", self.cable, "up" if into else "down"], check=True)


def end(process: subprocess.Popen[bytes]) -> None:
    """In an orderly way: what was asked for is nsenter's child."""
    with suppress(psutil.NoSuchProcess):
        for each in psutil.Process(process.pid).children():
            each.terminate()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def two_machines(folder: Path) -> Iterator[tuple[Machine, Machine]]:
    with ExitStack() as ends:
        _made(ends, ["ip", "link", "add", BRIDGE, "type", "bridge"], ["ip", "link", "del", BRIDGE])
        subprocess.run(["ip", "link", "set", BRIDGE, "up"], check=True)
        yield _machine(1, folder, ends), _machine(2, folder, ends)


def _machine(number: int, folder: Path, ends: ExitStack) -> Machine:
    name, own = f"vismachine{number}", folder / f"machine{number}"
    own.mkdir()
    _made(ends, ["ip", "netns", "add", name], ["ip", "netns", "del", name])
    cable = f"viscable{number}"
    for words in (
        f"link add {cable} type veth peer name eth0 netns {name}",
        f"link set {cable} master {BRIDGE} up",
        f"-n {name} addr add {NET}.{number}/24 dev eth0",
        f"-n {name} link set eth0 up",
        f"-n {name} link set lo up",
    ):
        subprocess.run(["ip", *words.split()], check=True)
    unshare = [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--mount-proc",
        "--kill-child",
        "sh",
        "-c",
        HOLD,
        "sh",
        str(own),
    ]
    outer = subprocess.Popen(["ip", "netns", "exec", name, *unshare])
    ends.callback(outer.wait)
    ends.callback(outer.kill)
    until = time.monotonic() + PATIENCE_S
    while not (inner := [each for each in psutil.Process(outer.pid).children() if each.name() == "sleep"]):
        assert time.monotonic() < until, "the machine did not start"
        time.sleep(0.05)
    return Machine(number, own, inner[0])


def _made(ends: ExitStack, make: list[str], undo: list[str]) -> None:
    _quiet(*undo)  # what a run that was ended by force left behind
    subprocess.run(make, check=True)
    ends.callback(_quiet, *undo)


def _quiet(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def told(log: Path, sentence: str, *, by: subprocess.Popen[bytes] | None = None) -> None:
    """Waits until the log has it, and no longer than the process lives that should write it."""
    until = time.monotonic() + LONG_PATIENCE_S
    while sentence not in (said := log.read_text(errors="replace")):
        assert time.monotonic() < until, said
        assert by is None or by.poll() is None, said
        time.sleep(0.2)


@contextmanager
def listening(machine: Machine, words: Mapping[str, bytes]) -> Iterator[dict[str, int]]:
    """How many times each of the words passes on the machine's cable, in a frame; filled in at the end."""
    found, over = dict.fromkeys(words, 0), threading.Event()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERY_PROTOCOL)) as tap:
        tap.bind((machine.cable, 0))
        tap.settimeout(0.2)

        def listen() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    frame = tap.recv(65_535 * 2)
                    for name, word in words.items():
                        found[name] += frame.count(word)

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield found
        finally:
            over.set()
            thread.join()
