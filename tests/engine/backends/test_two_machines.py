"""What does a cluster of two machines do when a cable is pulled, and what can be read on it? `make slow`, as root."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.engine.backends.far_client import MARK
from tests.engine.backends.machines import OWN, Machine, end, listening, possible, told, two_machines
from tests.patience import LONG_PATIENCE_S

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not possible(), reason="needs root on Linux, and Debian's iproute2"),
]
READY = "The cluster is ready"
CUT_S = 80.0  # Ray gives a machine up after five questions without an answer, 13 s each


@contextmanager
def cluster(
    one: Machine, two: Machine, folder: Path, environments: Mapping[Machine, Mapping[str, str]]
) -> Iterator[Path]:
    """A replica on each, from the commands of the README; gives the second one's log."""
    address, logs = f"{one.address}:26379", [folder / f"cluster{machine.number}.log" for machine in (one, two)]
    words = ("-m", "vizcore", "cluster", "--address", address, "--here", "1")
    running: list[subprocess.Popen[bytes]] = []
    try:
        for machine, log, more in zip((one, two), logs, (("--replicas", "2"), ("--join",)), strict=True):
            running.append(machine.start(*words, *more, log=log, **environments[machine]))
            told(log, READY, by=running[-1])
            if machine is one:
                (two.folder / "cluster_token").write_bytes((one.folder / "cluster_token").read_bytes())
                (two.folder / "cluster_token").chmod(0o600)
        yield logs[1]
    finally:
        for each in reversed(running):
            end(each)


def asked(machine: Machine, address: str, seconds: float, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """Four visitors who have begun."""
    words = ("-m", "tests.engine.backends.far_client", address, str(seconds))
    client = machine.start(*words, log=log, **environment)
    told(log, "begun", by=client)
    return client


def answer(client: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    assert client.wait(LONG_PATIENCE_S) == 0, log.read_text()
    found: dict[str, Any] = json.loads(log.read_text().splitlines()[-1])
    return found


def test_a_cable_is_pulled_and_plugged_in_again(tmp_path: Path) -> None:
    """Nobody gets an error, and the machine that was cut off takes work again without anybody's help."""
    with two_machines(tmp_path) as (one, two), cluster(one, two, tmp_path, {one: {}, two: {}}) as log2:
        log = tmp_path / "client.log"
        client = asked(one, f"{one.address}:26379", 1.5 * CUT_S, log)
        time.sleep(5)
        two.plug(into=False)
        time.sleep(CUT_S)
        two.plug(into=True)
        found = answer(client, log)
        assert found["errors"] == []
        assert found["seen"] == [1, 2], "it was missed, and others worked on"
        told(log2, "part of the cluster again")
        again = answer(asked(one, f"{one.address}:26379", 15.0, log), log)
        assert again["errors"] == []
        assert again["at_the_end"] == 2
        sys.stderr.write(f"longest wait {found['longest_s']:.1f} s of {found['answers']} answers\n")


@pytest.mark.parametrize("encrypted", [False, True])
def test_what_can_be_read_on_the_cable(encrypted: bool, tmp_path: Path) -> None:
    """With Ray's own TLS, as the documentation says it, neither pictures nor the secret; without it, both."""
    with two_machines(tmp_path) as (one, two):
        environments = certificates(tmp_path, (one, two)) if encrypted else {one: {}, two: {}}
        with cluster(one, two, tmp_path, environments):
            address, log = f"{one.address}:26379", tmp_path / "client.log"
            secret = (one.folder / "cluster_token").read_bytes()
            with listening(two, {"pictures": MARK, "secret": secret}) as read:
                found = answer(asked(one, address, 8.0, log, **environments[one]), log)
            assert found["errors"] == []
            assert found["at_the_end"] == 2
            assert bool(read["pictures"]) is bool(read["secret"]) is not encrypted, read
            if encrypted:
                stranger = one.start("-m", "tests.engine.backends.far_client", address, "1", log=log)
                assert stranger.wait(LONG_PATIENCE_S) != 0, "without a certificate nobody is answered"
                assert "cluster_unreachable" in log.read_text()


def certificates(folder: Path, machines: Iterable[Machine]) -> dict[Machine, dict[str, str]]:
    """An authority of our own, a certificate for each machine's address, and the variables that name them."""
    openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=cluster -keyout ca.key -out ca.crt", folder)
    for machine in machines:
        (folder / "own.ext").write_text(f"subjectAltName=IP:{machine.address},IP:127.0.0.1")
        openssl("req -newkey rsa:2048 -nodes -subj /CN=machine -keyout own.key -out own.csr", folder)
        signing = "-CA ca.crt -CAkey ca.key -CAcreateserial -days 2"
        openssl(f"x509 -req -in own.csr {signing} -extfile own.ext -out own.crt", folder)
        for name in ("ca.crt", "own.key", "own.crt"):
            shutil.copy(folder / name, machine.folder)
    names = {"RAY_TLS_CA_CERT": "ca.crt", "RAY_TLS_SERVER_KEY": "own.key", "RAY_TLS_SERVER_CERT": "own.crt"}
    variables = {"RAY_USE_TLS": "1", **{variable: f"{OWN}/{name}" for variable, name in names.items()}}
    return dict.fromkeys(machines, variables)


def openssl(words: str, folder: Path) -> None:
    subprocess.run(["openssl", *words.split()], cwd=folder, check=True, capture_output=True)
