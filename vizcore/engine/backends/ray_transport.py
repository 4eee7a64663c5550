"""How does a process reach replicas by Ray Serve? Each replica is an application of its own, so that it has a name."""

from __future__ import annotations

import logging
import os
import re
import socket
import threading
from collections.abc import Sequence
from typing import Any

from vizcore.engine.backends.ray_environment import host_and_port, is_loopback, prepare, token_file
from vizcore.engine.backends.transport import ReplicaGone, ReplicaSlow, StoreFull
from vizcore.errors import BackendMissing, ClusterDenied, ClusterMismatch, ClusterUnreachable
from vizcore.settings import Settings

log = logging.getLogger("vizcore.engine")

APPLICATION = "vis-{number}"
NAMED = re.compile(r"vis-(\d+)")
REACH_S = 3.0
NAMESPACE = "vizcore"
_connecting = threading.Lock()  # Ray is one per process


class RayTransport:
    """A driver of the cluster at `settings.cluster`. `import ray` happens at the first connection."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._handles: dict[str, Any] = {}
        host_and_port(settings.cluster)  # says at once if it is none

    @property
    def address(self) -> str:
        return self._settings.cluster

    def connect(self) -> Sequence[str]:
        """Names of all replicas that were deployed, whether they answer or not."""
        with _connecting:
            join_cluster(self._settings)
        from ray import serve

        names = [name for name in serve.status().applications if NAMED.fullmatch(name)]
        if not names:
            raise ClusterUnreachable(address=self.address)
        names.sort(key=lambda name: int(name.partition("-")[2]))
        self._handles = {name: serve.get_app_handle(name) for name in names}
        return names

    def call(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Any:
        try:
            response = getattr(self._handles[replica], method).remote(*arguments)
            try:
                return response.result(timeout_s=timeout_s)
            except TimeoutError:
                response.cancel()
                raise ReplicaSlow(replica) from None
        except ReplicaSlow:
            raise
        except Exception as error:  # the border: Ray has a score of errors that all mean that there is no answer
            log.info("%s of replica %s: %s", method, replica, type(error).__name__)
            raise ReplicaGone(f"{replica}: {type(error).__name__}") from None

    def send(self, replica: str, method: str, *arguments: Any) -> None:
        try:
            getattr(self._handles[replica], method).remote(*arguments)
        except Exception as error:  # the same border
            log.info("%s of replica %s: %s", method, replica, type(error).__name__)

    def put(self, data: bytes) -> Any:
        import ray

        try:
            return ray.put(data)
        except ray.exceptions.RayError as error:
            raise StoreFull(type(error).__name__) from None

    def close(self) -> None:
        """Leaves the cluster, which goes on."""
        self._handles = {}
        with _connecting:
            leave_cluster()


def join_cluster(settings: Settings) -> None:
    """Makes this process a driver. Errors: BackendMissing, ClusterDenied, ClusterUnreachable, ClusterMismatch."""
    token = token_file(settings)
    if not os.access(token, os.R_OK):
        raise ClusterDenied(file=token.name)
    prepare(settings)
    try:
        import ray
    except ImportError:
        raise BackendMissing(library="ray") from None
    if ray.is_initialized():
        return
    host, port = host_and_port(settings.cluster)
    try:
        socket.create_connection((host, port), REACH_S).close()  # Ray itself would try for most of a minute
    except OSError:
        raise ClusterUnreachable(address=settings.cluster) from None
    own = {"_node_ip_address": host} if is_loopback(settings.cluster) else {}
    try:
        ray.init(address=settings.cluster, namespace=NAMESPACE, configure_logging=False, log_to_driver=False, **own)
        logging.getLogger("ray.serve").setLevel(logging.ERROR)  # what it warns of is looked after here
    except ray.exceptions.AuthenticationError:
        raise ClusterDenied(file=token.name) from None
    except (RuntimeError, ConnectionError, TimeoutError, ValueError) as error:
        raise told(error, settings.cluster) from None


def leave_cluster() -> None:
    import sys

    if ray := sys.modules.get("ray"):
        ray.shutdown()


def told(error: Exception, address: str) -> ClusterUnreachable | ClusterMismatch | ClusterDenied:
    """Ray's refusal as one of ours; it says in a text which versions it found."""
    text = str(error)
    if "ersion mismatch" in text:
        for part in ("Ray", "Python"):
            found = re.findall(rf"{part}: ?([\w.]+)", text)
            if len(set(found)) > 1:
                return ClusterMismatch(part=part.lower(), there=found[0], here=found[1])
    return ClusterUnreachable(address=address)
