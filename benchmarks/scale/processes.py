"""What do the processes of a cluster cost: CPU time and unshared memory, by what they are?"""

from __future__ import annotations

from typing import Any

import psutil

from vizcore.engine import Engine
from vizcore.engine.backends.node import Node


def cpu_seconds(node: Node, engine: Engine) -> dict[str, float]:
    """CPU time so far: of the clients with their app's engine, of its driver, of the replicas, of the rest of Ray."""
    assert node.process is not None
    own = psutil.Process(node.process.pid)
    link = engine._backend.replicas.transport._link  # type: ignore[attr-defined]
    found = {"clients": _cpu_of(psutil.Process()), "driver": _cpu_of(psutil.Process(link._process.pid))}
    for each in (own, *own.children(recursive=True)):
        name = "replicas" if "ServedReplica" in " ".join(each.cmdline()) else "rest"
        found[name] = found.get(name, 0.0) + _cpu_of(each)
    return found


def _cpu_of(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def memory(node: Node) -> dict[str, Any]:
    """Unshared memory of the cluster's processes, in MB."""
    assert node.process is not None
    own = psutil.Process(node.process.pid)
    sizes = {
        each.pid: (each.memory_full_info().uss / 1e6, "ServedReplica" in " ".join(each.cmdline()))
        for each in (own, *own.children(recursive=True))
    }
    replicas = [round(size) for size, is_replica in sizes.values() if is_replica]
    return {
        "replicas_mb": replicas,
        "beside_replicas_mb": round(sum(size for size, mine in sizes.values() if not mine)),
    }
