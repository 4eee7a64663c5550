"""What can be known of Ray without starting it: its switches, its commands, its refusals, and a driver that ends."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import stat
import sys
import threading
import weakref
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine import fakes
from tests.engine.backends.real import new_settings
from tests.patience import PATIENCE_S, wait_until
from vizcore.engine import Engine
from vizcore.engine.backends import direct_line, driver, node, ray_cluster, ray_transport
from vizcore.engine.backends.choice import make_backend
from vizcore.engine.backends.node import Node, environment
from vizcore.engine.backends.ray_environment import (
    is_loopback,
    make_token,
    prepare,
    token_file,
    variables,
)
from vizcore.engine.backends.ray_transport import Link, RayTransport
from vizcore.engine.backends.remote import RemoteBackend
from vizcore.engine.backends.transport import Reference, ReplicaGone, ReplicaSlow
from vizcore.errors import BackendMissing, ClusterDenied, ClusterFailed, ClusterMismatch, ClusterUnreachable
from vizcore.settings import Settings, host_and_port, read_settings

# A driver without Ray: it knows one replica, and does as its calls say.
FAKE_DRIVER = """
import os, sys, time
from multiprocessing.connection import Connection
from vizcore.engine.backends.driver import serve_app
from vizcore.engine.backends.shared_file import read_shared
from vizcore.engine.backends.transport import Reference
def ask(what, arguments):
    if what == "connect":
        return ["vis-0"]
    if what == "call" and arguments[1] == "die":
        os._exit(3)
    if what == "call" and arguments[1] == "sleep":
        time.sleep(60)
    if what == "put":
        text = read_shared(int(sys.argv[2]), *arguments[1])[:]
        return None if text in (b"123456", b"78", b"9" * 9000) else sys.exit(f"expected what was put, got {text}")
    if what == "call" and arguments[1] == "break":
        raise KeyError("no")
    return ["echo", what, *[each.number if isinstance(each, Reference) else each for each in arguments]]
serve_app(Connection(int(sys.argv[1])), ask)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = new_settings(tmp_path)
    make_token(token_file(made))
    return made


