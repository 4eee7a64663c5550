"""What runs in a replica's process, and how is it put onto a cluster?

Ray Serve keeps the replicas running, asks each for its health, and starts those again that fail.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, TypeVar

from vizcore.engine.backends.plain import OURS
from vizcore.engine.backends.ray_cluster import APPLICATION
from vizcore.engine.backends.replica import Replica
from vizcore.engine.backends.sealed import Sealed
from vizcore.engine.device import prepare_process
from vizcore.engine.freed_memory import keep_freed_memory
from vizcore.settings import current

PLACE = "vizcore_replica"  # Ray's name for room for one replica on a machine
HEALTH_PERIOD_S = 5.0
HEALTH_TIMEOUT_S = 20.0
CALLS_AT_ONCE = 64

T = TypeVar("T")


class ServedReplica:
    """`Replica` as Ray Serve calls it: its event loop stays free, so that a long call never hides the health check."""

    def __init__(self, changes: Mapping[str, Any], allowed: Iterable[str]) -> None:
        stay_on_loopback()
        prepare_process()
        keep_freed_memory()
        import ray

        settings = replace(current(), **changes)
        self._threads = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="call")
        self._replica = Replica(settings, lambda references: ray.get(list(references)), allowed=allowed)
        self._replica.warm_up()
        gc.collect()
        gc.freeze()  # torch's and Ray's half a million objects stay: no need to look at them again and again

    async def hello(self) -> bytes:
        return await self._run(self._replica.hello)

    async def read_back(self, there: Sealed) -> bytes:
        return await self._run(self._replica.read_back, there)

    async def begin(self, payload: bytes, given: bytes, to_keep: Sequence[Any], to_read: Sequence[Any]) -> bytes:
        return await self._run(self._replica.begin, payload, given, to_keep, to_read)

    async def bring(self, job: str, to_keep: Sequence[Any], to_read: Sequence[Any]) -> None:
        await self._run(self._replica.bring, job, to_keep, to_read)

    async def poll(self, job: str, steps_seen: int, wait_s: float) -> bytes:
        return await self._run(self._replica.poll, job, steps_seen, wait_s)

    async def stop(self, job: str) -> None:
        await self._run(self._replica.stop, job)

    async def evict(self, model_key: str) -> bool:
        return await self._run(self._replica.evict, model_key)

    async def forget(self, photos_sha256: list[str]) -> None:
        await self._run(self._replica.forget, photos_sha256)

    async def actor(self) -> Any:
        """Who this is, for calls that need not be routed."""
        import ray

        return ray.get_runtime_context().current_actor

    async def process_id(self) -> int:
        return os.getpid()

    async def check_health(self) -> None:
        await self._run(self._replica.check_health)

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)


def stay_on_loopback() -> None:
    """Serve opens a port on every interface for calls between deployments, which we do not make: on one machine it
    is kept to loopback."""
    import ray
    from ray.serve._private import replica

    if ray.util.get_node_ip_address() == "127.0.0.1":
        open_port = replica.add_port_to_grpc_server
        replica.add_port_to_grpc_server = lambda server, address: open_port(
            server, address.replace("[::]", "127.0.0.1")
        )


def deploy(
    replicas: int, *, changes: Mapping[str, Any] | None = None, allowed: Iterable[str] = OURS, wait: bool = True
) -> None:
    """Puts so many replicas onto the cluster that this process has joined.

    changes: settings in which the replicas differ from their own machine's. wait: until all of them answer; otherwise
    those for which no machine has room yet begin as soon as one does.
    """
    from ray import serve
    from ray.serve.schema import LoggingConfig

    serve.start(proxy_location="Disabled", logging_config=LoggingConfig(log_level="WARNING", enable_access_log=False))
    served = serve.deployment(
        ServedReplica,
        num_replicas=1,
        max_ongoing_requests=CALLS_AT_ONCE,
        max_queued_requests=CALLS_AT_ONCE,
        ray_actor_options={"num_cpus": 0, "resources": {PLACE: 1}},
        health_check_period_s=HEALTH_PERIOD_S,
        health_check_timeout_s=HEALTH_TIMEOUT_S,
        graceful_shutdown_timeout_s=5,
    )
    targets = [
        serve.RunTarget(
            target=served.bind(dict(changes or {}), tuple(allowed)),
            name=APPLICATION.format(number=number),
            route_prefix=None,
        )
        for number in range(replicas)
    ]
    serve.run_many(targets, wait_for_applications_running=wait)
