"""Is a listener of another user recognised, and is it told nothing?"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from vizcore.engine.backends import ray_cluster
from vizcore.engine.backends.listener import is_a_stranger_s
from vizcore.errors import ClusterForeign
from vizcore.settings import Settings

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
STRANGER = 60_001


def row(address: str, port: int, state: str, user: int) -> str:
    return f"   0: {address}:{port:04X} 00000000:0000 {state} 00000000:00000000 00:00000000 00000000 {user:5} 0 1 1\n"


def table(tmp_path: Path, *rows: str) -> list[Path]:
    file = tmp_path / "tcp"
    file.write_text(HEAD + "".join(rows))
    return [file, tmp_path / "tcp6"]  # the second is not there


LOOPBACK, ANY, ANY_6 = "0100007F", "00000000", "0" * 32


@pytest.mark.parametrize("address", [LOOPBACK, ANY, ANY_6])
def test_whose_the_listener_is(address: str, tmp_path: Path) -> None:
    tables = table(tmp_path, row(address, 26379, "0A", STRANGER))
    assert is_a_stranger_s(26379, (), tables)
    assert not is_a_stranger_s(26379, {STRANGER}, tables)  # the secret's own owner
    assert not is_a_stranger_s(26378, (), tables)
    for ours in (0, os.geteuid()):
        assert not is_a_stranger_s(26379, (), table(tmp_path, row(address, 26379, "0A", ours)))


def test_connections_are_no_listeners_and_one_stranger_among_ours_is_enough(tmp_path: Path) -> None:
    own = row(LOOPBACK, 26379, "0A", os.geteuid())
    assert not is_a_stranger_s(26379, (), table(tmp_path, own, row(LOOPBACK, 26379, "01", STRANGER)))
    assert is_a_stranger_s(26379, (), table(tmp_path, own, row(ANY, 26379, "0A", STRANGER)))


def test_a_socket_of_this_process_is_ours() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert not is_a_stranger_s(listening.getsockname()[1], ())


def test_a_stranger_is_not_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tmp_path / "token"
    token.write_text("secret")
    joined: list[str] = []
    monkeypatch.setattr("ray.init", lambda **options: joined.append(str(options)))
    monkeypatch.setattr(ray_cluster, "prepare", lambda settings: None)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        own = listening.getsockname()[1]
        monkeypatch.setattr(ray_cluster, "is_a_stranger_s", lambda port, trusted: port == own)
        settings = Settings(cluster="{}:{}".format(*listening.getsockname()), cluster_token=str(token))
        with pytest.raises(ClusterForeign):
            ray_cluster.join_cluster(settings)
    assert not joined
