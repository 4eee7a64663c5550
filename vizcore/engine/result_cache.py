"""Has this been computed before, by these very weights?"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Collection

from vizcore.engine.cache import ByteCache
from vizcore.engine.requests import Request, RequestKey
from vizcore.engine.task import Progress

MOST_FORGOTTEN = 100_000  # pictures, of which work under way is not kept


class ResultCache:
    """Finished work by request and weights. A hit needs no queue and no model in memory."""

    def __init__(self, budget_bytes: int) -> None:
        self._cache: ByteCache[tuple[RequestKey, str], Progress] = ByteCache(budget_bytes)
        self._weights_sha256: dict[str, str] = {}
        self._lock = threading.Lock()
        self._forgotten: OrderedDict[str, float] = OrderedDict()  # picture -> when

    def find(self, request: Request) -> Progress | None:
        """The answer that the weights last loaded for this model have given."""
        weights = self._weights_sha256.get(request.model_key)
        return None if weights is None else self._cache.get((request.key, weights))

    def keep(self, request: Request, weights_sha256: str, progress: Progress, born_at: float = math.inf) -> None:
        """born_at: when it was asked; what was asked before one of its pictures was forgotten is not kept."""
        with self._lock:
            self._weights_sha256[request.model_key] = weights_sha256
            forgotten = [self._forgotten.get(each, -math.inf) for each in _pictures(request.key, progress)]
            if all(when < born_at for when in forgotten):
                self._cache.put((request.key, weights_sha256), progress)

    def weights_of(self, model_key: str) -> str:
        """Hash of the weights that gave this model's last answer; "" if there was none yet."""
        return self._weights_sha256.get(model_key, "")

    def forget(self, photos_sha256: Collection[str], now: float = -math.inf) -> None:
        """Drops every answer about any of these pictures, those too that are still worked on."""
        gone = set(photos_sha256)
        with self._lock:
            for each in gone:
                self._forgotten[each] = now
                self._forgotten.move_to_end(each)
            while len(self._forgotten) > MOST_FORGOTTEN:
                self._forgotten.popitem(last=False)
            self._cache.discard(
                [key for key, progress in self._cache.list_items() if gone.intersection(_pictures(key[0], progress))]
            )

    @property
    def bytes(self) -> int:
        return self._cache.bytes

    @property
    def hits(self) -> int:
        return self._cache.hits


def _pictures(key: RequestKey, progress: Progress) -> set[str]:
    """What the answer is about: the pictures of the request, and those that its provenance names (settings may hold
    what was made of a picture)."""
    made_of = getattr(getattr(progress.best, "provenance", None), "photos_sha256", ())
    return {*key.photos, *made_of}
