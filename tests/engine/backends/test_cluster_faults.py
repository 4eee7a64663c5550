"""What do visitors notice when a replica, a machine or the whole cluster fails under load? `make slow` asks."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.engine.backends.real import (
    STORE_MB,
    Once,
    Visitors,
    engine_of,
    hangs_once,
    new_photo,
    new_settings,
    processes,
    replica_pid,
    running,
    until,
)
from vizcore.engine import Engine
from vizcore.engine.backends.node import Node
from vizcore.errors import ClusterUnreachable
from vizcore.features import classify, embed
from vizcore.segmentation import Prompts, SegmentSettings, segment
from vizcore.segmentation import embed as encode
from vizcore.similarity.many import ManySettings, embed_gallery

pytestmark = pytest.mark.slow


def load_on(engine: Engine) -> Visitors:
    def ask(visitor: int, turn: int) -> object:
        return engine.run(classify, "cnn-mini", new_photo(1000 * visitor + turn), session=f"visitor {visitor}")

    return Visitors(ask)


def test_every_kind_of_answer_is_the_same_there(tmp_path: Path) -> None:
    settings = new_settings(tmp_path)
    with running(settings, here=1, replicas=1), engine_of(settings) as there:
        here = Engine(settings)
        photo = new_photo(3)
        for engine in (here, there):
            engine.run(classify, "vit-mini", photo)
        vectors = [engine.run(embed, "vit-mini", photo) for engine in (here, there)]
        assert vectors[0].vector.tobytes() == vectors[1].vector.tobytes()  # type: ignore[attr-defined]
        clicks = SegmentSettings(Prompts(points_xy=((80.0, 80.0),), labels=(1,)))
        masks = [
            engine.run(segment, "sam-mini", engine.run(encode, "sam-mini", photo), clicks) for engine in (here, there)
        ]
        assert masks[0].to_json()["masks"] == masks[1].to_json()["masks"]
        here.close()


def test_a_replica_is_killed_while_jobs_and_visitors_are_there(tmp_path: Path) -> None:
    """Fault 8: both replicas, one after the other; and the job that one of them had begun."""
    settings = new_settings(tmp_path)
    with running(settings, here=2, replicas=2), engine_of(settings) as engine, load_on(engine) as visitors:
        until(lambda: visitors.answers > 20)
        photos = tuple(new_photo(number) for number in range(50_000, 50_200))
        job = engine.start(embed_gallery, "cnn-mini", photos, ManySettings(batch=1), session="job")
        until(lambda: len(job.history()) > 5)
        for name in ("vis-0", "vis-1"):
            os.kill(replica_pid(engine, name), signal.SIGKILL)
            until(lambda: bool(engine.status().absent))
            until(lambda: job.snapshot() is not None and not engine.status().absent)  # unwatched, it would be given up
        result = job.result(300)
    assert visitors.errors == []
    assert [step for step, _ in job.history()] == list(range(1, 201))
    assert "begun_again" in {note.code for note in result.provenance.notes}


def test_a_machine_of_two_is_killed(tmp_path: Path) -> None:
    """Fault 9: every process of the second node at once; a third takes its place later."""
    settings = new_settings(tmp_path)
    second, third = (Node(settings, 1, STORE_MB, joins=True) for _ in range(2))
    try:
        with running(settings, here=1, replicas=2), engine_of(settings) as engine:
            second.start()
            until(lambda: _both(engine))
            with load_on(engine) as visitors:
                until(lambda: visitors.answers > 40)
                for each in processes(second):
                    each.kill()
                until(lambda: bool(engine.status().absent))
                seen = visitors.answers
                until(lambda: visitors.answers > seen + 40)
                third.start()
                until(lambda: not engine.status().absent)
            assert visitors.errors == []
    finally:
        second.stop()
        third.stop()


def _both(engine: Engine) -> bool:
    engine.run(classify, "cnn-mini", new_photo(9))
    return len(engine.status().replicas) == 2


def test_a_replica_that_answers_pings_and_serves_nothing(tmp_path: Path) -> None:
    """Fault 10: its work path hangs; the health check sees that, and the request is answered by the other one."""
    settings = new_settings(tmp_path)
    with running(settings, here=2, replicas=2, hang_s=5.0), engine_of(settings) as engine:
        engine.run(classify, "cnn-mini", new_photo(9))
        pids = {replica_pid(engine, name) for name in ("vis-0", "vis-1")}
        hung = engine.submit(hangs_once, "cnn-mini", new_photo(1), Once(str(tmp_path / "hung")), session="unlucky")
        until((tmp_path / "hung").exists)
        with load_on(engine) as visitors:
            hung.result(240)
            until(lambda: not engine.status().absent)
        assert visitors.errors == []
        assert {replica_pid(engine, name) for name in ("vis-0", "vis-1")} != pids, "one was replaced"


def test_the_whole_cluster_is_killed_and_comes_back(tmp_path: Path) -> None:
    """The app's process lives on, says what is wrong, and goes on by itself when a cluster is there again."""
    settings = new_settings(tmp_path, deadline_s=5.0)
    with running(settings, here=1, replicas=1) as node, engine_of(settings) as engine:
        engine.run(classify, "cnn-mini", new_photo(1))
        for each in processes(node):
            each.kill()
        with pytest.raises(ClusterUnreachable):
            engine.run(classify, "cnn-mini", new_photo(2))
        with running(settings, here=1, replicas=1):
            until(lambda: bool(engine.status().replicas))
            engine.run(classify, "cnn-mini", new_photo(3))
