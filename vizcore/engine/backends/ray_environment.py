"""How is Ray told, before it is imported, to be quiet, local and closed to strangers?

Ray reads these from the environment. No usage report, no dashboard; a secret on every connection; and on one machine
nothing listens beyond loopback (without the switch below Ray puts the network card's address in place of 127.0.0.1).
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from vizcore.settings import Settings, host_and_port
from vizcore.zoo.weights.folders import cache_folder

NOT_FOR_REPLICAS = {"VIZCORE_EVENT_LOG", "VIZCORE_BACKEND", "VIZCORE_PROXY_SECRET"}  # one writer, no circle, no secret


def is_loopback(address: str) -> bool:
    return ipaddress.IPv4Address(host_and_port(address)[0]).is_loopback


def token_file(settings: Settings) -> Path:
    return Path(settings.cluster_token) if settings.cluster_token else cache_folder(settings) / "cluster_token"


def make_token(path: Path) -> None:
    """A new secret, readable by its owner alone; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))


def variables(settings: Settings) -> Mapping[str, str]:
    """What must stand in the environment of every process of the cluster, and of those that use it."""
    return {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN_PATH": str(token_file(settings)),
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0" if is_loopback(settings.cluster) else "1",
        "RAY_SERVE_LOG_TO_STDERR": "0",
        "RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD": "0",  # ours never keeps the event loop: one thread less between
        "RAY_SERVE_CONTROL_LOOP_INTERVAL_S": "0.5",  # Serve's own round, of 3 ms: a tenth of a second by default
        "RAY_worker_niceness": "0",  # Ray's 15 would let every other process of the machine go before a replica
        "RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "2",
        "RAY_SERVE_MAX_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "5",
    }


def prepare(settings: Settings) -> None:
    """For this process, before `import ray`."""
    os.environ.update(variables(settings))
