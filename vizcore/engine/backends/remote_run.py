"""How is one request run on replicas: sent there, watched, and sent to another one where a replica is lost?

Operations are pure, so that asking again is safe. A job that was lost in the middle begins again, and its result says
so in a note.
"""

from __future__ import annotations

import inspect
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass
from typing import Any

from vizcore.engine.backends.bundle import bundle
from vizcore.engine.backends.done_here import DoneHere
from vizcore.engine.backends.keys import has_key, key_of
from vizcore.engine.backends.local import LocalBackend
from vizcore.engine.backends.parcel import sort_out
from vizcore.engine.backends.references import Lent, size_of
from vizcore.engine.backends.replicas import Record, Replicas
from vizcore.engine.backends.reports import Reports
from vizcore.engine.backends.transport import ReplicaGone, ReplicaSlow, StoreFull
from vizcore.engine.backends.wire import Call, Update, address_of, by_key, inputs_of, pack, unpack
from vizcore.engine.requests import NO_MODEL, Request
from vizcore.errors import ClusterUnreachable, MessageRefused, OutOfMemory, ReplicaLost, VizError
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import ModelCard

log = logging.getLogger("vizcore.engine")

CALL_S = 4.0  # a replica that does not even report for this long is not waited for where another one is there
LONE_CALL_S = 30.0  # the same where none is
WAIT_S = 0.25  # how long a call may wait for its answer before the replica reports that it is still under way
FIRST_LOOK_S = 0.02
LOOK_S = 0.25  # between two reports on a job, as often as a page looks; one also comes as soon as it ends
TURN_S = 0.01  # how long a lane stays with a job of which nothing new has come
MOST_LOSSES = 3.0  # work that has brought down this many replicas is not given to another
SLOW_LOSS = 0.2  # a replica that is only slow says little against the work


@dataclass(frozen=True)
class Place:
    """Where requests run. deadline_s: how long one waits while no replica answers.

    local: does the work of visitors' own models and, if `falls_back`, all work when the cluster does not answer; one at
    a time.
    """

    replicas: Replicas
    find_card: Callable[[str], ModelCard]
    deadline_s: float
    local: LocalBackend
    falls_back: bool
    local_turn: threading.Lock

    def knows_alone(self, model_key: str) -> bool:
        """Whether a visitor made or brought this model: it lives in this process's memory and travels nowhere."""
        return model_key != NO_MODEL and self.find_card(model_key).source == "session"


