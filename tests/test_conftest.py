"""Do the promises that conftest makes for every test hold? Above all: does the network guard fire?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

import network_guard
from network_guard import NetworkRefused, is_this_machine
from tests.patience import PATIENCE_S

# TEST-NET-1 of RFC 5737: an address that belongs to nobody.
OUTSIDE = ("192.0.2.1", 80)


def _udp(method: str, *args: Any) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        getattr(udp, method)(*args)


@pytest.fixture
def expected_refusals() -> Any:
    """For the tests that mean to be refused: forgets what the guard noted."""
    before = len(network_guard.refused)
    yield
    assert len(network_guard.refused) > before
    del network_guard.refused[before:]


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param(lambda: socket.create_connection(OUTSIDE, timeout=PATIENCE_S), id="tcp"),
        pytest.param(lambda: _udp("connect", OUTSIDE), id="udp-connect"),
        pytest.param(lambda: _udp("connect_ex", OUTSIDE), id="udp-connect-ex"),
        pytest.param(lambda: _udp("sendto", b"x", OUTSIDE), id="udp-sendto"),
        pytest.param(lambda: socket.getaddrinfo("example.org", 443), id="name-look-up"),
        pytest.param(lambda: socket.gethostbyname("example.org"), id="old-name-look-up"),
        pytest.param(lambda: urllib.request.urlopen("http://example.org/", timeout=PATIENCE_S), id="urllib"),
    ],
)
@pytest.mark.usefixtures("expected_refusals")
def test_guard_refuses_other_machines(attempt: Callable[[], object]) -> None:
    with pytest.raises(NetworkRefused):
        attempt()


def test_guard_lets_loopback_through() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=lambda: server.accept()[0].sendall(b"hello"), daemon=True).start()
        with socket.create_connection(("localhost", server.getsockname()[1]), timeout=PATIENCE_S) as client:
            assert client.recv(5) == b"hello"


@pytest.mark.parametrize(
    ("family", "address", "ours"),
    [
        (socket.AF_INET, ("127.0.0.1", 1), True),
        (socket.AF_INET, ("127.8.9.1", 1), True),
        (socket.AF_INET6, ("::1", 1, 0, 0), True),
        (socket.AF_INET, (b"localhost", 1), True),
        (socket.AF_UNIX, "some.sock", True),
        (socket.AF_INET, ("10.0.0.1", 1), False),
        (socket.AF_INET6, ("fe80::1%eth0", 1, 0, 0), False),
        (socket.AF_INET, ("huggingface.co", 443), False),
        (socket.AF_INET, ("localhost.example.org", 443), False),
    ],
)
def test_this_machine(family: int, address: object, ours: bool) -> None:
    assert is_this_machine(family, address) is ours


def test_guard_holds_in_child_processes() -> None:
    code = "import socket; socket.getaddrinfo('example.org', 443)"
    child = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert "NetworkRefused" in child.stderr


def test_swallowed_refusal_fails_the_test(pytester_run: Callable[[str], str]) -> None:
    body = """
        import socket

        def test_swallows():
            try:
                socket.getaddrinfo("example.org", 443)
            except RuntimeError:
                pass
    """
    assert "expected no network" in pytester_run(body)


@pytest.fixture
def pytester_run(tmp_path: Any) -> Callable[[str], str]:
    """Runs a test file under this conftest in a child process and returns what pytest printed."""
    import textwrap

    def run(body: str) -> str:
        file = tmp_path / "test_child.py"
        file.write_text(textwrap.dedent(body))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", str(file)]
        outside = {name: value for name, value in os.environ.items() if name != "NOTE_LINES"}
        done = subprocess.run(command, capture_output=True, text=True, env=outside, timeout=PATIENCE_S, check=False)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stdout

    return run


def test_environment_is_ours() -> None:
    given = {name for name in os.environ if name.startswith("VIZCORE_")}
    ours = {"VIZCORE_OFFLINE", "VIZCORE_CACHE_DIR", "VIZCORE_START_CHECK", "VIZCORE_RUNTIME"}
    assert given <= ours | {"VIZCORE_REQUIRE_BROWSER"}
    assert (os.environ["VIZCORE_RUNTIME"], os.environ["VIZCORE_START_CHECK"]) == ("torch", "false")
    assert os.environ["OMP_NUM_THREADS"] == "1"
