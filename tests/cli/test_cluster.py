"""Does a machine of a cluster come back by itself, and does the command end where it should?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cli.invocation import Answer, invoke
from vizcore.cli import cluster as command
from vizcore.engine.backends import node as nodes
from vizcore.errors import ClusterFailed, ClusterUnreachable, VizError
from vizcore.settings import Settings


class Played:
    """A node whose starts go as told, an error or None each; after the last of them Ctrl+C is pressed."""

    def __init__(self, starts: Sequence[VizError | None]) -> None:
        self.left, self.stops, self.running = list(starts), 0, False

    def __call__(self, settings: Settings, here: int, *rest: Any, joins: bool) -> Played:
        self.settings, self.here, self.joins = settings, here, joins
        return self

    def start(self) -> None:
        if error := self.left.pop(0):
            raise error
        self.running = True

    def deploy(self, replicas: int, *, wait: bool) -> None:
        """Nothing to wait for."""

    def alive(self) -> bool:
        if not self.left:
            raise KeyboardInterrupt
        alive, self.running = self.running, False
        return alive

    def stop(self) -> None:
        self.stops += 1


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    waited: list[float] = []
    monkeypatch.setattr("vizcore.cli.cluster.time.sleep", waited.append)

    def with_node(played: Played, *words: str) -> tuple[Answer, list[float]]:
        monkeypatch.setattr(nodes, "Node", played)
        found = invoke("cluster", *words)
        return found, [each for each in waited if each != command.LOOK_S]

    return with_node


def unreachable() -> VizError:
    return ClusterUnreachable(address="10.0.0.1:26379")


def test_a_machine_that_joined_joins_again_whatever_was_in_the_way(run: Callable[..., Any], tmp_path: Path) -> None:
    log = tmp_path / "start.log"
    log.write_text("why")
    failed = ClusterFailed(reason="failed", address="10.0.0.1:26379", log=str(log))
    played = Played([None, unreachable(), failed, *(unreachable() for _ in range(3)), None])
    found, waited = run(played, "--join", "--address", "10.0.0.1:26379")
    assert found.status == 0
    assert waited == [2.0, 5.0, 10.0, 30.0, 30.0]
    assert "part of the cluster again" in found.err
    assert not log.exists(), "no log is left behind for each attempt"
    assert played.stops == 7, "before each attempt, and at the end"


def test_one_that_cannot_join_at_first_says_so_and_ends(run: Callable[..., Any]) -> None:
    found, waited = run(Played([unreachable()]), "--join", "--address", "10.0.0.1:26379")
    assert found.status == 2
    assert "10.0.0.1:26379" in found.err
    assert waited == []


def test_the_machine_that_began_the_cluster_ends_with_it(run: Callable[..., Any]) -> None:
    """A new head would be an empty cluster: whoever watches over the command starts it anew."""
    found, _ = run(Played([None, None]))
    assert found.status == 2
    assert "ended by itself" in found.err


@pytest.mark.parametrize("address", ["nonsense", "localhost:26379", "127.0.0.1:0", ""])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    answer = invoke("cluster", "--address", address)
    assert answer.status == 2
    assert "is no address such as 127.0.0.1:26379" in " ".join(answer.err.split())
