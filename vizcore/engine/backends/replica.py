"""What does a replica do? It runs an engine of its own for others: takes calls, reports on jobs, proves its health."""

from __future__ import annotations

import contextlib
import logging
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vizcore.engine.backends.arrivals import Arrivals, ArrivingPhoto
from vizcore.engine.backends.base import BackendStatus
from vizcore.engine.backends.held_inputs import HeldInputs
from vizcore.engine.backends.keys import has_key, key_of
from vizcore.engine.backends.plain import OURS
from vizcore.engine.backends.sealed import NotShared, Sealed, open_sealed
from vizcore.engine.backends.wire import Call, Update, identity, keys_in, operation_at, pack, put_back, unpack
from vizcore.engine.engine import Engine
from vizcore.engine.handles import JobHandle, ResultHandle
from vizcore.errors import InternalError, MessageRefused, VizError
from vizcore.photo import Photo
from vizcore.results import Result
from vizcore.settings import Settings
from vizcore.zoo.cards import ModelCard

log = logging.getLogger("vizcore.engine")

MANY = 1_000_000  # the page's process limits sessions; here only the queue is bounded
CACHE_MB = 64  # for inputs, and again for answers: an app has caches of its own, and this one is there for each replica
PROOF_BYTES = 64
PROBE_WAIT_S = 3.0
PROBE_MODEL = "cnn-mini"
JOBS_REMEMBERED = 1000  # of those that are over, so that what still comes for them is not kept
JOBS_KEPT_S = 60.0  # a finished job whose last report nobody fetched is forgotten then


class Unhealthy(RuntimeError):
    """The work path is blocked, whatever a ping says."""


@dataclass
class _Job:
    handle: JobHandle
    touched_at: float
    best_told: Result | None = None


