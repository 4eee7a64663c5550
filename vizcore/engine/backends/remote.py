"""How are operations run on replicas: sent there, watched, and sent to another one where a replica is lost?

Operations are pure, so that asking again is safe. A job that was lost in the middle begins again, and its result says
so in a note.
"""

from __future__ import annotations

import inspect
import logging
import threading
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from vizcore.engine.backends.base import BackendStatus, Run
from vizcore.engine.backends.local import LocalBackend
from vizcore.engine.backends.replicas import Record, Replicas
from vizcore.engine.backends.transport import ReplicaGone, ReplicaSlow, StoreFull, Transport
from vizcore.engine.backends.wire import Call, Update, address_of, by_hash, inputs_of, pack, unpack
from vizcore.engine.requests import NO_MODEL, Request
from vizcore.errors import ClusterUnreachable, OutOfMemory, ReplicaLost, VizError
from vizcore.photo import Note
from vizcore.results import Result
from vizcore.settings import Settings
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import ModelCard

log = logging.getLogger("vizcore.engine")

CALL_S = 4.0  # a replica that does not even report for this long is not waited for where another one is there
LONE_CALL_S = 30.0  # the same where none is
WAIT_S = 0.25  # how long a call may wait for its answer before the replica reports that it is still under way
FIRST_LOOK_S = 0.02
MOST_LOSSES = 3.0  # work that has brought down this many replicas is not given to another
SLOW_LOSS = 0.2  # a replica that is only slow says little against the work
NOT_LOADED = 2.0  # turns that a request rather waits than have its model loaded a second time
NOT_HELD = 0.5
ABSENT = 1e6


class RemoteBackend:
    """The replicas of a cluster, each fed by one lane.

    local: does the work when the cluster does not answer, if the administrator allows that.
    """

    def __init__(
        self,
        transport: Transport,
        settings: Settings,
        find_card: Callable[[str], ModelCard],
        local: LocalBackend | None = None,
    ) -> None:
        self.settings = settings
        self.find_card = find_card
        self.replicas = Replicas(transport)
        self.local = local
        self.local_turn = threading.Lock()

    @property
    def lanes(self) -> tuple[str, ...]:
        return self._lanes_of(1)

    def on_more_lanes(self, tell: Callable[[Sequence[str]], None]) -> None:
        self.replicas.when_found(lambda count: tell(self._lanes_of(count)))

    def begin(self, lane: str, request: Request) -> RemoteRun:
        return RemoteRun(self, _home(lane), request)

    def cost(self, lane: str, request: Request) -> float:
        record = self.replicas.at(_home(lane))
        if record is None:
            return 0.0
        if not record.up:
            return ABSENT
        loaded = request.model_key == NO_MODEL or record.has_loaded(request.model_key)
        held = record.holds.issuperset(request.photos_sha256)
        return (0.0 if loaded else NOT_LOADED) + (0.0 if held else NOT_HELD)

    def status(self) -> BackendStatus:
        records = self.replicas.records()
        known = [each.status for each in records if each.up and each.status]
        here = self.local.status() if self.local else None
        return BackendStatus(
            devices=tuple(device for each in known for device in each.devices if device),
            models=tuple(
                replace(model, device=f"{record.name} {model.device}")
                for record in records
                if record.up and record.status
                for model in record.status.models
            ),
            budget_bytes=sum(each.budget_bytes for each in known),
            calls=sum(each.calls for each in known) + (here.calls if here else 0),
            places=tuple(each.name for each in records if each.up),
            absent=tuple(each.name for each in records if not each.up),
        )

    def evict(self, model_key: str) -> bool:
        return self.replicas.evict(model_key)

    def forget(self, photos_sha256: Collection[str]) -> None:
        if photos_sha256:
            self.replicas.forget(photos_sha256)

    def close(self) -> None:
        self.replicas.close()

    def _lanes_of(self, replicas: int) -> tuple[str, ...]:
        return tuple(f"replica {home}" for home in range(replicas))


