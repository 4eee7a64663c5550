"""Two real replicas on loopback: equal answers, a death nobody sees, a job stopped there, nothing open outside."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.engine.backends.real import (
    Visitors,
    engine_of,
    new_photo,
    new_settings,
    processes,
    replica_pid,
    running,
    until,
)
from vizcore.engine import Engine
from vizcore.features import classify
from vizcore.results import Classification
from vizcore.similarity.many import ManySettings, embed_gallery


def test_two_replicas(tmp_path: Path) -> None:
    settings = new_settings(tmp_path)
    with running(settings, here=2, replicas=2) as node, engine_of(settings) as there:
        here = Engine(settings)
        mine, theirs = (engine.run(classify, "cnn-mini", new_photo(1)) for engine in (here, there))
        here.close()
        assert isinstance(mine, Classification)
        assert isinstance(theirs, Classification)
        assert mine.logits.tobytes() == theirs.logits.tobytes()
        assert there.status().replicas == ("vis-0", "vis-1")

        listening = {c.laddr.ip for each in processes(node) for c in each.net_connections() if c.status == "LISTEN"}
        assert {ip.removeprefix("::ffff:") for ip in listening} == {"127.0.0.1"}
        assert processes(node)[0].environ()["RAY_USAGE_STATS_ENABLED"] == "0"

        photos = tuple(new_photo(number) for number in range(100, 140))
        job = there.start(embed_gallery, "cnn-mini", photos, ManySettings(batch=1), session="job")
        until(lambda: job.snapshot() is not None)
        job.cancel()
        assert job.state == "cancelled"

        def ask(visitor: int, turn: int) -> object:
            return there.run(classify, "cnn-mini", new_photo(1000 * visitor + turn), session=f"visitor {visitor}")

        with Visitors(ask) as visitors:
            until(lambda: visitors.answers > 20)
            os.kill(replica_pid(there, "vis-0"), signal.SIGKILL)
            before = visitors.answers
            until(lambda: visitors.answers > before + 60)
        assert visitors.errors == []
        assert there.status().running == 0, "the job that was stopped does not go on either"
