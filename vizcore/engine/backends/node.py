"""How is a machine of a cluster started, and how does it end without leaving anything behind?

All of Ray's processes on a machine are children of one `ray start --block`, which is a child of ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import psutil

import vizcore
from vizcore.engine.backends.listener import is_a_stranger_s
from vizcore.engine.backends.plain import OURS
from vizcore.engine.backends.ray_environment import (
    NOT_FOR_REPLICAS,
    is_loopback,
    make_token,
    token_file,
    variables,
)
from vizcore.errors import BackendMissing, ClusterDenied, ClusterFailed, ClusterForeign, ClusterUnreachable
from vizcore.settings import Settings, host_and_port

START_S = 90.0
END_S = 2.0  # for a farewell; what is left is ended by force
GONE_S = 15.0
PLACE = "vizcore_replica"
# `ray start`, without its "client server": one more door, which nothing here goes through.
START = "from ray.scripts import scripts as s; s.get_ray_client_dependency_error = lambda: 'off'; s.main()"
# Two nodes on one machine's loopback, as in the tests: Ray would put the network card's address in its place.
JOIN_HERE = f"from ray._private import services; services.resolve_ip_for_localhost = lambda host: host; {START}"
# Spilling would write visitors' pictures to disk; workers that nobody asked for would only take memory.
# What is passed or returned goes through the object store from 100 kB on, if Ray is not told otherwise. What Ray
# measures of itself nobody here reads.
SYSTEM = {
    "automatic_object_spilling_enabled": False,
    "enable_worker_prestart": False,
    "max_direct_call_object_size": 3_000_000,
    "enable_metrics_collection": False,
    "event_stats": False,
    "task_events_report_interval_ms": 0,
}


@dataclass
class Node:
    """One machine of a cluster while it runs. here: replicas it has room for. folder: of Ray's sockets and logs."""

    settings: Settings
    here: int
    store_mb: int = 200
    own_address: str = ""
    joins: bool = False
    folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir(), f"vis-ray-{secrets.token_hex(4)}"))
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the machine takes work. Errors: BackendMissing, ClusterDenied, ClusterFailed,
        ClusterUnreachable and ClusterForeign (of the cluster to join)."""
        if importlib.util.find_spec("ray") is None:
            raise BackendMissing(library="ray")
        self._check()
        self.folder.mkdir(mode=0o700)  # FileExistsError for one that somebody else put there
        with (self.folder / "start.log").open("wb") as log:
            self.process = subprocess.Popen(
                self.command(),
                env=environment(self.settings) | ({"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "1"} if self.joins else {}),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_ends_with_its_parent,
            )
        self._wait()

    def command(self) -> list[str]:
        """What starts Ray on this machine."""
        host, port = host_and_port(self.settings.cluster)
        own = self.own_address or (host if not self.joins or is_loopback(self.settings.cluster) else "")
        here_too = self.joins and is_loopback(self.settings.cluster)
        head = ["--head", f"--port={port}", "--include-dashboard=false", "--no-monitor",
                f"--system-config={json.dumps(SYSTEM)}"]  # fmt: skip
        return [
            *(sys.executable, "-c", JOIN_HERE if here_too else START, "start", "--block", "--disable-usage-stats"),
            *([f"--address={self.settings.cluster}"] if self.joins else head),
            *([f"--node-ip-address={own}"] if own else []),
            "--num-cpus=0",
            f"--resources={json.dumps({PLACE: self.here})}",
            f"--object-store-memory={self.store_mb * 1_000_000}",
            "--include-log-monitor=false",
            f"--temp-dir={self.folder / 'r'}",  # of every machine: else one that joins makes the head's, open to all
        ]

    def deploy(
        self,
        replicas: int,
        *,
        changes: Mapping[str, Any] | None = None,
        allowed: Iterable[str] = OURS,
        wait: bool = True,
    ) -> None:
        """Puts replicas onto the cluster, in a process that ends afterwards. ClusterFailed."""
        words = [str(replicas), json.dumps(dict(changes or {})), json.dumps(list(allowed)), "wait" if wait else "later"]
        log = self.folder / "deploy.log"
        with log.open("wb") as out:
            done = subprocess.run(
                [sys.executable, "-m", "vizcore.engine.backends", *words],
                env=environment(self.settings), stdout=out, stderr=out, check=False,
            )  # fmt: skip
        if done.returncode:
            raise ClusterFailed(reason="failed", address=self.settings.cluster, log=str(log))

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Ends every process of this machine, at the latest after a while by force, and removes the folder."""
        if self.process is None:
            return
        children = _descendants(self.process.pid)
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_S)
        self.process.kill()
        self.process.wait()
        _end(children)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _check(self) -> None:
        token, taken = token_file(self.settings), _answers(self.settings.cluster)
        if self.joins:
            if not os.access(token, os.R_OK):
                raise ClusterDenied(file=token.name)
            if not taken:
                raise ClusterUnreachable(address=self.settings.cluster)
            port = host_and_port(self.settings.cluster)[1]
            if is_loopback(self.settings.cluster) and is_a_stranger_s(port, {token.stat().st_uid}):
                raise ClusterForeign(address=self.settings.cluster)
            return
        if taken:
            raise ClusterFailed(reason="port", address=self.settings.cluster, log="")
        make_token(token)

    def _wait(self) -> None:
        until = time.monotonic() + START_S
        log = self.folder / "start.log"
        while b"Ray runtime started" not in log.read_bytes():
            if not self.alive() or time.monotonic() > until:
                kept = _kept(log)
                self.stop()
                raise ClusterFailed(reason="failed", address=self.settings.cluster, log=kept)
            time.sleep(0.1)


def _kept(log: Path) -> str:
    """A copy that outlives the node's folder, under a name that nobody on this machine can have put a link under."""
    descriptor, name = tempfile.mkstemp(prefix="vis-ray-start-", suffix=".log")
    with os.fdopen(descriptor, "wb") as copy:
        copy.write(log.read_bytes())
    return name


def environment(settings: Settings) -> dict[str, str]:
    """The environment of the cluster's processes: these settings, this code, Ray's own switches."""
    values = {f"VIZCORE_{each.name.upper()}": getattr(settings, each.name) for each in fields(Settings)}
    ours = {
        name: str(value)
        for (name, value), each in zip(values.items(), fields(Settings), strict=True)
        if value != each.default
    }
    rest = {name: value for name, value in os.environ.items() if not name.startswith("VIZCORE_")}
    root = str(Path(vizcore.__file__).parent.parent)
    paths = [root, *filter(None, rest.get("PYTHONPATH", "").split(os.pathsep))]
    kept = {name: value for name, value in ours.items() if name not in NOT_FOR_REPLICAS}
    return {**rest, **kept, **variables(settings), "PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def _answers(address: str) -> bool:
    try:
        socket.create_connection(host_and_port(address), 1.0).close()
    except OSError:
        return False
    return True


def _ends_with_its_parent() -> None:
    """Linux: the kernel ends the child when this process is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _descendants(pid: int) -> Sequence[psutil.Process]:
    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def _end(processes: Sequence[psutil.Process]) -> None:
    """Ends them by force, and waits until they are gone. None holds anything that would be lost."""
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(processes, GONE_S)