class RemoteRun:
    """One request on its way through the cluster. Used by its lane's thread only.

    No turn blocks for long: while a job runs elsewhere, or no replica answers, the lane serves others in between.
    """

    def __init__(self, place: Place, home: int, request: Request) -> None:
        self.finished = False
        self.begun_again = False
        self.weights_sha256 = ""
        self.busy_s = 0.0
        self.wait_s = 0.0
        self._place = place
        self._replicas = place.replicas
        self._home = home
        self._request = request
        self._is_job = inspect.isgeneratorfunction(inspect.unwrap(request.operation))
        self._reports = Reports()
        self._record: Record | None = None
        self._job = ""
        self._asked: tuple[Future[Any], float] | None = None
        self._lent: list[Lent] = []
        self._losses = 0.0
        self._avoid = ""
        self._waiting_since: float | None = None
        self._here: DoneHere | None = None

    def advance(self) -> Sequence[Snapshot]:
        """What has come since; empty while nothing has. Errors: of the operation, and those of "A cluster"."""
        if self._here is not None:
            return self._advance_here(self._here)
        try:
            if self._record is None:
                return self._begin()
            return self._look_now_and_then(self._record) if self._is_job else self._wait_for(self._record)
        except ReplicaGone as gone:
            self._after_loss(SLOW_LOSS if isinstance(gone, ReplicaSlow) else 1.0)
            return ()

    def close(self) -> None:
        if self._here is not None:
            self._here.close()
        if self._record is not None:
            self._record.runs -= 1
            if not self.finished:
                self._replicas.transport.send(self._record.name, "stop", self._job)
            self._record = None
        self._lent = []

    # There

    def _begin(self) -> Sequence[Snapshot]:
        if self._place.knows_alone(self._request.model_key):
            return self._begin_here(noted=False)
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
        self._reports.sent()
        return self._take(self._send(record))

    def _send(self, record: Record) -> Update:
        """Inputs that the replica holds already are named by their key alone; it says if it does not. What it cannot
        read in sealed memory, or what finds no room there, goes through the cluster."""
        inputs = inputs_of(self._request)
        missing = [key for key in inputs if key not in record.holds]
        update = Update()
        for near in (True, True, False) if record.near else (False, False):
            try:
                update = self._send_with(record, {key: inputs[key] for key in missing}, near=near)
            except StoreFull:
                if near:
                    continue
                raise OutOfMemory(model=self._request.model_key, needed_mb=0, budget_mb=0) from None
            if not update.missing:
                break
            missing = list(update.missing)
        return update

    def _send_with(self, record: Record, inputs: Mapping[str, Any], *, near: bool) -> Update:
        """The call, and these inputs with it, before it and after it. What is lent stays as long as the run."""
        transport = self._replicas.transport
        references = self._replicas.sealed if near else self._replicas.references
        parcel, size = sort_out(inputs, near=near), sum(map(size_of, inputs.values()))
        lent = self._lent = list(references.lend(parcel.before, of_bytes=size))
        payload, given = pack(self._call(tuple(parcel.after))), b"".join(bundle(parcel.with_call))
        patience_s = self._patience_s(record)
        answer = transport.ask(record.name, "begin", payload, given, *_by_use(lent), timeout_s=patience_s)
        for each in references.lend(parcel.after, of_bytes=size):
            transport.send(record.name, "bring", self._job, *_by_use([each]))
            lent.append(each)
        try:
            update = self._heard(record, answer.result(patience_s))
        except NotYet:
            raise ReplicaSlow(record.name) from None
        if not update.missing:
            record.holds.update(parcel.with_call, *(each.holds for each in lent if each.copied))
        return update

    def _call(self, coming: tuple[str, ...]) -> Call:
        request = self._request
        card = None if request.model_key == NO_MODEL else self._place.find_card(request.model_key)
        wait_s = FIRST_LOOK_S if self._is_job else WAIT_S
        photo, address = by_key(request.photo), address_of(request.operation)
        return Call(self._job, address, request.model_key, card, photo, request.settings, wait_s, coming)

    def _wait_for(self, record: Record) -> Sequence[Snapshot]:
        """One result: the lane stays with it."""
        arguments = (self._job, self._reports.steps, WAIT_S)
        patience_s = self._patience_s(record)
        return self._take(
            self._heard(record, self._replicas.transport.call(record.name, "poll", *arguments, timeout_s=patience_s))
        )

    def _look_now_and_then(self, record: Record) -> Sequence[Snapshot]:
        """A job: its replica reports LOOK_S from now, or as soon as it ends; others are served meanwhile.

        Fewer reports than that would not show it moving; more of them take time from the work itself.
        """
        if self._asked is None:
            arguments = (self._job, self._reports.steps, LOOK_S)
            patience_s = self._patience_s(record)
            answer = self._replicas.transport.ask(record.name, "poll", *arguments, timeout_s=patience_s)
            self._asked = answer, time.monotonic() + 2 * patience_s
        answer, until = self._asked
        try:
            data = answer.result(TURN_S)
        except NotYet:
            if time.monotonic() > until:
                raise ReplicaSlow(record.name) from None
            return ()
        self._asked = None
        return self._take(self._heard(record, data))

    def _patience_s(self, record: Record) -> float:
        return CALL_S if self._replicas.others_up(record) else LONE_CALL_S

    def _heard(self, record: Record, data: bytes) -> Update:
        try:
            update = unpack(data, Update)
        except MessageRefused:
            log.error("refused: what replica %s sent is no report of ours", record.name)
            self._replicas.lost(record)
            raise
        self._replicas.learn(record, update.status)
        return update

    def _take(self, update: Update) -> Sequence[Snapshot]:
        if not update.known or update.missing or update.state in {"cancelled", "abandoned"}:
            raise ReplicaGone("the replica knows nothing of this job any more")
        snapshots = self._reports.take(update, self.wait_s)
        self.busy_s = self._reports.busy_s
        self._note_whether_begun_again()
        if update.state == "failed":
            self.finished = True
            raise update.error or ReplicaLost()
        self.finished = update.state == "done"
        self.weights_sha256 = update.weights_sha256
        if self.finished and self._record and update.best is not None and has_key(update.best):
            self._record.holds.add(key_of(update.best))
        return snapshots

    def _note_whether_begun_again(self) -> None:
        """Told to the engine once: it takes the mark off again."""
        self.begun_again |= self._reports.begun_again
        self._reports.begun_again = False

    # When something is lost

    def _after_loss(self, weight: float) -> None:
        record = self._record
        self._losses += weight
        if record is not None:
            record.runs -= 1
            self._replicas.lost(record)
            self._replicas.transport.send(record.name, "stop", self._job)  # in case it was only slow
            self._record, self._avoid = None, record.name
        self._asked, self._lent = None, []
        self._reports.lost()
        self._note_whether_begun_again()
        if self._losses > MOST_LOSSES:
            raise ReplicaLost

    def _wait_for_one(self) -> Sequence[Snapshot]:
        """No replica answers now; one is being started again, as a rule."""
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        if now - self._waiting_since > self._place.deadline_s:
            return self._without_cluster(ClusterUnreachable(address=self._replicas.transport.address))
        time.sleep(0.05)
        return ()

    def _without_cluster(self, error: VizError) -> Sequence[Snapshot]:
        if not self._place.falls_back:
            raise error
        log.warning("the cluster cannot be used (%s): done here", error.code)
        return self._begin_here(noted=True)

    def _begin_here(self, *, noted: bool) -> Sequence[Snapshot]:
        self._here = DoneHere(self._place.local, self._place.local_turn, self._request, self.wait_s, noted=noted)
        return ()

    def _advance_here(self, here: DoneHere) -> Sequence[Snapshot]:
        snapshots = here.advance()
        self.finished, self.begun_again = here.finished, here.begun_again
        self.weights_sha256, self.busy_s = here.weights_sha256, here.busy_s
        return snapshots


def _by_use(lent: Sequence[Lent]) -> tuple[list[Any], list[Any]]:
    """References of bundles that a replica keeps, and of those that it only reads."""
    return [each.reference for each in lent if each.copied], [each.reference for each in lent if not each.copied]