class RemoteRun:
    """One request on its way through the cluster. Used by its lane's thread only.

    No turn blocks for long: while a job runs elsewhere, or no replica answers, the lane serves others in between.
    """

    def __init__(self, backend: RemoteBackend, home: int, request: Request) -> None:
        self.finished = False
        self.begun_again = False
        self.weights_sha256 = ""
        self.busy_s = 0.0
        self.wait_s = 0.0
        self._backend = backend
        self._replicas = backend.replicas
        self._home = home
        self._request = request
        self._record: Record | None = None
        self._job = ""
        self._losses = 0.0
        self._avoid = ""
        self._steps = 0
        self._lost_steps = 0
        self._sent_at = 0.0
        self._look_at = 0.0
        self._waiting_since: float | None = None
        self._here: Run | None = None

    def advance(self) -> Sequence[Snapshot]:
        """What has come since; empty while nothing has. Errors: of the operation, and those of "A cluster"."""
        if self._here is not None:
            return self._advance_here()
        try:
            if self._record is None:
                return self._begin()
            return self._look()
        except ReplicaGone as gone:
            self._after_loss(SLOW_LOSS if isinstance(gone, ReplicaSlow) else 1.0)
            return ()

    def close(self) -> None:
        if self._here is not None:
            with self._backend.local_turn:
                self._here.close()
        if self._record is not None:
            self._record.runs -= 1
            if not self.finished:
                self._replicas.transport.send(self._record.name, "stop", self._job)
            self._record = None

    # There

    def _begin(self) -> Sequence[Snapshot]:
        try:
            self._replicas.reach()
        except VizError as error:
            return self._without_cluster(error)
        record = self._replicas.choose(self._home, self._avoid)
        if record is None:
            return self._wait_for_one()
        self._waiting_since = None
        self._record, self._job = record, uuid.uuid4().hex
        record.runs += 1
        self._sent_at = time.monotonic()
        return self._take(self._send(record))

    def _send(self, record: Record) -> Update:
        """Inputs that the replica holds already are named by their hash alone; it says if it does not."""
        inputs = inputs_of(self._request)
        missing = [sha256 for sha256 in inputs if sha256 not in record.holds]
        payload = pack(self._call())
        for _ in range(2):
            try:
                references = {sha256: self._replicas.reference(sha256, inputs[sha256]) for sha256 in missing}
            except StoreFull:
                raise OutOfMemory(model=self._request.model_key, needed_mb=0, budget_mb=0) from None
            update = self._ask(record, "begin", payload, references)
            if not update.missing:
                break
            missing = list(update.missing)
        record.holds.update(inputs)
        return update

    def _call(self) -> Call:
        request = self._request
        card = None if request.model_key == NO_MODEL else self._backend.find_card(request.model_key)
        return Call(
            self._job,
            address_of(request.operation),
            request.model_key,
            card,
            by_hash(request.photo),
            request.settings,
            self._patience_s() or FIRST_LOOK_S,
        )

    def _patience_s(self) -> float:
        """How long the replica may wait before it reports: not at all for a job, which is looked at now and then."""
        return 0.0 if inspect.isgeneratorfunction(inspect.unwrap(self._request.operation)) else WAIT_S

    def _look(self) -> Sequence[Snapshot]:
        """Asks how far it is: a job at most a tenth of a second late, anything else as soon as it is there."""
        assert self._record is not None
        now = time.monotonic()
        if now < self._look_at:
            time.sleep(min(0.01, self._look_at - now))
            return ()
        return self._take(self._ask(self._record, "poll", self._job, self._steps, self._patience_s()))

    def _ask(self, record: Record, method: str, *arguments: Any) -> Update:
        patience_s = CALL_S if self._replicas.others_up(record) else LONE_CALL_S
        update: Update = unpack(self._replicas.transport.call(record.name, method, *arguments, timeout_s=patience_s))
        self._replicas.learn(record, update.status)
        return update

    def _take(self, update: Update) -> Sequence[Snapshot]:
        if not update.known or update.missing or update.state in {"cancelled", "abandoned"}:
            raise ReplicaGone("the replica knows nothing of this job any more")
        now = time.monotonic()
        pause = 0.0 if self._patience_s() else min(0.1, max(0.01, (now - self._sent_at) / 20))
        self._look_at = now + pause
        if update.begun_again:
            self.begun_again, self._steps = True, 0
        snapshots = self._snapshots(update)
        self._steps += len(update.history)
        if update.state == "failed":
            self.finished = True
            raise update.error or ReplicaLost()
        self.finished = update.state == "done"
        self.weights_sha256 = update.weights_sha256
        if self.finished and self._record and (sha256 := getattr(update.best, "sha256", "")):
            self._record.holds.add(sha256)
        return snapshots

    def _snapshots(self, update: Update) -> Sequence[Snapshot]:
        if update.latest is None:
            return ()
        total = update.latest.total
        earlier = [Snapshot(step, total, values) for step, values in update.history[:-1]]
        result = self._stamped(update.best, update.state == "done") if update.best is not None else None
        last = replace(update.latest, result=result)
        return (*earlier, last) if update.history or result is not None else ()

    def _stamped(self, result: Result, over: bool) -> Result:
        """With the wait here, the time on the way, and whether the work had to be done twice."""
        known = result.provenance
        timing = dict(known.timing_ms)
        if over and self._steps == 0 and "model" in timing:  # one call: what is neither wait nor work was the way
            passed = (time.monotonic() - self._sent_at) * 1e3
            timing["transfer"] = max(0.0, passed - timing["model"] - timing.get("wait", 0.0))
        self.busy_s = timing.get("model", 0.0) / 1e3
        timing["wait"] = timing.get("wait", 0.0) + self.wait_s * 1e3
        notes = (Note("begun_again", {"steps": self._lost_steps}),) if self._lost_steps else ()
        return replace(result, provenance=replace(known, timing_ms=timing, notes=(*known.notes, *notes)))

    # When something is lost

    def _after_loss(self, weight: float) -> None:
        record = self._record
        self._losses += weight
        if record is not None:
            record.runs -= 1
            self._replicas.lost(record)
            self._replicas.transport.send(record.name, "stop", self._job)  # in case it was only slow
            self._record, self._avoid = None, record.name
        if self._steps:
            self.begun_again, self._lost_steps, self._steps = True, max(self._lost_steps, self._steps), 0
        if self._losses > MOST_LOSSES:
            raise ReplicaLost

    def _wait_for_one(self) -> Sequence[Snapshot]:
        """No replica answers now; one is being started again, as a rule."""
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        if now - self._waiting_since > self._backend.settings.deadline_s:
            return self._without_cluster(ClusterUnreachable(address=self._replicas.transport.address))
        time.sleep(0.05)
        return ()

    def _without_cluster(self, error: VizError) -> Sequence[Snapshot]:
        local = self._backend.local
        if local is None:
            raise error
        log.warning("the cluster cannot be used (%s): done here", error.code)
        with self._backend.local_turn:
            self._here = local.begin(local.lanes[0], self._request)
        self._here.wait_s = self.wait_s
        return ()

    def _advance_here(self) -> Sequence[Snapshot]:
        here = self._here
        assert here is not None
        with self._backend.local_turn:
            snapshots = here.advance()
        self.finished, self.begun_again = here.finished, here.begun_again
        self.weights_sha256, self.busy_s = here.weights_sha256, here.busy_s
        return [self._done_here(each) for each in snapshots]

    def _done_here(self, snapshot: Snapshot) -> Snapshot:
        if snapshot.result is None:
            return snapshot
        known = snapshot.result.provenance
        result = replace(snapshot.result, provenance=replace(known, notes=(*known.notes, Note("done_here"))))
        return replace(snapshot, result=result)


def _home(lane: str) -> int:
    """The number of the replica that a lane feeds: "replica 1" -> 1."""
    return int(lane.partition(" ")[2])
