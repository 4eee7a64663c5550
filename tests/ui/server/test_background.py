"""Does a server say what its own work after the start found, and nothing of what nobody has to look at?"""

from __future__ import annotations

import json
import logging
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.patience import PATIENCE_S
from vizcore.monitoring import golden
from vizcore.settings import Settings
from vizcore.ui.server.background import Background

DIFFER = "golden pictures are not answered as recorded; see In production, This app"
UNCHECKED = "golden pictures could not be checked; python -m vizcore golden says why"


class Child:
    """A process that runs until it is terminated."""

    pid = 0

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.ended = threading.Event()
        CHILDREN.append(self)

    def wait(self) -> int:
        assert self.ended.wait(PATIENCE_S)
        return -signal.SIGTERM

    def poll(self) -> int | None:
        return -signal.SIGTERM if self.ended.is_set() else None

    def terminate(self) -> None:
        self.ended.set()


CHILDREN: list[Child] = []


@pytest.fixture
def background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Background:
    monkeypatch.setattr("vizcore.zoo.weights.folders.cache_folder", lambda settings: tmp_path)
    monkeypatch.setattr("os.setpriority", lambda *arguments: None)
    CHILDREN.clear()
    return Background(Settings(runtime="torch", cache_dir=str(tmp_path)), after_s=0.0)


def found(at: float, *, passed: bool) -> None:
    path = golden.kept_file(golden.CHECKED)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cnn-mini": {"at": at, "passed": passed, "problems": [], "drift": 0.0}}))


@pytest.mark.parametrize("early", [False, True])
def test_a_check_that_ends_with_the_server_is_no_difference(
    early: bool, background: Background, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun = threading.Event()

    def begin(*arguments: Any, **named: Any) -> Child:
        child = Child()
        if early:
            background._process = None
            background.stop()
        begun.set()
        return child

    monkeypatch.setattr(subprocess, "Popen", begin)
    with caplog.at_level(logging.WARNING):
        thread = threading.Thread(target=background.run)
        thread.start()
        assert begun.wait(PATIENCE_S)
        if not early:
            CHILDREN[0].terminate()  # systemd ends all processes at once, whichever is first
        thread.join(PATIENCE_S)
    ended = not thread.is_alive()
    background.stop()
    assert ended
    assert len(CHILDREN) == 1
    assert not caplog.messages


@pytest.mark.parametrize(
    ("status", "at", "passed", "said"),
    [
        (0, 1.0, True, []),
        (2, 1.0, False, [DIFFER]),
        (2, -1e6, False, [UNCHECKED]),
        (2, 1.0, True, [UNCHECKED]),
        (-signal.SIGKILL, -1e6, True, [UNCHECKED]),
    ],
)
def test_a_difference_is_told_from_a_check_that_could_not_be_made(
    status: int,
    at: float,
    passed: bool,
    said: list[str],
    background: Background,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """at: of what is kept, after the check began; before it for what an earlier start found."""

    def ran(self: Background, *verb: str) -> int:
        found(time.time() + at, passed=passed)
        return status

    monkeypatch.setattr(Background, "_ran", ran)
    with caplog.at_level(logging.WARNING):
        background.run()
    assert caplog.messages == said