class Replica:
    """Every method takes and gives bytes or plain values, so that any transport can carry them.

    fetch: turns references that came with a call into their bytes, as buffers.
    allowed: packages whose operations may be run.
    """

    def __init__(
        self,
        settings: Settings,
        fetch: Callable[[Sequence[Any]], Sequence[Any]],
        *,
        allowed: Iterable[str] = OURS,
        engine: Engine | None = None,
    ) -> None:
        own = replace(settings, backend="local", session_limit=MANY, cache_mb=min(settings.cache_mb, CACHE_MB))
        self._settings = own
        self._allowed = tuple(allowed)
        self._cards: dict[str, ModelCard] = {}
        self._engine = engine or Engine(own, find_card=self._cards.__getitem__, notes=False)  # the app notes it
        self._inputs = HeldInputs(own.cache_mb, fetch, self._allowed)
        self._jobs: dict[str, _Job] = {}
        self._arrivals: dict[str, Arrivals] = {}
        self._over: deque[str] = deque(maxlen=JOBS_REMEMBERED)
        self._probe: ResultHandle | None = None

    def hello(self) -> bytes:
        """What runs here: name -> version, and a hash of the code; and the state of the engine, as bytes that are read
        only where both are the same."""
        return pack((dict(identity()), pack(self._status())))

    def read_back(self, there: Sealed) -> bytes:
        """What lies there in sealed memory, as proof that it can be read here; b"" if it cannot."""
        try:
            return open_sealed(there)[:PROOF_BYTES]
        except NotShared:
            return b""

    def begin(self, payload: bytes, given: bytes, to_keep: Sequence[Any], to_read: Sequence[Any]) -> bytes:
        """Takes a call on, waits a moment for it, and reports.

        given: a bundle of inputs, b"" for none. to_keep, to_read: references of bundles, or where they lie in sealed
        memory.
        """
        try:
            call = unpack(payload, Call, self._allowed)
            if call.job in self._over:  # it was stopped before it came
                return pack(Update(known=False))
            inputs = self._inputs.find(keys_in(call.photo), given, to_keep, to_read)
        except MessageRefused as error:
            log.error("refused: a call, or its inputs, that are none of ours")
            return pack(Update("failed", error=error))
        if call.coming:
            arrivals = self._arrivals.setdefault(call.job, Arrivals())
            later = {sha256: ArrivingPhoto.on_its_way(sha256, arrivals) for sha256 in call.coming}
            inputs = later | inputs
        if missing := tuple(key for key in keys_in(call.photo) if key not in inputs):
            return pack(Update(missing=missing, status=self._status()))
        if call.card is not None:
            self._cards[call.card.key] = call.card
        try:
            operation = operation_at(call.operation, self._allowed)
            photo = put_back(call.photo, inputs)
            handle = self._engine.start(operation, call.model_key, photo, call.settings, session=call.job)
        except VizError as error:
            return self._refuse(call, error)
        except (ValueError, ImportError):  # not an operation of ours: a border, as in the worker
            return self._refuse(call, InternalError(where=call.operation))
        self._jobs[call.job] = _Job(handle, time.monotonic())
        if call.job in self._over:  # it was stopped meanwhile
            self.stop(call.job)
        return self.poll(call.job, 0, call.wait_s)

    def _refuse(self, call: Call, error: VizError) -> bytes:
        self._end(call.job)
        return pack(Update("failed", error=error, status=self._status()))

    def bring(self, job: str, to_keep: Sequence[Any], to_read: Sequence[Any]) -> None:
        """Photos that a call said would come. They may be here before it is."""
        if job in self._over:
            return
        try:
            self._arrivals.setdefault(job, Arrivals()).add(self._inputs.open(b"", to_keep, to_read))
        except (NotShared, MessageRefused):
            self.stop(job)  # its caller sees that it is not known, and begins again

    def poll(self, job: str, steps_seen: int, wait_s: float) -> bytes:
        """What is new about a job since `steps_seen` steps of it; waits at most `wait_s` for its end."""
        kept = self._jobs.get(job)
        if kept is None:
            return pack(Update(known=False))
        kept.touched_at = time.monotonic()
        with contextlib.suppress(TimeoutError, VizError):  # the report tells of both
            kept.handle.result(timeout=wait_s)
        update = self._report(kept, steps_seen)
        if kept.handle.done():
            self._end(job)
        return pack(update)

    def stop(self, job: str) -> None:
        """Ends a job; one that is not known is none."""
        kept = self._jobs.get(job)
        if kept:
            kept.handle.cancel()
        self._end(job)

    def evict(self, model_key: str) -> bool:
        return self._engine.evict(model_key)

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Drops these pictures, what was found in them, and what was made of them (embeddings)."""
        self._engine.forget(photos_sha256)
        self._inputs.forget(photos_sha256)

    def warm_up(self) -> None:
        """The first inference, waited for: libraries and a model are loaded when it returns. VizError if it fails."""
        if probe := self._begin_probe():
            probe.result()

    def check_health(self) -> None:
        """A small real inference, a new one each time. Unhealthy if it fails, or if a turn has taken `hang_s`.

        A replica that is merely busy is healthy: its turn under way is younger than that.
        """
        self._drop_old_jobs()
        self._probe = self._probe or self._begin_probe()
        try:
            if self._probe is not None:
                self._probe.result(timeout=PROBE_WAIT_S)
            self._probe = None
        except TimeoutError:
            if self._engine.status().turn_s > self._settings.hang_s:
                raise Unhealthy(f"one turn has taken more than {self._settings.hang_s:.0f} s") from None
        except VizError as error:
            self._probe = None
            raise Unhealthy(f"a small inference failed: {error.code}") from None

    def close(self) -> None:
        self._engine.close()

    def _begin_probe(self) -> ResultHandle | None:
        from vizcore.features.embedding import embed
        from vizcore.zoo.catalogue import card

        self._cards.setdefault(PROBE_MODEL, card(PROBE_MODEL))
        pixels = np.full((32, 32, 3), time.monotonic_ns() % 251, dtype=np.uint8)
        pixels[0, 0] = list(time.monotonic_ns().to_bytes(8, "little")[1:4])  # no kept answer
        try:
            return self._engine.submit(embed, PROBE_MODEL, Photo(pixels, ""), session="health", deadline_s=MANY)
        except VizError:  # a full queue is no illness; whether it moves is asked next time
            return None

    def _report(self, kept: _Job, steps_seen: int) -> Update:
        handle = kept.handle
        state, history, latest = handle.state, handle.history(), handle.snapshot()
        best = latest.result if latest else None
        again = len(history) < steps_seen
        told, kept.best_told = kept.best_told, best
        if best is not None and has_key(best):
            self._inputs.keep(key_of(best), best)
        return Update(
            state=state,
            error=handle.error,
            history=history if again else history[steps_seen:],
            latest=replace(latest, result=None) if latest else None,
            best=best if best is not told else None,
            begun_again=again,
            weights_sha256=self._engine.weights_of(handle.request.model_key),
            status=self._status(),
        )

    def _end(self, job: str) -> None:
        self._jobs.pop(job, None)
        self._over.append(job)
        if arrivals := self._arrivals.pop(job, None):
            arrivals.end()

    def _drop_old_jobs(self) -> None:
        now = time.monotonic()
        for job, kept in list(self._jobs.items()):
            if kept.handle.done() and now - kept.touched_at > JOBS_KEPT_S:
                self._end(job)
        for job, arrivals in list(self._arrivals.items()):
            if job not in self._jobs and now - arrivals.since > JOBS_KEPT_S:
                self._end(job)

    def _status(self) -> BackendStatus:
        now = self._engine.status()
        return BackendStatus(now.devices, now.models, now.budget_bytes, now.calls)
