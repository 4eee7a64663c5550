"""When does ONNX Runtime answer for a model in this process? When its record says that it is equal and faster here.

A model of ours carries an `OnnxAnswers`, which opens the exported file in a thread of its own after the first few
answers: the first answer of a process is torch's, and never waits for a second library. (For the same reason this file
loads nothing but torch.)
"""

from __future__ import annotations

import logging
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from vizcore.errors import VizError
from vizcore.runtimes.graphs import GRAPHS, size_varies

if TYPE_CHECKING:
    from vizcore.runtimes.onnx_session import OnnxSession

log = logging.getLogger(__name__)

SOURCES = ("bundled", "package")
OPEN_AFTER = 8  # answers of the network itself, so that short programs never load a second library


def ours() -> tuple[str, ...]:
    """Keys of the models that ship and whose graph can be exported."""
    from vizcore.zoo.catalogue import CARDS

    return tuple(key for key, card in CARDS.items() if card.source in SOURCES and card.task in GRAPHS)


def may_be_served(model: Any) -> bool:
    """Whether this is a model of ours on the CPU, with a graph of one size."""
    known = model.card.source in SOURCES and model.card.task in GRAPHS and hasattr(model, "fast")
    return bool(known and model.device == "cpu" and not size_varies(model))


def attach(model: Any) -> None:
    """From now on ONNX Runtime answers for this model, as soon as it is known to be equal and faster, and open."""
    if may_be_served(model):
        model.fast = OnnxAnswers(model)


class OnnxAnswers:
    """`FastAnswers` of a model that was prepared, or will be: the record is looked for after 8, 16, 32 ... answers."""

    library = "onnxruntime"

    def __init__(self, model: Any) -> None:
        self.answered = 0
        self.version = ""
        self.size_hw = (0, 0)
        self._named = SimpleNamespace(card=model.card, weights_sha256=model.weights_sha256, recipe=model.recipe)
        self._session: OnnxSession | None = None
        self._asked, self._next = 0, OPEN_AFTER
        self._opening: threading.Thread | None = None

    def ready(self) -> bool:
        """Whether the file is open; begins to open it when it is time to."""
        if self._session is not None:
            return True
        self._asked += 1
        if self._asked >= self._next and self._opening is None:
            self._next = 2 * self._asked
            threads = torch.get_num_threads()
            self._opening = threading.Thread(target=self._open, args=(threads,), name="vizcore-onnx")
            self._opening.start()
        return False

    def run(self, pixels: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """The outputs by the names in the file."""
        if self._session is None:
            raise ValueError("expected an open session, got none")
        return dict(zip(self._session.outputs, self._session.run(pixels), strict=True))

    def wait(self) -> None:
        """Until what is being opened is open; for tests and measurements."""
        if self._opening is not None:
            self._opening.join()

    def _open(self, threads: int) -> None:
        from vizcore.runtimes.onnx_session import OnnxSession, import_runtime
        from vizcore.runtimes.serving import measured_before
        from vizcore.runtimes.store import kept_onnx

        try:
            measured = measured_before(self._named)
            if measured is None:
                self._opening = None  # not prepared yet: look again later
                return
            found = kept_onnx(self._named) if measured.used else None
            if found is None:
                return
            session = OnnxSession(found.data, threads=threads, model=self._named.card.key)
            self.version, self.size_hw = str(import_runtime("").__version__), measured.size_hw
            self._session = session
        except VizError as problem:
            log.warning("%s stays with torch: %s", self._named.card.key, problem.code)
        except Exception:  # a border: whatever the library raises, the network goes on answering
            log.exception("%s stays with torch", self._named.card.key)
