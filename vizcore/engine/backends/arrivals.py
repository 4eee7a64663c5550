"""How does work begin before all of its photos are there? It waits for each that is still on its way as it needs it."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import Cancelled, ReplicaLost
from vizcore.photo import Photo

PATIENCE_S = 30.0  # without this the work of a caller who is gone would keep its lane


class Arrivals:
    """The inputs of one call that come after it. Safe for threads."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self._come: dict[str, Any] = {}
        self._over = False
        self._changed = threading.Condition()

    def add(self, inputs: Mapping[str, Any]) -> None:
        with self._changed:
            self._come.update(inputs)
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing more comes: whoever waits is Cancelled."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def wait_for(self, sha256: str) -> Any:
        """The input. Cancelled, or ReplicaLost if it does not come at all."""
        with self._changed:
            there = self._changed.wait_for(lambda: sha256 in self._come or self._over, PATIENCE_S)
            if sha256 in self._come:
                return self._come[sha256]
        raise Cancelled if there else ReplicaLost


class ArrivingPhoto(Photo):
    """A photo of known hash whose pixels may be on their way. What is made of it (copies, pickles) is a plain Photo."""

    _arrivals: Arrivals

    def __new__(cls, rgb: NDArray[np.uint8] | None = None, name: str = "", *rest: Any, **others: Any) -> Any:
        """As `dataclasses.replace` calls it; ours are made by `on_its_way`."""
        return object.__new__(cls) if rgb is None else Photo(rgb, name, *rest, **others)

    def __init__(self, rgb: NDArray[np.uint8] | None = None, name: str = "", *rest: Any, **others: Any) -> None:
        """Nothing is known yet."""

    @classmethod
    def on_its_way(cls, sha256: str, arrivals: Arrivals) -> Photo:
        photo: ArrivingPhoto = cls()
        vars(photo).update(name="", notes=(), sha256=sha256, _arrivals=arrivals)
        return photo

    @property
    def rgb(self) -> NDArray[np.uint8]:
        pixels: NDArray[np.uint8] = self._arrivals.wait_for(self.sha256).rgb
        return pixels

    def __reduce__(self) -> Any:
        return Photo, (self.rgb, "", (), self.sha256)