@pytest.fixture
def transport(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> RayTransport:
    monkeypatch.setattr(ray_transport, "driver_command", lambda: [sys.executable, "-c", FAKE_DRIVER])
    return RayTransport(settings)


def test_a_driver_that_dies_is_a_replica_that_is_gone(transport: RayTransport) -> None:
    assert transport.connect() == ["vis-0"]
    assert transport.call("vis-0", "hello", 1, timeout_s=PATIENCE_S)[:2] == ["echo", "call"]
    assert transport.ask("vis-0", "hello", 2, timeout_s=PATIENCE_S).result(PATIENCE_S)[0] == "echo"
    references = list(transport.put([[b"123", memoryview(b"456")], [b"78"], [b"9" * 9000], [b"78"]]))
    assert len({each.number for each in references}) == 4
    transport.send("vis-0", "forget", [])
    with pytest.raises(ReplicaGone, match="KeyError"):
        transport.call("vis-0", "break", timeout_s=PATIENCE_S)
    with pytest.raises(ReplicaGone):
        transport.call("vis-0", "die", timeout_s=PATIENCE_S)
    with pytest.raises(ReplicaGone):
        transport.call("vis-0", "hello", timeout_s=PATIENCE_S)
    transport.send("vis-0", "forget", [])
    del references
    transport.renew()
    assert transport.call("vis-0", "hello", timeout_s=PATIENCE_S)[0] == "echo"
    transport.close()
    with pytest.raises(ReplicaGone):
        transport.call("vis-0", "hello", timeout_s=PATIENCE_S)


def test_a_reference_may_end_in_a_thread_that_is_just_sending(transport: RayTransport) -> None:
    transport.connect()
    link = transport._open()
    references = list(transport.put([[b"123456"], [b"78"]]))
    numbers = [each.number for each in references]
    sent: list[tuple[str, tuple[int, ...]]] = []
    send = link._wire.send

    def sends_while_references_end(message: tuple[int, str, tuple[int, ...]]) -> None:
        references.clear()  # as a collection does that packing the message sets off
        sent.append(message[1:])
        send(message)

    link._wire.send = sends_while_references_end  # type: ignore[method-assign]
    asking = threading.Thread(target=link.begin, args=("call", "vis-0", "hello", ()), daemon=True)
    asking.start()
    asking.join(PATIENCE_S)
    assert not asking.is_alive()
    wait_until(lambda: len(sent) == 3)  # and with nothing else to send
    assert sorted(sent[1:]) == [("drop", (number,)) for number in numbers]
    transport.close()


def test_what_was_told_is_not_kept(transport: RayTransport) -> None:
    transport.connect()
    (reference,) = transport.put([[b"123456"]])
    kept = weakref.ref(reference)
    transport.send("vis-0", "bring", [reference])
    del reference
    wait_until(lambda: kept() is None)
    transport.close()


def test_nobody_waits_for_a_driver_that_does_not_read(transport: RayTransport) -> None:
    transport.connect()
    link = transport._open()
    with link._sending:
        telling = threading.Thread(target=transport.send, args=("vis-0", "forget", []), daemon=True)
        telling.start()
        telling.join(PATIENCE_S)
        assert not telling.is_alive()
    transport.close()
    assert not link._teller.is_alive()


def test_a_driver_that_does_not_answer_is_slow(transport: RayTransport) -> None:
    transport.connect()
    with pytest.raises(ReplicaSlow):
        transport.call("vis-0", "sleep", timeout_s=0.1)
    transport.close()


def test_the_driver_ends_with_the_app(settings: Settings) -> None:
    link = Link([sys.executable, "-c", FAKE_DRIVER])
    link.ask("connect", settings, within_s=60)
    # As when the app's process ends. A mere close() would wait for the reader, which may already be in recv() again.
    with socket.socket(fileno=os.dup(link._wire.fileno())) as wire:
        wire.shutdown(socket.SHUT_RDWR)
    assert link._process.wait(PATIENCE_S) == 0


def test_no_secret_no_cluster(tmp_path: Path) -> None:
    lonely = new_settings(tmp_path / "empty")
    with pytest.raises(ClusterDenied) as caught:
        RayTransport(lonely).connect()
    assert caught.value.file == "cluster_token", "a name, no path"
    with pytest.raises(ClusterDenied):
        ray_cluster.join_cluster(lonely)


def test_nobody_at_the_address(settings: Settings) -> None:
    engine = Engine(replace(settings, backend="ray"))
    with pytest.raises(ClusterUnreachable) as caught:
        engine.run(fakes.brightness, "cnn-mini", fakes.photo())
    assert caught.value.address == settings.cluster
    engine.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Version mismatch: The cluster was started with:\n Ray: 2.9.0\n Python: 3.11.7\nThis process was started with:"
         "\n Ray: 2.60.0\n Python: 3.11.7", ClusterMismatch(part="ray", there="2.9.0", here="2.60.0")),
        ("Version mismatch: Ray: 2.60.0 Python: 3.12.1 ... Ray: 2.60.0 Python: 3.11.7",
         ClusterMismatch(part="python", there="3.12.1", here="3.11.7")),
        ("something else", ClusterUnreachable(address="1.2.3.4:5000")),
    ],
)  # fmt: skip
def test_refusals_of_ray_in_our_words(text: str, expected: Exception) -> None:
    found = ray_cluster.told(RuntimeError(text), "1.2.3.4:5000")
    assert (type(found), found.values) == (type(expected), expected.values)  # type: ignore[attr-defined]


