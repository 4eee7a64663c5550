"""Can this process do its work now? One small inference, asked at most every few seconds, whoever asks."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from vizcore.errors import VizError

log = logging.getLogger(__name__)

KEPT_S = 5.0
PATIENCE_S = 10.0


@dataclass(frozen=True)
class Answer:
    """ready: whether the inference came back. ms: how long it took, by the wall clock."""

    ready: bool
    ms: float


def infer() -> None:
    """One classification of a drawn 32 x 32 picture through the engine's queue. VizError if it is refused.

    The answer is forgotten, so that every time a model is asked.
    """
    import numpy as np

    from vizcore.engine import PROBE_SESSION, shared_engine
    from vizcore.features.embedding import embed
    from vizcore.photo import Photo
    from vizcore.zoo.catalogue import cards_for

    photo = Photo(np.full((32, 32, 3), time.monotonic_ns() % 251, dtype=np.uint8), "readiness")
    model = next(card.key for card in cards_for("classify") if card.ships)  # the first that this server may show
    engine = shared_engine()
    try:
        engine.run(embed, model, photo, session=PROBE_SESSION, deadline_s=PATIENCE_S)
    finally:
        engine.forget([photo.sha256])


class Readiness:
    """Asks `work` and keeps the answer for KEPT_S, so that probes cost nothing however many they are.

    Anybody may probe: all that wait at the same time share one thread, or they would take every thread of the server.
    """

    def __init__(self, work: Callable[[], None] = infer, clock: Callable[[], float] = time.monotonic) -> None:
        self._work = work
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: tuple[float, Answer] | None = None
        self._asking: asyncio.Task[Answer] | None = None

    async def shared(self) -> Answer:
        """`ask` in a thread, one for everybody who waits; whoever gives up takes the answer from nobody."""
        asking = self._asking
        if asking is None or asking.done():
            asking = self._asking = asyncio.create_task(asyncio.to_thread(self.ask))
        return await asyncio.shield(asking)

    def ask(self) -> Answer:
        with self._lock:
            if self._kept and self._clock() - self._kept[0] < KEPT_S:
                return self._kept[1]
            started = time.perf_counter()
            try:
                self._work()
                ready = True
            except VizError as error:
                log.warning("not ready: %s", error.code)
                ready = False
            answer = Answer(ready, round((time.perf_counter() - started) * 1000, 1))
            self._kept = (self._clock(), answer)
            return answer


readiness = Readiness()
