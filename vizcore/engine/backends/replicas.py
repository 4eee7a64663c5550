"""Which replicas answer, which models and pictures do they hold, and which one should do the next piece of work?"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.backends.keys import photo_of
from vizcore.engine.backends.references import References
from vizcore.engine.backends.sealed import possible, seal, seal_each
from vizcore.engine.backends.transport import ReplicaGone, Transport
from vizcore.engine.backends.wire import identity, unpack
from vizcore.errors import ClusterMismatch, VizError

log = logging.getLogger("vizcore.engine")

RETRY_S = 5.0  # between two attempts to reach a cluster that did not answer
LOOK_S = 1.0  # between two looks at replicas that do not answer
HELLO_S = 15.0
SEALED_BYTES = 12_000_000  # of a bundle in sealed memory, which takes 4 ms to write
RENEW_S = 10.0  # with no replica at all for this long, the connection is made anew


@dataclass
class Record:
    """One replica as this process knows it. holds: hashes of inputs that it was given or made.

    near: it reads this process's sealed memory, being on the same machine.
    """

    name: str
    up: bool = False
    near: bool = False
    runs: int = 0
    status: BackendStatus | None = None
    holds: set[str] = field(default_factory=set)
    to_forget: set[str] = field(default_factory=set)
    models_to_forget: set[str] = field(default_factory=set)

    def has_loaded(self, model_key: str) -> bool:
        return self.status is not None and any(model.key == model_key for model in self.status.models)


class Replicas:
    """All replicas of a cluster. Reached at the first need; a lost one is looked after until it answers again."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport
        self._records: dict[str, Record] = {}
        self.references = References(transport.put)
        self.sealed = References(seal_each, SEALED_BYTES)
        self._lock = threading.Lock()
        self._connecting = threading.Lock()
        self._failure: tuple[float, VizError] | None = None
        self._tell: Callable[[int], None] = lambda count: None
        self._closed = threading.Event()
        self._watcher: threading.Thread | None = None

    def when_found(self, tell: Callable[[int], None]) -> None:
        """`tell` is called once, with the number of replicas."""
        self._tell = tell

    def reach(self) -> None:
        """Connects, if that was not done. Errors: as `Transport.connect`; ClusterMismatch if no replica fits."""
        with self._connecting:
            if self._records:
                return
            if self._failure and time.monotonic() - self._failure[0] < RETRY_S:
                raise type(self._failure[1])(**self._failure[1].values)
            try:
                records = {name: Record(name) for name in self.transport.connect()}
                self._greet_all(list(records.values()))
            except VizError as error:
                self._failure = (time.monotonic(), error)
                raise
            watcher = threading.Thread(target=self._watch, name="vizcore-engine-replicas", daemon=True)
            watcher.start()  # RuntimeError where the system has no room for one; the next request tries again
            self._watcher, self._records = watcher, records
        self._tell(len(records))

    def choose(self, home: int, avoid: str = "") -> Record | None:
        """The replica for a run: the lane's own, or the one with the fewest runs; None while none answers."""
        with self._lock:
            records = list(self._records.values())
            up = [each for each in records if each.up]
            own = records[home % len(records)] if records else None
            if own is not None and own.up and own.name != avoid:
                return own
            others = [each for each in up if each.name != avoid] or up
            return min(others, key=lambda each: each.runs, default=None)

    def at(self, home: int) -> Record | None:
        """The replica of a lane; None before the first contact. Takes no lock."""
        records = list(self._records.values())
        return records[home % len(records)] if records else None

    def others_up(self, record: Record) -> bool:
        return any(each.up for each in list(self._records.values()) if each is not record)

    def lost(self, record: Record) -> None:
        """It did not answer; the others are asked until it does."""
        with self._lock:
            if record.up:
                log.warning("replica %s does not answer", record.name)
            record.up = False
            record.holds.clear()

    def learn(self, record: Record, status: BackendStatus | None) -> None:
        if status is not None:
            record.status = status

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Here at once; at the replicas as soon as the message arrives, or when they answer again."""
        gone = set(photos_sha256)
        self.references.forget(gone)
        self.sealed.forget(gone)
        with self._lock:
            for record in self._records.values():
                record.holds -= {key for key in record.holds if photo_of(key) in gone}
                if not record.up:
                    record.to_forget |= gone
            up = [each for each in self._records.values() if each.up]
        for record in up:
            self.transport.send(record.name, "forget", sorted(gone))

    def evict(self, model_key: str) -> bool:
        done = False
        for record in [each for each in list(self._records.values()) if each.up]:
            try:
                done |= bool(self.transport.call(record.name, "evict", model_key, timeout_s=HELLO_S))
                self._greet(record)
            except (ReplicaGone, VizError):
                self.lost(record)
        return done

    def forget_model(self, model_key: str) -> None:
        """At the replicas as soon as the message arrives, or when they answer again."""
        with self._lock:
            up = [each for each in self._records.values() if each.up]
            for record in self._records.values():
                if not record.up:
                    record.models_to_forget.add(model_key)
        for record in up:
            self.transport.send(record.name, "evict", model_key)

    def records(self) -> list[Record]:
        return list(self._records.values())

    def close(self) -> None:
        self._closed.set()
        if self._watcher:
            self._watcher.join(HELLO_S)
        self.references.clear()
        self.sealed.clear()
        self.transport.close()

    def _greet_all(self, records: Sequence[Record]) -> None:
        """Says hello to each; ClusterMismatch if none fits and one says that it is something else."""
        refusal: VizError | None = None
        for record in records:
            try:
                self._greet(record)
            except ReplicaGone:
                continue
            except VizError as error:
                refusal = error
        if refusal and not any(each.up for each in records):
            raise refusal

    def _greet(self, record: Record) -> None:
        told = unpack(self.transport.call(record.name, "hello", timeout_s=HELLO_S), tuple)
        theirs, status = told if len(told) == 2 and isinstance(told[0], dict) else ({}, b"")
        for part, here in identity().items():
            if theirs.get(part) != here:
                log.error("replica %s has %s %s, not %s", record.name, part, theirs.get(part), here)
                raise ClusterMismatch(part=part, here=here, there=str(theirs.get(part, "")))
        self.learn(record, unpack(status, BackendStatus))
        record.near = self._is_near(record)
        with self._lock:
            forget, record.to_forget = record.to_forget, set()
            models, record.models_to_forget = record.models_to_forget, set()
            record.up = True
        if forget:
            self.transport.send(record.name, "forget", sorted(forget))
        for model_key in models:
            self.transport.send(record.name, "evict", model_key)

    def _is_near(self, record: Record) -> bool:
        """Whether it could read what only a process of this machine can, and of this user."""
        if not possible():
            return False
        secret = secrets.token_bytes(32)
        offered = seal([secret])
        told = self.transport.call(record.name, "read_back", offered, timeout_s=HELLO_S)
        return isinstance(told, bytes) and secrets.compare_digest(told, secret)

    def _watch(self) -> None:
        alone_since: float | None = None
        while not self._closed.wait(LOOK_S):
            records = list(self._records.values())
            for record in [each for each in records if not each.up and not self._closed.is_set()]:
                try:
                    self._greet(record)
                    log.warning("replica %s answers again", record.name)
                except (ReplicaGone, VizError):
                    continue
            now = time.monotonic()
            alone_since = None if any(each.up for each in records) else alone_since or now
            if alone_since is not None and now - alone_since > RENEW_S and not self._closed.is_set():
                alone_since = now
                self._renew()

    def _renew(self) -> None:
        self.references.clear()
        try:
            self.transport.renew()
        except VizError as error:
            log.warning("the cluster cannot be reached: %s", error.code)