def test_another_version_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.engine.backends.double import DoubleTransport
    from vizcore.engine.backends import replicas

    cluster = DoubleTransport(fakes.settings(), 1)
    found = replicas.Replicas(cluster)
    monkeypatch.setattr(replicas, "identity", lambda: {"vizcore": "9.9"})
    with pytest.raises(ClusterMismatch) as caught:
        found.reach()
    assert (caught.value.part, caught.value.here) == ("vizcore", "9.9")
    cluster.close()


def test_the_secret_is_for_its_owner_alone_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "token"
    make_token(path)
    secret = path.read_text()
    assert len(secret) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    make_token(path)
    assert path.read_text() == secret


def test_ray_is_quiet_and_local(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    for name in variables(settings):
        monkeypatch.setenv(name, "changed")
    prepare(settings)
    assert os.environ["RAY_USAGE_STATS_ENABLED"] == "0"
    assert os.environ["RAY_AUTH_MODE"] == "token"
    assert os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "0"
    assert variables(replace(settings, cluster="10.0.0.1:1"))["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "1"
    assert is_loopback(settings.cluster)


def test_the_command_of_a_head_and_of_another_machine(settings: Settings) -> None:
    words = Node(settings, 2).command()
    assert "--include-dashboard=false" in words
    assert "--node-ip-address=127.0.0.1" in words
    assert any('"automatic_object_spilling_enabled": false' in each for each in words), "no picture on a disk"
    far = replace(settings, cluster="10.0.0.1:26379")
    joining = Node(far, 1, own_address="10.0.0.2", joins=True).command()
    assert "--address=10.0.0.1:26379" in joining
    assert "--node-ip-address=10.0.0.2" in joining
    assert "--head" not in joining


def test_every_machine_keeps_its_files_in_a_folder_of_its_own(settings: Settings) -> None:
    """A machine that joined used to make the head's folder, readable by everybody, and to leave it behind."""
    for each in (Node(settings, 1), Node(replace(settings, cluster="10.0.0.1:26379"), 1, joins=True)):
        (word,) = (word for word in each.command() if word.startswith("--temp-dir="))
        assert Path(word.partition("=")[2]).is_relative_to(each.folder)


def test_replicas_get_the_settings_but_no_secrets_of_the_page(settings: Settings) -> None:
    own = replace(settings, event_log="x.jsonl", proxy_secret="s", backend="ray", memory_mb=77)
    made = environment(own)
    assert made["VIZCORE_MEMORY_MB"] == "77"
    assert not made.keys() & {"VIZCORE_EVENT_LOG", "VIZCORE_PROXY_SECRET", "VIZCORE_BACKEND"}
    again = read_settings({name: value for name, value in made.items() if name.startswith("VIZCORE_")}, Path("none"))
    assert again.cluster == settings.cluster


def test_what_stands_in_the_way_of_a_start(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(host_and_port(settings.cluster))
        taken.listen()
        with pytest.raises(ClusterFailed) as caught:
            Node(settings, 1).start()
        assert caught.value.reason == "port"
    with pytest.raises(ClusterUnreachable):
        Node(settings, 1, joins=True).start()
    with pytest.raises(ClusterDenied):
        Node(replace(settings, cluster_token="/nowhere/token"), 1, joins=True).start()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(BackendMissing):
        Node(settings, 1).start()


def test_a_start_that_fails_leaves_its_log_alone(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = "import sys; print('SOMETHING IS WRONG'); sys.exit(1)"
    monkeypatch.setattr(node, "START", failing)
    machine = Node(settings, 1)
    with pytest.raises(ClusterFailed) as caught:
        machine.start()
    kept = Path(caught.value.log)
    assert "SOMETHING IS WRONG" in kept.read_text()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.name != "vis-ray-start.log"  # a name to be guessed is one under which a link may lie
    assert not machine.folder.exists()
    os.remove(caught.value.log)


def test_a_node_ends_with_all_its_children(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen(['sleep', '600']); print('Ray runtime started', flush=True); time.sleep(600)"
    )
    monkeypatch.setattr(node, "START", stubborn)
    monkeypatch.setattr(node, "END_S", 0.5)
    machine = Node(settings, 1)
    machine.start()
    assert machine.alive()
    assert machine.process is not None
    wait_until(lambda: bool(node._descendants(machine.process.pid)))
    children = node._descendants(machine.process.pid)
    machine.stop()
    assert not any(each.is_running() for each in children)
    assert not machine.alive()
    machine.stop()


def test_which_backend(settings: Settings) -> None:
    assert isinstance(make_backend(replace(settings, backend="ray"), fakes.CountingLoader(), fakes.card), RemoteBackend)
    with pytest.raises(ValueError, match="expected local or ray for backend, got rya"):
        read_settings({"VIZCORE_BACKEND": "rya"}, Path("none"))


class Serve:
    """A handle of Serve's, and the actor behind it, as far as the driver knows them; test_cluster.py has the real."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers: list[Future[object]] = []
        self.handle_request = self.actor = self

    def remote(self, *arguments: object) -> Serve:
        if arguments:
            method = pickle.loads(arguments[0]).call_method  # type: ignore[arg-type]
            self.answers.append(Future())
            self.answers[-1].set_result([method, *arguments[1:]]) if method != "begin" else None
        return self

    def result(self, timeout_s: float) -> Serve:
        """Who the actor is."""
        self.asked += 1
        return self

    def future(self) -> Future[object]:
        return self.answers[-1]


def test_the_driver_asks_serve_who_a_replica_is_and_then_the_replica(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct_line, "_way_to", lambda method: pickle.dumps(SimpleNamespace(call_method=method)))
    made, serve = driver.Driver(), Serve()
    made._handles["vis-0"] = serve
    made._held[7] = "the reference"
    assert made.call("vis-0", "hello", []).result(PATIENCE_S) == ["hello"]
    assert made.call("vis-0", "poll", [[Reference(7)], Reference(7)]).result(PATIENCE_S) == [
        "poll", ["the reference"], "the reference",
    ]  # fmt: skip
    made.send("vis-0", "stop", ["job"])
    assert serve.asked == 1
    under_way = made.call("vis-0", "begin", [])
    under_way.set_exception(OSError())
    assert made.call("vis-0", "poll", []).result(PATIENCE_S) == ["poll"]
    assert serve.asked == 2, "who failed may be another one by now"
    made.call("vis-0", "hello", []).result(PATIENCE_S)
    assert serve.asked == 3
    made.drop(7)
    with pytest.raises(KeyError):
        made.call("vis-0", "poll", [Reference(7)])
    with pytest.raises(KeyError):
        made.call("vis-9", "poll", []).result(PATIENCE_S)
    monkeypatch.setattr(serve, "result", _never)
    with pytest.raises(ReplicaSlow):
        made.call("vis-0", "hello", []).result(PATIENCE_S)


def _never(timeout_s: float) -> None:
    raise TimeoutError


def test_ctrl_c_ends_the_verb(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.cli.invocation import invoke

    stopped: list[bool] = []
    monkeypatch.setattr(Node, "start", lambda self: None)
    monkeypatch.setattr(Node, "deploy", lambda self, replicas, wait: os.kill(os.getpid(), signal.SIGINT))
    monkeypatch.setattr(Node, "stop", lambda self: stopped.append(True))
    assert invoke("cluster", "--json").status == 0
    assert stopped == [True]
    monkeypatch.setattr(Node, "deploy", lambda self, replicas, wait: None)
    ended = invoke("cluster", "--json", "--replicas", 3, "--here", 1)
    assert ended.status == 2, "its processes ended by themselves"
    assert ended.lines[0]["replicas"] == 3
    assert ended.lines[0]["address"] == "127.0.0.1:26379"
    monkeypatch.undo()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    (line,) = invoke("cluster", "--json").lines
    assert line["error"]["code"] == "backend_missing"
