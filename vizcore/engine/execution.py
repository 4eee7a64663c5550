"""How one request is carried out: its model fetched, one step at a time, memory freed when it runs out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from vizcore.engine.device import is_out_of_memory, release_memory
from vizcore.engine.device_models import DeviceModels
from vizcore.engine.isolation import left_unchanged, weights_of
from vizcore.engine.pool import ModelPool, out_of_memory
from vizcore.engine.requests import NO_MODEL, Request
from vizcore.photo import Note
from vizcore.results import Result
from vizcore.snapshots import Snapshot
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.protocols import LoadedModel


class Execution:
    """One request on one device. Used by the device's worker thread only.

    When memory runs out: once more on the same device after every idle model left it, then on the CPU, then
    OutOfMemory. Steps taken so far are taken again.
    """

    def __init__(self, request: Request, models: DeviceModels, find_card: Callable[[str], ModelCard]) -> None:
        self.finished = False
        self.begun_again = False
        self.weights_sha256 = ""
        self.busy_s = 0.0
        self.wait_s = 0.0
        self._fast_answers = 0
        self._request = request
        self._models = models
        self._find_card = find_card
        self._attempts: Iterator[ModelPool] | None = None
        self._pool: ModelPool | None = None
        self._model: LoadedModel | None = None
        self._steps: Iterator[Snapshot] | None = None

    def advance(self) -> tuple[Snapshot, ...]:
        """The next step: its snapshot, or none if there was no further step. `finished` says whether to go on.

        After a lack of memory it is the first step again, and `begun_again` is set.
        Raises NoRoomYet before the first step, and whatever the loader or the operation raises.
        """
        while True:
            try:
                snapshot = self._advance()
                return () if snapshot is None else (snapshot,)
            except Exception as error:
                if not is_out_of_memory(error) or self._request.model_key == NO_MODEL:
                    raise
            # Outside the handler, so that the failed attempt's tensors are no longer held by the error's traceback.
            self._try_elsewhere()

    def close(self) -> None:
        """Ends a generator and gives the model back; to be called whatever happened."""
        steps, self._steps = self._steps, None
        try:
            if steps is not None and (end := getattr(steps, "close", None)):
                end()
        finally:
            if self._pool is not None and self._model is not None:
                self._pool.release(self._model)
            self._model = None

    def _advance(self) -> Snapshot | None:
        if self._model is None and self._request.model_key != NO_MODEL:
            self._open()
        started, fast_before = time.perf_counter(), _answered_fast(self._model)
        with left_unchanged(self._model, self._let_go):
            snapshot = self._step()
        self.busy_s += time.perf_counter() - started
        self._fast_answers += _answered_fast(self._model) - fast_before
        if snapshot is None or snapshot.result is None:
            return snapshot
        return Snapshot(
            snapshot.step, snapshot.total, snapshot.values, snapshot.preview, self._stamped(snapshot.result)
        )

    def _open(self) -> None:
        card = self._find_card(self._request.model_key)
        if self._attempts is None:
            self._attempts = iter(attempts(self._models))
            self._pool = next(self._attempts)
        if self._pool is None:
            raise ValueError("expected a pool, got none")
        self._model = self._pool.acquire(card)
        self.weights_sha256 = self._model.weights_sha256
        self._models.limit_threads()
        self._models.calls += 1

    def _step(self) -> Snapshot | None:
        if self._steps is None:
            outcome = self._request.operation(self._model, self._request.photo, self._request.settings)
            if not isinstance(outcome, Iterator):
                self.finished = True
                return Snapshot(1, 1, result=_expect_result(outcome))
            self._steps = outcome
        snapshot = next(self._steps, None)
        self.finished = snapshot is None
        return snapshot

    def _try_elsewhere(self) -> None:
        self.close()
        self.begun_again = True
        card = self._find_card(self._request.model_key)
        self._pool = next(self._attempts, None) if self._attempts else None
        if self._pool is None:
            raise out_of_memory(card, self._models.pools()[0].budget_bytes)
        for pool in self._models.pools():
            pool.evict_idle()
        release_memory(self._models.device)

    def _let_go(self) -> None:
        """The operation changed the model: this copy leaves the pool, and the next request loads another."""
        if self._steps is not None and (end := getattr(self._steps, "close", None)):
            end()
        if self._pool is not None:
            self._pool.forget(self._request.model_key)

    def _stamped(self, result: Result) -> Result:
        """With what only the engine knows; what the operation itself measured or noted stands."""
        known = result.provenance
        timing: Mapping[str, float] = {"wait": self.wait_s * 1e3, "model": self.busy_s * 1e3, **known.timing_ms}
        if self._pool is None:  # no model was needed, and so no device was asked for
            return result.with_provenance(replace(known, device="cpu", timing_ms=timing))
        device, home = self._pool.device, self._models.device
        fell = (Note("fell_to_cpu", {"from": home}),) if device != home else ()
        stamp = replace(
            known,
            device=device,
            dtype=known.dtype or _number_type(self._model),
            timing_ms=timing,
            notes=(*known.notes, *self._models.notes, *fell),
            versions={**known.versions, **self._fast_library()},
        )
        return result.with_provenance(stamp)

    def _fast_library(self) -> Mapping[str, str]:
        """The library that answered in torch's place, if one did."""
        fast = getattr(self._model, "fast", None)
        return {fast.library: fast.version} if fast is not None and self._fast_answers else {}


def attempts(models: DeviceModels) -> list[ModelPool]:
    """Where to try, in order: twice on the device itself, then on the CPU if that is another place."""
    device, *others = models.pools()
    return [device, device, *others]


def _expect_result(outcome: object) -> Result:
    if not isinstance(outcome, Result):
        raise ValueError(f"expected a Result or snapshots from an operation, got {type(outcome).__name__}")
    return outcome


def _answered_fast(model: object) -> int:
    """Calls of this model that another runtime answered in torch's place, so far."""
    return int(getattr(getattr(model, "fast", None), "answered", 0))


def _number_type(model: object) -> str:
    """ "float32" for a model whose weights are."""
    first = next(iter(weights_of(model)), None)
    return str(first.dtype).removeprefix("torch.") if first is not None else ""
