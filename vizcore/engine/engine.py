"""How does a page or a program have an operation run on a model, whoever else is asking?"""

from __future__ import annotations

import atexit
import threading
import time
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import Any

from vizcore.engine.backends.base import Backend
from vizcore.engine.backends.choice import make_backend
from vizcore.engine.device import prepare_process
from vizcore.engine.handles import JobHandle, ResultHandle
from vizcore.engine.pool import Loader
from vizcore.engine.requests import Operation, Request
from vizcore.engine.result_cache import ResultCache
from vizcore.engine.scheduler import Scheduler
from vizcore.engine.status import EngineStatus
from vizcore.engine.worker import Worker
from vizcore.results import Result
from vizcore.settings import Settings, current
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.protocols import LoadedModel


def load_from_zoo(card: ModelCard, device: str) -> LoadedModel:
    """`vizcore.zoo.load.load_model`, imported on use; where the settings say so, ONNX Runtime may answer for it."""
    from vizcore.zoo.load import load_model

    model = load_model(card, device)
    if current().runtime == "onnx":
        from vizcore.runtimes.answers import attach

        attach(model)
    return model


def find_in_catalogue(key: str) -> ModelCard:
    """`vizcore.zoo.catalogue.card`, imported on use."""
    from vizcore.zoo.catalogue import card

    return card(key)


class Engine:
    """Runs operations on models: one thread per lane, fair among sessions, each answer computed once.

    A lane is a device of this process, or a place on a replica; the setting `backend` says which.

    Operations, photos and settings are picklable; equal requests share one run and one kept answer. Nothing is loaded
    and no thread started before the first request. notes: whether answers go into the event log of this process.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        loader: Loader = load_from_zoo,
        find_card: Callable[[str], ModelCard] = find_in_catalogue,
        clock: Callable[[], float] = time.monotonic,
        backend: Backend | None = None,
        notes: bool = True,
    ) -> None:
        prepare_process()
        self._settings = settings
        self._notes = notes
        self._backend = backend or make_backend(settings, loader, find_card)
        self._result_cache = ResultCache(settings.cache_mb * 1_000_000)
        self._threads: dict[str, threading.Thread] = {}
        self._scheduler = Scheduler(
            self._result_cache,
            self._backend.lanes,
            queue_limit=settings.queue_limit,
            session_limit=settings.session_limit,
            visitor_limit=settings.visitor_limit if settings.hosted else 0,
            clock=clock,
            start_worker=self._start_worker,
            cost=self._backend.cost,
        )
        self._backend.on_more_lanes(self._add_lanes)

    def run(
        self,
        operation: Operation,
        model_key: str,
        photo: Any = None,
        settings: Any = None,
        *,
        session: str = "local",
        deadline_s: float | None = None,
    ) -> Result:
        """The answer, waited for. Errors as `submit`, and whatever VizError the operation raises."""
        handle = self.submit(operation, model_key, photo, settings, session=session, deadline_s=deadline_s)
        try:
            return handle.result()
        finally:
            handle.cancel()  # does nothing after an answer; frees the place when the caller was interrupted

    def submit(
        self,
        operation: Operation,
        model_key: str,
        photo: Any = None,
        settings: Any = None,
        *,
        session: str = "local",
        deadline_s: float | None = None,
    ) -> ResultHandle:
        """A handle for the answer. Busy or TooManyRequests at once if it cannot be taken on.

        model_key: a card's key, or NO_MODEL for an operation that is then given None as its model.
        deadline_s: how long it may wait for its turn (the setting of that name by default).
        """
        patience_s = self._settings.deadline_s if deadline_s is None else deadline_s
        request = Request(operation, model_key, photo, settings)
        return self._scheduler.admit(
            request, session, lambda task: ResultHandle(task, session, self._scheduler, patience_s)
        )

    def start(
        self, operation: Operation, model_key: str, photo: Any = None, settings: Any = None, *, session: str = "local"
    ) -> JobHandle:
        """A job to watch and stop; starting the same one twice in a session gives the same job. Errors as `submit`."""
        patience_s = self._settings.heartbeat_s
        request = Request(operation, model_key, photo, settings)
        return self._scheduler.admit(
            request, session, lambda task: JobHandle(task, session, self._scheduler, patience_s)
        )

    def status(self) -> EngineStatus:
        """A picture of this moment; asking loads nothing."""
        place = self._backend.status()
        return EngineStatus(
            device=place.devices[0] if place.devices else "",
            devices=place.devices,
            wanted=self._settings.device,
            queue_length=self._scheduler.queue_length(),
            running=self._scheduler.running(),
            models=place.models,
            memory_bytes=sum(model.bytes for model in place.models),
            budget_bytes=place.budget_bytes,
            cache_bytes=self._result_cache.bytes,
            cache_hits=self._result_cache.hits,
            calls=place.calls,
            turn_s=self._scheduler.longest_turn_s(),
            replicas=place.places,
            absent=place.absent,
        )

    def weights_of(self, model_key: str) -> str:
        """Hash of the weights that gave this model's last answer; "" if there was none yet."""
        return self._result_cache.weights_of(model_key)

    def evict(self, model_key: str) -> bool:
        """Takes this model out of memory if nobody uses it; whether it did. The next request loads it again."""
        return self._backend.evict(model_key)

    def forget_model(self, model_key: str) -> None:
        """The same for a model that nobody will ask about again, without waiting for replicas that are slow."""
        self._backend.forget_model(model_key)

    def know_visitors(self, visitor_of: Callable[[str], str]) -> None:
        """From now on the sessions of one visitor share a limit. visitor_of: session -> any name, "" for nobody."""
        self._scheduler.waiters.visitor_of = visitor_of

    def close_session(self, session: str) -> None:
        """Cancels what the session has waiting or running; what others wait for too goes on for them."""
        self._scheduler.close_session(session)

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Drops the kept answers about these pictures, here and wherever else they were."""
        self._result_cache.forget(photos_sha256, self._scheduler.clock())
        self._backend.forget(photos_sha256)

    def close(self, timeout: float = 5.0) -> None:
        """Cancels everything and waits for the threads; the engine takes nothing on afterwards."""
        self._scheduler.close()
        for thread in self._threads.values():
            thread.join(timeout)
        self._backend.close()

    def _add_lanes(self, lanes: Sequence[str]) -> None:
        self._scheduler.widen(lanes)

    def _start_worker(self, device: str) -> None:
        if device in self._threads:
            return
        limit = self._settings.batch_limit
        worker = Worker(device, self._backend.begin, self._scheduler, self._result_cache, limit, notes=self._notes)
        thread = threading.Thread(target=worker.run, name=f"vizcore-engine-{device}", daemon=True)
        thread.start()  # RuntimeError where the system has no room for one; the next request tries again
        self._threads[device] = thread


@lru_cache(maxsize=1)
def _shared() -> Engine:
    engine = Engine(current())
    atexit.register(engine.close, timeout=1.0)
    return engine


_creation = threading.Lock()


def shared_engine() -> Engine:
    """The one engine of this process, made on first use."""
    with _creation:
        return _shared()
