"""How is a replica called without Ray Serve's router between? As the actor that it is, by the method that Serve calls.

Serve sends a call as a stream of two answers, chosen by a router in a thread of its own, which costs its caller 2 ms of
CPU and the replica one: more than everything else on the way. Here each replica is an application of its own, so there
is nothing to choose. Serve still starts, checks and replaces replicas, and is asked who a replica is.
"""

from __future__ import annotations

import pickle
from concurrent.futures import Future
from typing import Any


class DirectLine:
    """The way to one actor, for as long as that lives. Safe for threads."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._ways: dict[str, bytes] = {}

    def call(self, method: str, *arguments: Any) -> Future[Any]:
        """What the replica's method returns, or the error of Ray's or its own."""
        way = self._ways.get(method) or self._ways.setdefault(method, _way_to(method))
        answer: Future[Any] = self._actor.handle_request.remote(way, *arguments).future()
        return answer


def open_line(handle: Any, timeout_s: float) -> DirectLine:
    """To the actor that answers this handle of Serve's now. TimeoutError, and Ray's errors."""
    return DirectLine(handle.actor.remote().result(timeout_s=timeout_s))


def _way_to(method: str) -> bytes:
    from ray.serve._private.common import RequestMetadata

    return pickle.dumps(RequestMetadata(request_id=method, internal_request_id=method, call_method=method))
