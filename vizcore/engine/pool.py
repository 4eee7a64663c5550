"""Which models are in the memory of a device? As many as its budget holds, each loaded once for all who wait."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from vizcore.errors import OutOfMemory
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.protocols import LoadedModel

Loader = Callable[[ModelCard, str], LoadedModel]


class NoRoomYet(Exception):
    """The model fits, but not beside those in use now: try again after some of them were given back."""


@dataclass(frozen=True)
class PooledModel:
    """One model in memory. in_use: how many pieces of work hold it; it is never removed before that is 0."""

    key: str
    device: str
    bytes: int
    in_use: int

    def __post_init__(self) -> None:
        if not (type(self.key) is str and type(self.device) is str and is_count(self.bytes) and is_count(self.in_use)):
            raise ValueError(f"expected a name, a device and two numbers from 0, got {type(self.key)} ...")


def is_count(value: object) -> bool:
    """Whether it is a whole number from 0 that can be told to people."""
    return type(value) is int and 0 <= value < 1 << 100


@dataclass
class _Place:
    bytes: int
    users: int = 0
    loaded: Future[LoadedModel] = field(default_factory=Future)


class ModelPool:
    """The models of one device, least recently used first. Safe for threads; loading happens outside its lock."""

    def __init__(self, device: str, budget_bytes: int, load: Loader) -> None:
        self.device = device
        self.budget_bytes = budget_bytes
        self._load = load
        self._places: OrderedDict[tuple[str, str], _Place] = OrderedDict()  # by (card's key, whose copy)
        self._lock = threading.Lock()
        self._copy = ""

    def beside(self, copy: str) -> ModelPool:
        """The same room with copies of its own, for a second thread: no model is ever used by two at a time."""
        other = ModelPool(self.device, self.budget_bytes, self._load)
        other._places, other._lock, other._copy = self._places, self._lock, copy
        return other

    def acquire(self, card: ModelCard) -> LoadedModel:
        """The model, loaded if need be; to be given back by `release`.

        OutOfMemory if it can never fit, NoRoomYet if it cannot beside those in use. A load that fails, fails for all
        who wait for it and is not remembered: the next request tries again.
        """
        with self._lock:
            own = (card.key, self._copy)
            place = self._places.get(own)
            first = place is None
            if place is None:
                self._make_room(card, expected_bytes(card))
                place = self._places[own] = _Place(expected_bytes(card))
            place.users += 1
            self._places.move_to_end(own)
        if first:
            self._fill(place, card)
        return place.loaded.result()

    def release(self, model: LoadedModel) -> None:
        """Gives one use back; the model stays until its room is needed."""
        with self._lock:
            place = self._places.get((model.card.key, self._copy))
            if place and place.loaded.done() and place.loaded.result() is model:
                place.users -= 1

    def evict_idle(self) -> int:
        """Removes every model that nobody uses, other threads' copies too; returns how many."""
        with self._lock:
            idle = self._idle()
            for key in idle:
                del self._places[key]
            return len(idle)

    def evict(self, key: str) -> bool:
        """Removes this model if nobody uses it; whether it did."""
        with self._lock:
            place = self._places.get((key, self._copy))
            if place is None or place.users:
                return False
            del self._places[key, self._copy]
            return True

    def forget(self, key: str) -> None:
        """The next `acquire` loads afresh; who holds the model now keeps it."""
        with self._lock:
            self._places.pop((key, self._copy), None)

    def contents(self) -> tuple[PooledModel, ...]:
        """Its own copies, least recently used first; a model that is being loaded counts with its expected size."""
        with self._lock:
            own = [(key, each) for (key, copy), each in self._places.items() if copy == self._copy]
            return tuple(PooledModel(key, self.device, each.bytes, each.users) for key, each in own)

    def memory_bytes(self) -> int:
        return sum(model.bytes for model in self.contents())

    def _idle(self) -> list[tuple[str, str]]:
        return [key for key, place in self._places.items() if place.users == 0]

    def _make_room(self, card: ModelCard, needed: int) -> None:
        """Evicts idle models until `needed` bytes are free, or raises before it evicted any."""
        if needed > self.budget_bytes:
            raise out_of_memory(card, self.budget_bytes)
        in_use = sum(place.bytes for place in self._places.values() if place.users)
        if in_use + needed > self.budget_bytes:
            raise NoRoomYet
        self._shrink(self.budget_bytes - needed)

    def _shrink(self, limit: int) -> None:
        idle = iter(self._idle())
        while sum(place.bytes for place in self._places.values()) > limit and (key := next(idle, None)):
            del self._places[key]

    def _fill(self, place: _Place, card: ModelCard) -> None:
        try:
            model = self._load(card, self.device)
            size = model.memory_bytes()
        except BaseException as error:  # not answered here: `acquire` raises it in everyone who waits
            self.forget(card.key)
            place.loaded.set_exception(error)
            return
        with self._lock:
            place.bytes = size
            self._shrink(self.budget_bytes)
        place.loaded.set_result(model)


def expected_bytes(card: ModelCard) -> int:
    """What the weights will take in 32-bit numbers, known before they are read."""
    return int(card.parameters_m * 4e6)


def out_of_memory(card: ModelCard, budget_bytes: int) -> OutOfMemory:
    return OutOfMemory(
        model=card.key, needed_mb=round(expected_bytes(card) / 1e6, 1), budget_mb=round(budget_bytes / 1e6)
    )
