"""Does `run` start the app with our settings, unless the folder has its own?"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cli.invocation import invoke
from tests.patience import LONG_PATIENCE_S
from vizcore import app_files
from vizcore.cli.serve import LOCAL_CONFIG, command, flat, own_address, told_address, variable

ROOT = Path(__file__).parents[2]


def test_our_settings_and_then_what_was_asked_for() -> None:
    words = command({"server.port": 9000, "server.address": None}, {}, {})
    assert words[1:4] == ["-m", "streamlit", "run"]
    assert Path(words[4]) == app_files.HOME / "app.py"
    assert words[words.index("--server.port") + 1] == "9000"
    assert words[words.index("--browser.gatherUsageStats") + 1] == "false"
    assert words[words.index("--server.address") + 1] == "127.0.0.1"


def test_a_folder_s_own_settings_go_before_ours_and_open_nothing_else() -> None:
    own = {"theme": {"primaryColor": "#336699"}, "server": {"maxUploadSize": 50}}
    words = command({"server.headless": True}, own, {})
    assert not {"--theme.light.primaryColor", "--theme.baseRadius", "--server.maxUploadSize"} & set(words)
    assert words[words.index("--server.address") + 1] == "127.0.0.1"
    assert words[words.index("--browser.gatherUsageStats") + 1] == "false"
    assert words[words.index("--server.headless") + 1] == "true"
    assert words.count("--server.allowedHosts") == 3
    assert "--server.address" not in command({}, {"server": {"address": "10.0.0.11"}}, {})


def test_the_environment_goes_before_ours() -> None:
    words = command({}, {}, {"STREAMLIT_SERVER_ADDRESS": "10.0.0.11", "STREAMLIT_SERVER_MAX_UPLOAD_SIZE": "50"})
    assert not {"--server.address", "--server.maxUploadSize"} & set(words)
    assert "--server.allowedHosts" in words


def test_names_of_settings_in_the_environment_are_streamlit_s() -> None:
    from streamlit.config import get_config_options

    options = get_config_options()
    ours = dict(flat(tomllib.loads((app_files.HOME / LOCAL_CONFIG).read_text(encoding="utf-8"))))
    for name in ours:
        assert options[name].env_var == variable(name)


def test_a_start_on_every_interface_names_an_address_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise Streamlit asks a host on the internet for one."""
    up, down = (SimpleNamespace(isup=state) for state in (True, False))
    known = {"lo": ("127.0.0.1", up), "old": ("10.0.0.9", down), "wlan": ("192.168.1.5", up)}
    monkeypatch.setattr("psutil.net_if_stats", lambda: {name: state for name, (_, state) in known.items()})
    monkeypatch.setattr(
        "psutil.net_if_addrs",
        lambda: {name: [SimpleNamespace(family=socket.AF_INET, address=each)] for name, (each, _) in known.items()},
    )
    ours = {"browser": {"serverAddress": "127.0.0.1"}}
    assert told_address("0.0.0.0", ours, {}) == told_address("::", {}, {}) == "192.168.1.5"
    known.pop("wlan")
    assert told_address("0.0.0.0", ours, {}) == "127.0.0.1"
    theirs = {"browser": {"serverAddress": "vis-a-vis.example.org"}}
    assert told_address("0.0.0.0", theirs, {}) is None
    assert told_address("0.0.0.0", ours, {"STREAMLIT_BROWSER_SERVER_ADDRESS": "vis-a-vis.example.org"}) is None
    assert told_address("10.0.0.11", ours, {}) is told_address(None, ours, {}) is None


@pytest.mark.parametrize("made", ["garbage [", b"# \xe9", None], ids=["no TOML", "no UTF-8", "a folder"])
def test_settings_that_cannot_be_read_end_the_start_with_a_sentence(
    made: str | bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("it started"))
    file = tmp_path / LOCAL_CONFIG
    file.parent.mkdir()
    if made is None:
        file.mkdir()
    else:
        file.write_bytes(made.encode() if isinstance(made, str) else made)
    answer = invoke("run", "--headless")
    assert answer.status == 2
    assert answer.err.startswith(f"The settings in {LOCAL_CONFIG} cannot be used: ")
    assert len(answer.err.splitlines()) == 1


@pytest.mark.parametrize("port", [99999, -1, 0])
def test_a_port_that_there_is_not_is_a_usage_error(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("it started"))
    answer = invoke("run", "--headless", "--port", port)
    assert answer.status == 2
    assert "'--port'" in answer.err


def _unknown(*_: object, **__: object) -> None:
    raise socket.gaierror(-2, "Name or service not known")


def _no_name(*_: object, **__: object) -> None:
    raise UnicodeError("label too long")


def _not_here(*_: object, **__: object) -> list[tuple[object, ...]]:
    return [(socket.AF_UNIX, socket.SOCK_STREAM, 0, "", "/no/such/folder/socket")]


@pytest.mark.parametrize("answers", [_unknown, _no_name, _not_here])
def test_an_address_of_another_machine_is_a_usage_error(
    answers: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.execv", lambda *_: pytest.fail("it started"))
    monkeypatch.setattr("vizcore.cli.serve.socket.getaddrinfo", answers)
    answer = invoke("run", "--headless", "--address", "10.0.0.11")
    assert answer.status == 2
    assert "'--address': 10.0.0.11 is no address of this machine" in answer.err


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "0.0.0.0", "unix:///run/vis-a-vis.sock", None])
def test_addresses_of_this_machine(address: str | None) -> None:
    assert own_address(address) == address


def test_nested_tables_become_dotted_names() -> None:
    assert list(flat({"a": {"b": 1, "c": {"d": [2]}}})) == [("a.b", 1), ("a.c.d", [2])]
    assert list(flat({})) == []


@pytest.mark.slow
def test_a_wheel_holds_everything_that_the_app_needs(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=LONG_PATIENCE_S)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {"vizcore/_app/app.py", "vizcore/_app/pages/features.py", "vizcore/_app/.streamlit/config.toml"}
    wanted |= {"vizcore/lessons/en/home.md", "vizcore/i18n/locale/fr/LC_MESSAGES/vizcore.mo"}
    weights = {f"vizcore/zoo/bundled/weights/{file.name}" for file in (ROOT / "vizcore/zoo/bundled/weights").iterdir()}
    assert wanted | weights <= names
    assert not [name for name in names if name.startswith(("pages/", "app.py"))]
    (facts,) = [name for name in names if name.endswith(".dist-info/METADATA")]
    text = zipfile.ZipFile(wheel).read(facts).decode()
    assert "Requires-Dist: rapidocr==" in text
    assert not re.search("^Requires-Dist: rapidocr[^;]*$", text, re.MULTILINE), "an extra alone"
    for extra in ("ocr", "search", "umap"):
        for file in ROOT.glob(f"requirements-{extra}.txt"):
            assert f"Provides-Extra: {extra}" in text
            assert f'Requires-Dist: {file.read_text().splitlines()[-1]}; extra == "{extra}"' in text
