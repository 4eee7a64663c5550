"""Does uvloop in place of Python's own event loop make a page or a replica quicker? With and without it, by turns.

`python -m benchmarks.scale.event_loop` (two minutes, prints alone). Ray's extra brings uvloop along, and where it is
installed the app's server takes it too; a plain installation has none.
"""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from benchmarks.scale.measure import ask
from benchmarks.scale.processes import cpu_seconds
from tests.browser.driver import running_app
from tests.load.client import Client
from vizcore.engine import Engine
from vizcore.engine.backends.node import Node
from vizcore.settings import Settings
from vizcore.ui.visitor.cookie import PLAIN

ROUNDS = 30
AT_A_TIME = 5
ABSENT = "raise ModuleNotFoundError('uvloop')\n"


@contextmanager
def without(hidden: Path) -> Iterator[str]:
    """A PYTHONPATH on which there is no uvloop."""
    (hidden / "uvloop.py").write_text(ABSENT, encoding="utf-8")
    yield os.pathsep.join(filter(None, (str(hidden), os.environ.get("PYTHONPATH", ""))))


def by_turns(sides: dict[str, tuple[Callable[[], object], Callable[[], float]]], rounds: int) -> None:
    """Prints milliseconds of wall and of CPU for one call of each side. sides: name -> (call, CPU seconds so far)."""
    walls: dict[str, list[float]] = {name: [] for name in sides}
    cpus: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, (call, spent) in sides.items():
            before, started = spent(), time.perf_counter()
            for _ in range(AT_A_TIME):
                call()
            walls[name].append((time.perf_counter() - started) * 1e3 / AT_A_TIME)
            cpus[name].append((spent() - before) * 1e3 / AT_A_TIME)
    for name in sides:
        wall, cpu = (f"p50 {statistics.median(each):.2f} min {min(each):.2f} ms" for each in (walls[name], cpus[name]))
        print(f"  {name:12} wall {wall}, CPU {cpu} (n = {rounds} times {AT_A_TIME})")


def pages(rounds: int = ROUNDS) -> None:
    """A run of About for one visitor, from the browser's message to the end of the run."""
    with ExitStack() as stack:
        path = stack.enter_context(without(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        servers = {
            "with uvloop": stack.enter_context(running_app(VIZCORE_AUTOSTART="false")),
            "without": stack.enter_context(running_app(VIZCORE_AUTOSTART="false", PYTHONPATH=path)),
        }
        sides = {}
        for name, server in servers.items():
            visitor = Client(server.base, f"{PLAIN}={secrets.token_hex(16)}")
            visitor.open("about")
            sides[name] = (lambda visitor=visitor: visitor.open("about"), server.cpu_s)
        print("a run of About:")
        by_turns(sides, rounds)


def replicas(rounds: int = ROUNDS) -> None:
    """A classification on a replica of each of two clusters."""
    sides = {}
    with ExitStack() as stack:
        for name, port, use in (("with uvloop", 26411, "1"), ("without", 26412, "0")):
            cache = stack.enter_context(tempfile.TemporaryDirectory())
            base = Settings(
                offline=True, device="cpu", threads=1, runtime="torch", cluster=f"127.0.0.1:{port}", cache_dir=cache
            )
            os.environ["RAY_USE_UVLOOP"] = use
            node = Node(base, 1, 100)
            stack.callback(node.stop)
            node.start()
            node.deploy(1)
            engine = Engine(replace(base, backend="ray"))
            stack.callback(engine.close)
            for _ in range(20):
                ask(engine)
            sides[name] = (
                lambda engine=engine: ask(engine),
                lambda node=node, engine=engine: sum(cpu_seconds(node, engine).values()),
            )
        print("a classification on a replica:")
        by_turns(sides, rounds)


if __name__ == "__main__":
    os.environ["VIZCORE_RUNTIME"] = "torch"
    pages()
    replicas()
