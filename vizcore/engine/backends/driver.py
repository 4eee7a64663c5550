"""The process that speaks to Ray for an app: `python -m vizcore.engine.backends.driver SOCKET FILE`.

Ray ends its driver, whatever else that process does, when the driver's node dies. So the app is not the driver: this
child of it is, over a socket. Its end is seen there as replicas that are gone.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from vizcore.engine.backends.ray_cluster import join_cluster, replica_names
from vizcore.engine.backends.shared_file import read_shared
from vizcore.engine.backends.transport import Reference, ReplicaGone, ReplicaSlow, StoreFull
from vizcore.errors import VizError
from vizcore.settings import Settings

log = logging.getLogger("vizcore.engine")

CALLS_AT_ONCE = 128


class Driver:
    """What the app may ask for, by name: `connect`, `call`, `send`, `put`, `drop`. Calls run at the same time.

    shared: descriptor of the file in which the app hands over what is to be put; -1 where there is none.
    """

    def __init__(self, shared: int = -1) -> None:
        self._shared = shared
        self._handles: dict[str, Any] = {}
        self._held: dict[int, Any] = {}

    def connect(self, settings: Settings) -> Sequence[str]:
        """Names of all replicas that were deployed, whether they answer or not. Errors: as `join_cluster`."""
        join_cluster(settings)
        from ray import serve

        names = replica_names(settings)
        self._handles = {name: serve.get_app_handle(name) for name in names}
        return names

    def call(self, replica: str, method: str, arguments: Sequence[Any], timeout_s: float) -> Any:
        try:
            response = getattr(self._handles[replica], method).remote(*map(self._resolved, arguments))
            try:
                return response.result(timeout_s=timeout_s)
            except TimeoutError:
                response.cancel()
                raise ReplicaSlow(replica) from None
        except ReplicaSlow:
            raise
        except Exception as error:  # the border: Ray has a score of errors that all mean that there is no answer
            raise ReplicaGone(f"{replica}: {type(error).__name__}") from None

    def send(self, replica: str, method: str, arguments: Sequence[Any]) -> None:
        try:
            getattr(self._handles[replica], method).remote(*arguments)
        except Exception as error:  # the same border; nobody waits for this
            log.info("%s of replica %s: %s", method, replica, type(error).__name__)

    def put(self, number: int, data: bytes | tuple[int, int]) -> None:
        """data: the bytes, or their place in the shared file and how many they are. They are stored as an array, which
        its readers see in place."""
        import numpy as np
        import ray

        given = read_shared(self._shared, *data) if isinstance(data, tuple) else data
        try:
            self._held[number] = ray.put(np.frombuffer(given, np.uint8))
        except (ray.exceptions.ObjectStoreFullError, ray.exceptions.OutOfDiskError) as error:
            raise StoreFull(type(error).__name__) from None

    def drop(self, number: int) -> None:
        self._held.pop(number, None)

    def _resolved(self, argument: Any) -> Any:
        if isinstance(argument, Reference):
            return self._held[argument.number]
        if isinstance(argument, list):
            return [self._resolved(each) for each in argument]
        return argument


def serve_app(app: Connection, ask: Callable[[str, Sequence[Any]], Any]) -> None:
    """Answers (number, what, arguments) with (number, value, error) until the app is gone."""
    sending = threading.Lock()

    def answer(number: int, what: str, arguments: Sequence[Any]) -> None:
        value, failure = None, None
        try:
            value = ask(what, arguments)
        except (VizError, ReplicaGone, StoreFull) as error:
            failure = error
        except Exception as error:  # the border of this process
            failure = ReplicaGone(type(error).__name__)
        with sending:
            app.send((number, value, failure))

    with ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
        while True:
            try:
                threads.submit(answer, *app.recv())
            except (EOFError, OSError):
                break
        os._exit(0)  # Ray's own farewell can take long, and its node notices anyway


def main(descriptor: str, shared: str = "-1") -> None:
    driver = Driver(int(shared))
    serve_app(Connection(int(descriptor)), lambda what, arguments: getattr(driver, what)(*arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
