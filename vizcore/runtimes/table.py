"""Which runtimes are there? Adding one is adding a row to `RUNTIMES`: how it is made ready, and what it then runs."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from vizcore.errors import RuntimeUnavailable, VizError
from vizcore.i18n import N_
from vizcore.runtimes.graphs import graph_of
from vizcore.runtimes.onnx_session import Arrays, OnnxSession
from vizcore.runtimes.store import int8_of, onnx_of

Run = Callable[[torch.Tensor], Arrays]


@dataclass(frozen=True, eq=False)
class Runner:
    """A model ready to run. run: pixels (B, 3, H, W) in [0, 1] -> arrays in the order of `outputs`.

    ready_ms: exporting, quantising or loading. size_mb: of what has to be shipped. outputs: their names.
    """

    name: str
    run: Run
    outputs: tuple[str, ...]
    ready_ms: float
    size_mb: float


@dataclass(frozen=True)
class Runtime:
    """title: to be translated when shown. open: a loaded model -> its runner; errors are VizErrors."""

    title: str
    open: Callable[[Any], tuple[Run, tuple[str, ...], float]]


def open_runner(name: str, model: Any) -> Runner:
    """Makes the runtime ready for a model, timed. Errors: ModelCannot, ExportFailed, LibraryMissing,
    RuntimeUnavailable, CalibrationTooSmall."""
    began = time.perf_counter()
    run, outputs, size_mb = RUNTIMES[name].open(model)
    return Runner(name, run, outputs, (time.perf_counter() - began) * 1e3, size_mb)


def _arrays(found: tuple[torch.Tensor, ...]) -> Arrays:
    return tuple(each.float().cpu().numpy() for each in found)


def _eager(model: Any) -> tuple[Run, tuple[str, ...], float]:
    graph = graph_of(model)

    def run(pixels: torch.Tensor) -> Arrays:
        with torch.inference_mode():
            return _arrays(graph(pixels))

    return run, graph.outputs, model.memory_bytes() / 1e6


def _compiled(model: Any) -> tuple[Run, tuple[str, ...], float]:
    """The first call compiles: a minute, and needs a C++ compiler on the CPU."""
    if model.device == "cpu" and not (shutil.which("g++") or shutil.which("clang++")):
        raise RuntimeUnavailable(runtime="torch.compile", reason="compiler")
    graph = graph_of(model)
    compiled: Any = torch.compile(graph)

    def run(pixels: torch.Tensor) -> Arrays:
        try:
            with torch.no_grad():
                return _arrays(compiled(pixels))
        except VizError:
            raise
        except Exception as problem:  # a border: dynamo and inductor raise errors of their own making
            raise RuntimeUnavailable(runtime="torch.compile", reason="failed") from problem

    return run, graph.outputs, model.memory_bytes() / 1e6


def _from_file(found: Any, model: Any) -> tuple[Run, tuple[str, ...], float]:
    session = OnnxSession(found.data, threads=torch.get_num_threads(), model=model.card.key)

    def run(pixels: torch.Tensor) -> Arrays:
        return session.run(pixels.cpu().numpy())

    return run, tuple(found.outputs), found.size_mb


RUNTIMES: dict[str, Runtime] = {
    "eager": Runtime(N_("torch, eager"), _eager),
    "compile": Runtime(N_("torch.compile"), _compiled),
    "onnx": Runtime(N_("ONNX Runtime"), lambda model: _from_file(onnx_of(model), model)),
    "int8": Runtime(N_("ONNX Runtime, INT8"), lambda model: _from_file(int8_of(model), model)),
}
