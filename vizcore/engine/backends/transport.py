"""What must a cluster's library be able to do for us? Four things; Ray does them, and so does a double in the tests."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Protocol


class ReplicaGone(Exception):
    """The replica died or cannot be reached. What it was doing may be asked of another."""


class ReplicaSlow(ReplicaGone):
    """It did not report in time, and may be well."""


class StoreFull(Exception):
    """No room for an input in the cluster's object store."""


Part = bytes | memoryview
_numbers = itertools.count()


@dataclass(frozen=True, eq=False)
class Reference:
    """Stands for bytes in the object store, wherever the real reference is held."""

    number: int = field(default_factory=lambda: next(_numbers))


class Transport(Protocol):
    """The way to replicas by name. Safe for threads."""

    @property
    def address(self) -> str: ...

    def connect(self) -> Sequence[str]:
        """Names of all replicas, those too that do not answer now. Errors: the VizErrors of section "A cluster"."""

    def renew(self) -> None:
        """Connects anew, since the connection itself may be what is broken. References are void then. Errors: as
        `connect`."""

    def call(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Any:
        """What the replica's method returns. ReplicaGone, ReplicaSlow."""

    def ask(self, replica: str, method: str, *arguments: Any, timeout_s: float) -> Future[Any]:
        """The same, to be waited for later: the errors are the future's, but for a ReplicaGone at once."""

    def send(self, replica: str, method: str, *arguments: Any) -> None:
        """The same, not waited for; what goes wrong is not told."""

    def put(self, objects: Sequence[Sequence[Part]]) -> Iterator[Any]:
        """For each object, given as parts one after the other, as soon as it is stored, a reference that travels in a
        call's arguments, within lists too; it stays for as long as that is held. StoreFull, ReplicaGone."""

    def close(self) -> None: ...
