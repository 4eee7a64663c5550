"""What do calls for several photos save? `python -m benchmarks.scale.measure --only batching` prints it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from benchmarks.scale.photos import MODEL, fresh_photo, photos_ready
from vizcore.engine import Engine
from vizcore.features import embed
from vizcore.photo import Photo
from vizcore.settings import Settings
from vizcore.similarity.many import ManySettings, embed_photos


def batching() -> dict[str, Any]:
    """64 photos embedded one by one, in the calls that waiting requests share, and as one request; CPU seconds."""
    base = Settings(offline=True, device="cpu", threads=1, session_limit=100, queue_limit=100)
    rounds = []
    for _ in range(5):
        one, shared = Engine(base), Engine(replace(base, batch_limit=16))
        for engine in (one, shared):
            engine.run(embed, MODEL, fresh_photo())
        first, second, many = (tuple(photos_ready(64)) for _ in range(3))
        alone = _cpu(partial(_embed_all, one, first))
        request = _cpu(partial(one.run, embed_photos, MODEL, many, ManySettings(batch=16)))
        rounds.append((alone / _cpu(partial(_embed_all, shared, second)), alone / request))
        one.close()
        shared.close()
    shared_gain, request_gain = (round(statistics.median(each), 3) for each in zip(*rounds, strict=True))
    return {"shared_calls_gain": shared_gain, "one_request_gain": request_gain, "rounds": len(rounds), "batch": 16}


def _embed_all(engine: Engine, photos: Sequence[Photo]) -> None:
    """A visitor for each, all at once."""
    for handle in [engine.submit(embed, MODEL, each, session=str(number)) for number, each in enumerate(photos)]:
        handle.result()


def _cpu(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
