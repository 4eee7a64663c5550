"""How is a request carried out in this process though there is a cluster? As ever.

Where the cluster did not answer, its result says so; a visitor's own model is known nowhere else.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

from vizcore.engine.backends.local import LocalBackend
from vizcore.engine.requests import Request
from vizcore.photo import Note
from vizcore.snapshots import Snapshot


class DoneHere:
    """A `Run` of the local backend, for one of several lanes: turn keeps them from using its models at once.

    noted: its result says that the cluster did not answer.
    """

    def __init__(
        self, local: LocalBackend, turn: threading.Lock, request: Request, wait_s: float, *, noted: bool
    ) -> None:
        self.begun_again = False
        self._noted = noted
        self._turn = turn
        with turn:
            self._run = local.begin(local.lanes[0], request)
        self._run.wait_s = wait_s

    @property
    def finished(self) -> bool:
        return self._run.finished

    @property
    def weights_sha256(self) -> str:
        return self._run.weights_sha256

    @property
    def busy_s(self) -> float:
        return self._run.busy_s

    def advance(self) -> Sequence[Snapshot]:
        with self._turn:
            snapshots = self._run.advance()
            self.begun_again, self._run.begun_again = self._run.begun_again, False
        return [_noted(each) for each in snapshots] if self._noted else snapshots

    def close(self) -> None:
        with self._turn:
            self._run.close()


def _noted(snapshot: Snapshot) -> Snapshot:
    if snapshot.result is None:
        return snapshot
    known = snapshot.result.provenance
    result = replace(snapshot.result, provenance=replace(known, notes=(*known.notes, Note("done_here"))))
    return replace(snapshot, result=result)
