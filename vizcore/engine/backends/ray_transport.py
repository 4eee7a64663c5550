"""How does an app reach replicas by Ray Serve? Through a child process that is the driver, and may end at any time."""

from __future__ import annotations

import contextlib
import itertools
import logging
import mmap
import os
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as NoAnswer
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import vizcore
from vizcore.engine.backends.plain import MOST_BYTES
from vizcore.engine.backends.ray_environment import token_file
from vizcore.engine.backends.shared_file import SharedFile
from vizcore.engine.backends.transport import Part, Reference, ReplicaGone, ReplicaSlow
from vizcore.engine.backends.wire import unpack
from vizcore.errors import ClusterDenied, ClusterUnreachable, MessageRefused
from vizcore.settings import Settings, host_and_port

log = logging.getLogger("vizcore.engine")

CONNECT_S = 90.0
END_S = 5.0


class RayTransport:
    """The app's end of the socket. Where the child has ended, every call says ReplicaGone; `renew` starts another."""

    def __init__(self, settings: Settings) -> None:
        host_and_port(settings.cluster)  # says at once if it is none
        self._settings = settings
        self._link: Link | None = None
        self._starting = threading.Lock()

    @property
    def address(self) -> str:
        return self._settings.cluster

    def connect(self) -> Sequence[str]:
        """Names of all replicas that were deployed. Errors: BackendMissing, ClusterDenied, ClusterUnreachable,
        ClusterMismatch."""
        with self._starting:
            if self._link:
                self._link.close()
                self._link = None
            if not os.access(token := token_file(self._settings), os.R_OK):
                raise ClusterDenied(file=token.name)
            link = Link(driver_command())
            try:
                names: Sequence[str] = link.ask("connect", self._settings, within_s=CONNECT_S)
            except ReplicaGone:
                link.close()
                raise ClusterUnreachable(address=self.address) from None
            except BaseException:
                link.close()
                raise
            self._link = link
            return names

    def renew(self) -> None:
        """Another child, and another connection. VizErrors as `connect`."""
        self.connect()

    def call(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Any:
        return self._open().ask("call", replica, method, arguments, within_s=timeout_s)

    def ask(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Future[Any]:
        return self._open().begin("call", replica, method, arguments)[1]

    def send(self, replica: str, method: str, *arguments: Any) -> None:
        with contextlib.suppress(ReplicaGone):
            self._open().tell("send", replica, method, arguments)

    def put(self, objects: Sequence[Sequence[Part]]) -> Iterator[Reference]:
        link = self._open()
        references = [Reference() for _ in objects]
        for each in references:
            weakref.finalize(each, link.tell, "drop", each.number).atexit = False
        for index in link.put([each.number for each in references], objects):
            yield references[index]

    def close(self) -> None:
        """Leaves the cluster, which goes on."""
        with self._starting:
            if self._link:
                self._link.close()
            self._link = None

    def _open(self) -> Link:
        link = self._link
        if link is None:
            raise ReplicaGone("no connection")
        return link


class Link:
    """A child process and the answers that it still owes."""

    def __init__(self, command: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        self._shared = SharedFile() if SharedFile.possible() else None
        passed = [theirs.fileno(), *([self._shared.descriptor] if self._shared else [])]
        root = str(Path(vizcore.__file__).parent.parent)
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            [*command, *map(str, passed)],
            pass_fds=passed,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()
        self._wire = Connection(ours.detach())
        self._owed: dict[int, Future[Any]] = {}
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._over = False
        self._told: SimpleQueue[tuple[int, str, Sequence[Any]] | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="vizcore-engine-driver", daemon=True)
        self._teller = threading.Thread(target=self._send_told, name="vizcore-engine-told", daemon=True)
        self._reader.start()
        self._teller.start()

    def ask(self, what: str, *arguments: Any, within_s: float) -> Any:
        """The child's answer, or the error that it sends. ReplicaGone if it has ended, ReplicaSlow if it is late."""
        number, answer = self.begin(what, *arguments)
        try:
            return answer.result(within_s)
        except NoAnswer:
            raise ReplicaSlow("the driver does not answer") from None
        finally:
            with self._lock:
                self._owed.pop(number, None)

    def begin(self, what: str, *arguments: Any) -> tuple[int, Future[Any]]:
        """The same, its answer still to come, with its number. ReplicaGone if the child has ended."""
        number, answer = next(self._numbers), Future[Any]()
        with self._lock:
            if self._over:
                raise ReplicaGone("the driver has ended")
            self._owed[number] = answer
        self._send(number, what, arguments)
        return number, answer

    def put(self, numbers: Sequence[int], objects: Sequence[Sequence[Part]]) -> Iterator[int]:
        """Objects for the store, each stored while the next is written: the index of each that is there. StoreFull, and
        errors as `ask`."""
        if self._shared is None:
            for index, (number, parts) in enumerate(zip(numbers, objects, strict=True)):
                self.ask("put", number, b"".join(parts), within_s=CONNECT_S)
                yield index
            return
        longest = max((sum(map(len, parts)) for parts in objects), default=0)
        places = (0, -(-longest // mmap.PAGESIZE) * mmap.PAGESIZE)
        answers: list[Future[Any]] = []
        with self._shared.turn():
            try:
                for index, (number, parts) in enumerate(zip(numbers, objects, strict=True)):
                    if (earlier := index - len(places)) >= 0:
                        answers[earlier].result(CONNECT_S)  # its place is free now
                        yield earlier
                    at = places[index % len(places)]
                    answers.append(self.begin("put", number, (at, self._shared.write(parts, at)))[1])
                for index in range(max(0, len(answers) - len(places)), len(answers)):
                    answers[index].result(CONNECT_S)
                    yield index
            finally:
                wait(answers, CONNECT_S)

    def tell(self, what: str, *arguments: Any) -> None:
        """The same as `ask`, not waited for: another thread sends it. Takes no lock, since references end anywhere, in
        a thread that is just sending too."""
        self._told.put((next(self._numbers), what, arguments))

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._told.put(None)
        self._reader.join(END_S)
        self._teller.join(END_S)
        if self._shared is not None:
            self._shared.close()

    def _send(self, number: int, what: str, arguments: Sequence[Any]) -> None:
        with contextlib.suppress(OSError), self._sending:  # an ended child is seen by the reader
            self._wire.send((number, what, arguments))

    def _send_told(self) -> None:
        while (message := self._told.get()) is not None:
            self._send(*message)
            del message  # the next one may be long in coming, and references in this one would stay

    def _read(self) -> None:
        while True:
            try:
                number, value, error = unpack(self._wire.recv_bytes(MOST_BYTES), tuple)
                if type(number) is not int:
                    raise MessageRefused
            except (EOFError, OSError):
                break
            except (MessageRefused, ValueError):  # the driver reads what Ray brings, and may be led astray by it
                log.error("refused: what the driver sent is no answer of ours")
                self._process.kill()
                break
            with self._lock:
                answer = self._owed.pop(number, None)
            if answer is not None:
                answer.set_exception(error) if isinstance(error, Exception) else answer.set_result(value)
        with self._lock:
            self._over = True
            owed, self._owed = list(self._owed.values()), {}
        for answer in owed:
            answer.set_exception(ReplicaGone("the driver has ended"))
        self._wire.close()


def driver_command() -> list[str]:
    return [sys.executable, "-m", "vizcore.engine.backends.driver"]
