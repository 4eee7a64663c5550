"""The process that speaks to Ray for an app: `python -m vizcore.engine.backends.driver SOCKET FILE`.

Ray ends its driver, whatever else that process does, when the driver's node dies. So the app is not the driver: this
child of it is, over a socket. Its end is seen there as replicas that are gone.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any

from vizcore.engine.backends.direct_line import DirectLine, open_line
from vizcore.engine.backends.ray_cluster import join_cluster, replica_names
from vizcore.engine.backends.shared_file import read_shared
from vizcore.engine.backends.transport import Reference, ReplicaGone, ReplicaSlow, StoreFull
from vizcore.engine.backends.wire import pack
from vizcore.errors import VizError
from vizcore.settings import Settings

log = logging.getLogger("vizcore.engine")

CALLS_AT_ONCE = 128
LINE_S = 15.0  # for the first word with a replica, by way of Serve
AT_ONCE = ("call", "send", "drop")  # what the driver does without waiting for anything


class Driver:
    """What the app may ask for, by name: `connect`, `call`, `send`, `put`, `drop`. Calls run at the same time.

    Serve says which actor a replica is, each time that it is greeted; from then on it is called without Serve.
    shared: descriptor of the file in which the app hands over what is to be put; -1 where there is none.
    """

    def __init__(self, shared: int = -1) -> None:
        self._shared = shared
        self._handles: dict[str, Any] = {}
        self._lines: dict[str, DirectLine] = {}
        self._held: dict[int, Any] = {}
        self._threads = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="line")

    def connect(self, settings: Settings) -> Sequence[str]:
        """Names of all replicas that were deployed, whether they answer or not. Errors: as `join_cluster`."""
        join_cluster(settings)
        from ray import serve

        names = replica_names(settings)
        self._handles = {name: serve.get_app_handle(name) for name in names}
        return names

    def call(self, replica: str, method: str, arguments: Sequence[Any]) -> Future[Any]:
        """What the replica's method returns; how long that may take, its caller knows."""
        if method == "hello":
            self._lines.pop(replica, None)  # it may have been started again since
        if line := self._lines.get(replica):
            return self._by_line(replica, line, method, arguments)
        return self._threads.submit(self._by_new_line, replica, method, arguments)

    def send(self, replica: str, method: str, arguments: Sequence[Any]) -> None:
        """The same; nobody waits for it."""
        self.call(replica, method, arguments).add_done_callback(lambda answer: answer.exception())

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

    def _by_new_line(self, replica: str, method: str, arguments: Sequence[Any]) -> Any:
        try:
            line = self._lines[replica] = open_line(self._handles[replica], LINE_S)
        except TimeoutError:
            raise ReplicaSlow(replica) from None
        return self._by_line(replica, line, method, arguments).result()

    def _by_line(self, replica: str, line: DirectLine, method: str, arguments: Sequence[Any]) -> Future[Any]:
        answer = line.call(method, *map(self._resolved, arguments))
        answer.add_done_callback(lambda done: self._close_if_broken(replica, line, done))
        return answer

    def _close_if_broken(self, replica: str, line: DirectLine, answer: Future[Any]) -> None:
        if answer.exception() is not None and self._lines.get(replica) is line:
            del self._lines[replica]

    def _resolved(self, argument: Any) -> Any:
        if isinstance(argument, Reference):
            return self._held[argument.number]
        if isinstance(argument, list):
            return [self._resolved(each) for each in argument]
        return argument


def serve_app(app: Connection, ask: Callable[[str, Sequence[Any]], Any], at_once: Collection[str] = ()) -> None:
    """Answers (number, what, arguments) with (number, value, error) until the app is gone.

    at_once: what never waits, and so needs no thread of its own. A value that is a future is sent when it is there.
    """
    sending = threading.Lock()

    def send(number: int, value: Any, error: BaseException | None) -> None:
        known = error is None or isinstance(error, (VizError, ReplicaGone, StoreFull))
        failure = error if known else ReplicaGone(type(error).__name__)  # the border: Ray has a score of errors
        try:
            message = pack((number, value, failure))
        except ValueError:  # a replica's answer is bytes or a plain value
            message = pack((number, None, ReplicaGone("an answer that is none of ours")))
        with sending:
            app.send_bytes(message)

    def send_future(number: int, done: Future[Any]) -> None:
        error = done.exception()
        send(number, None if error else done.result(), error)

    def answer(number: int, what: str, arguments: Sequence[Any]) -> None:
        try:
            value = ask(what, arguments)
        except Exception as error:  # the border of this process
            send(number, None, error)
            return
        if isinstance(value, Future):
            value.add_done_callback(lambda done: send_future(number, done))
        else:
            send(number, value, None)

    with ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
        while True:
            try:
                number, what, arguments = app.recv()
            except (EOFError, OSError):
                break
            if what in at_once:
                answer(number, what, arguments)
            else:
                threads.submit(answer, number, what, arguments)
        os._exit(0)  # Ray's own farewell can take long, and its node notices anyway


def main(descriptor: str, shared: str = "-1") -> None:
    driver = Driver(int(shared))
    serve_app(Connection(int(descriptor)), lambda what, arguments: getattr(driver, what)(*arguments), AT_ONCE)


if __name__ == "__main__":
    main(*sys.argv[1:])
