"""How does a process become a driver of a cluster, and which replicas are there?"""

from __future__ import annotations

import logging
import os
import re
import socket
from collections.abc import Sequence

from vizcore.engine.backends.listener import is_a_stranger_s
from vizcore.engine.backends.ray_environment import is_loopback, prepare, token_file
from vizcore.errors import BackendMissing, ClusterDenied, ClusterForeign, ClusterMismatch, ClusterUnreachable
from vizcore.settings import Settings, host_and_port

APPLICATION = "vis-{number}"  # each replica is an application of its own, so that it has a name
NAMED = re.compile(r"vis-(\d+)")
REACH_S = 3.0
NAMESPACE = "vizcore"


def join_cluster(settings: Settings) -> None:
    """Makes this process a driver. Errors: BackendMissing, ClusterDenied, ClusterUnreachable, ClusterMismatch,
    ClusterForeign."""
    token = token_file(settings)
    if not os.access(token, os.R_OK):
        raise ClusterDenied(file=token.name)
    prepare(settings)
    try:
        import ray
    except ImportError:
        raise BackendMissing(library="ray") from None
    host, port = host_and_port(settings.cluster)
    try:
        socket.create_connection((host, port), REACH_S).close()  # Ray itself would try for most of a minute
    except OSError:
        raise ClusterUnreachable(address=settings.cluster) from None
    if is_loopback(settings.cluster) and is_a_stranger_s(port, {token.stat().st_uid}):
        raise ClusterForeign(address=settings.cluster)
    own = {"_node_ip_address": host} if is_loopback(settings.cluster) else {}
    try:
        ray.init(address=settings.cluster, namespace=NAMESPACE, configure_logging=False, log_to_driver=False, **own)
        logging.getLogger("ray.serve").setLevel(logging.ERROR)  # what it warns of is looked after here
    except ray.exceptions.AuthenticationError:
        raise ClusterDenied(file=token.name) from None
    except (RuntimeError, ConnectionError, TimeoutError, ValueError) as error:
        raise told(error, settings.cluster) from None


def replica_names(settings: Settings) -> Sequence[str]:
    """Names of all replicas that were deployed; ClusterUnreachable if none was."""
    from ray import serve

    names = [name for name in serve.status().applications if NAMED.fullmatch(name)]
    if not names:
        raise ClusterUnreachable(address=settings.cluster)
    return sorted(names, key=lambda name: int(name.partition("-")[2]))


def told(error: Exception, address: str) -> ClusterUnreachable | ClusterMismatch:
    """Ray's refusal as one of ours; it says in a text which versions it found."""
    text = str(error)
    if "ersion mismatch" in text:
        for part in ("Ray", "Python"):
            found = re.findall(rf"{part}: ?([\w.]+)", text)
            if len(set(found)) > 1:
                return ClusterMismatch(part=part.lower(), there=found[0], here=found[1])
    return ClusterUnreachable(address=address)
