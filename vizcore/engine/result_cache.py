"""Has this been computed before, by these very weights?"""

from __future__ import annotations

from collections.abc import Collection

from vizcore.engine.cache import ByteCache
from vizcore.engine.requests import Request, RequestKey
from vizcore.engine.task import Progress


class ResultCache:
    """Finished work by request and weights. A hit needs no queue and no model in memory."""

    def __init__(self, budget_bytes: int) -> None:
        self._cache: ByteCache[tuple[RequestKey, str], Progress] = ByteCache(budget_bytes)
        self._weights_sha256: dict[str, str] = {}

    def find(self, request: Request) -> Progress | None:
        """The answer that the weights last loaded for this model have given."""
        weights = self._weights_sha256.get(request.model_key)
        return None if weights is None else self._cache.get((request.key, weights))

    def keep(self, request: Request, weights_sha256: str, progress: Progress) -> None:
        self._weights_sha256[request.model_key] = weights_sha256
        self._cache.put((request.key, weights_sha256), progress)

    def weights_of(self, model_key: str) -> str:
        """Hash of the weights that gave this model's last answer; "" if there was none yet."""
        return self._weights_sha256.get(model_key, "")

    def forget(self, photos_sha256: Collection[str]) -> None:
        """Drops every answer about any of these pictures."""
        gone = set(photos_sha256)
        self._cache.discard([key for key in self._cache.list_keys() if gone.intersection(key[0].photos)])

    @property
    def bytes(self) -> int:
        return self._cache.bytes

    @property
    def hits(self) -> int:
        return self._cache.hits
