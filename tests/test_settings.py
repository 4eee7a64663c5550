"""Do settings come from the environment first, then from the file, and do the shipped files agree with the code?"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from tools import settings_table
from vizcore.figures import theme
from vizcore.settings import CONFIG_FILE, LEAST, MOST, Settings, host_and_port, read_settings, wanted_devices
from vizcore.similarity.archive import ARCHIVE_LIMIT_MB

ROOT = Path(__file__).parent.parent


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vizcore.toml"


@pytest.mark.parametrize(
    ("environment", "table", "expected"),
    [
        pytest.param({}, "", Settings(), id="nothing-given"),
        pytest.param({}, "queue_limit = 8", Settings(queue_limit=8), id="file"),
        pytest.param({"VIZCORE_QUEUE_LIMIT": "9"}, "queue_limit = 8", Settings(queue_limit=9), id="environment-first"),
        pytest.param({"VIZCORE_OFFLINE": "1"}, "", Settings(offline=True), id="one-is-true"),
        pytest.param({"VIZCORE_OFFLINE": ""}, "", Settings(), id="empty-is-false"),
        pytest.param({}, "offline = true", Settings(offline=True), id="toml-true"),
        pytest.param({"VIZCORE_OFFLINE": "False"}, "offline = true", Settings(), id="false-overrides"),
        pytest.param({}, "deadline_s = 5", Settings(deadline_s=5.0), id="int-for-float"),
        pytest.param({"VIZCORE_DEVICE": "cuda:1"}, "", Settings(device="cuda:1"), id="text"),
        pytest.param({"VIZCORE_DEVICE": ""}, "device = 'cpu'", Settings(), id="nothing-is-the-default"),
        pytest.param({}, "viewers = ['*']", Settings(viewers="*"), id="a-list-of-one"),
        pytest.param({}, "presenters = ['a@x.org', 'b@x.org']", Settings(presenters="a@x.org,b@x.org"), id="a-list"),
        pytest.param({}, "device = ['cuda:0', 'cuda:1']", Settings(device="cuda:0,cuda:1"), id="a-list-of-devices"),
        pytest.param({}, "visits_limit = 0", Settings(visits_limit=0), id="none-where-0-says-so"),
        pytest.param(
            {"VIZCORE_LOGIN": "oidc", "VIZCORE_ADMINISTRATORS": "ann"},
            "",
            Settings(login="oidc", administrators="ann"),
            id="one-list-is-enough",
        ),
        pytest.param({"VIZCORE_REQUIRE_BROWSER": "1", "HOME": "x"}, "", Settings(), id="others-ignored"),
    ],
)
def test_where_values_come_from(environment: dict[str, str], table: str, expected: Settings, file: Path) -> None:
    file.write_text(table)
    assert read_settings(environment, file) == expected


@pytest.mark.parametrize(
    ("environment", "table", "complaint"),
    [
        ({"VIZCORE_QUEUE_LIMIT": "many"}, "", "expected int for queue_limit, got many"),
        ({"VIZCORE_QUEUE_LIMIT": "-1"}, "", "at least 1 for queue_limit, got -1"),
        ({"VIZCORE_CACHE_MB": "-1"}, "", "at least 0 for cache_mb, got -1"),
        ({"VIZCORE_DEADLINE_S": "nan"}, "", "at least 1 for deadline_s, got nan"),
        ({"VIZCORE_DEADLINE_S": "1e10"}, "", "expected at most 1,000,000 for deadline_s, got 1e10"),
        ({"VIZCORE_THREADS": "100000"}, "", "expected at most 256 for threads, got 100000"),
        ({}, "image_limit_mpx = 0", "at least 0.01 for image_limit_mpx, got 0"),
        ({}, "file_limit_mb = 0.5", "at least 1 for file_limit_mb, got 0.5"),
        ({"VIZCORE_DEVICE": "gpu"}, "", "expected auto, cpu, cuda, cuda:N or mps for device, got gpu"),
        ({}, "device = ['cpu', 'cpu']", "expected different devices"),
        ({"VIZCORE_CLUSTER": "nonsense"}, "", "expected an address such as 127.0.0.1:26379 for cluster, got nonsense"),
        ({"VIZCORE_RUNTIME": "tensorrt"}, "", "expected onnx or torch for runtime, got tensorrt"),
        ({}, "weights = ['a', 'b']", "expected a text in quotation marks for weights, got list"),
        ({}, "lectures = false", "expected a text in quotation marks for lectures, got bool"),
        ({}, "proxy_secret = 1234567890123456", "for proxy_secret, got int$"),
        ({}, "viewers = ['ann', 7]", "expected a text in quotation marks for viewers, got list"),
        ({}, "viewers = ['CN=ann,OU=lab']", "expected no comma within a text of the list viewers, got CN=ann,OU=lab"),
        ({"VIZCORE_LOGIN": "oidc"}, "", "expected names in viewers, presenters or administrators with login = oidc"),
        ({"VIZCORE_LOGIN": "oidc", "VIZCORE_ADMINISTRATORS": "*"}, "", "expected names in viewers"),
        ({}, "login = 'oidc'\nviewers = []", "expected names in viewers"),
        ({"VIZCORE_OFFLINE": "maybe"}, "", "expected 0, 1, true or false for offline, got maybe"),
        ({}, "memory_mb = 'much'", "expected int for memory_mb, got much"),
        ({"VIZCORE_QUEUE_LIMT": "4"}, "", "got VIZCORE_QUEUE_LIMT; perhaps VIZCORE_QUEUE_LIMIT is meant"),
        ({"VIZCORE_LOGIN": "odic"}, "", "expected one of oidc, proxy or nothing for login, got odic"),
        ({"VIZCORE_LOGIN": "proxy"}, "", "expected a proxy_secret with login = proxy"),
        ({"VIZCORE_LOGIN": "proxy", "VIZCORE_PROXY_SECRET": "s" * 15}, "", "at least 16 .* got 15 characters"),
        ({"VIZCORE_LOGIN": "proxy", "VIZCORE_PROXY_SECRET": "a secret with spaces"}, "", "without spaces"),
        ({}, "queue_limits = 3", "names of settings in vizcore.toml, got queue_limits"),
    ],
)
def test_wrong_values_are_named(environment: dict[str, str], table: str, complaint: str, file: Path) -> None:
    file.write_text(table)
    with pytest.raises(ValueError, match=complaint):
        read_settings(environment, file)


@pytest.mark.parametrize(
    ("setting", "names"),
    [("auto", ("auto",)), ("cpu", ("cpu",)), ("cuda:1", ("cuda:1",)), ("cuda:0, cuda:1", ("cuda:0", "cuda:1"))],
)
def test_names_of_devices(setting: str, names: tuple[str, ...]) -> None:
    assert wanted_devices(setting) == names


@pytest.mark.parametrize("setting", ["", "gpu", "CPU", "cpu:0", "cpux", "cuda:", "cpu,cpu", "cuda:0,"])
def test_wrong_names_of_devices(setting: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        wanted_devices(setting)


@pytest.mark.parametrize("address", ["", "localhost:1", "1.2.3.4", "1.2.3.4:x", "::1:5", "1.2.3.4:0", "1.2.3.4:65536"])
def test_an_address_is_four_numbers_and_a_port(address: str) -> None:
    with pytest.raises(ValueError, match="expected an address"):
        host_and_port(address)


def test_no_file_is_no_problem(file: Path) -> None:
    assert read_settings({}, file) == Settings()


def test_a_folder_in_place_of_the_file_is_no_absence(file: Path) -> None:
    """Docker makes one where the file to be mounted is absent; a server that asks for no login would start."""
    file.mkdir()
    with pytest.raises(IsADirectoryError):
        read_settings({}, file)


def test_a_link_to_nowhere_is_no_absence(file: Path) -> None:
    file.symlink_to("nowhere.toml")
    with pytest.raises(FileNotFoundError):
        read_settings({}, file)


def test_the_shipped_file_changes_nothing() -> None:
    assert read_settings({}, ROOT / CONFIG_FILE) == Settings()


def test_every_setting_says_what_it_means() -> None:
    assert all(each.metadata.get("meaning") for each in fields(Settings))


def test_bounds_are_of_settings_that_there_are() -> None:
    assert {*LEAST, *MOST} <= {each.name for each in fields(Settings)}


@pytest.mark.parametrize("name", [each.name for each in fields(Settings) if type(each.default) in {int, float}])
def test_nothing_that_refuses_everything_starts(name: str, file: Path) -> None:
    """0 is taken only where it means something that works: none kept, no limit, or the machine's own choice."""
    means = {"threads", "cache_mb", "visitor_limit", "visits_limit", "visits_each", "keep_visit_s", "event_log_mb"}
    if name in means or name.startswith("alarm_"):
        assert read_settings({f"VIZCORE_{name.upper()}": "0"}, file)
    else:
        with pytest.raises(ValueError, match=f"for {name}, got 0"):
            read_settings({f"VIZCORE_{name.upper()}": "0"}, file)


# Streamlit's own file


@pytest.fixture(scope="module")
def streamlit_file() -> str:
    return (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")


def test_every_key_of_streamlit_is_known_and_explained(streamlit_file: str) -> None:
    from streamlit import config

    lines = streamlit_file.splitlines()
    for table, keys in _flat(tomllib.loads(streamlit_file)):
        assert f"{table}.{keys}" in config._config_options_template
    keyed = [number for number, line in enumerate(lines) if " = " in line and not line.startswith("#")]
    assert [lines[number] for number in keyed if not lines[number - 1].startswith("#")] == []


def _flat(content: dict[str, object], table: str = "") -> list[tuple[str, str]]:
    """{"theme": {"light": {"textColor": ...}}} -> [("theme.light", "textColor")]"""
    found = []
    for key, value in content.items():
        name = f"{table}.{key}".strip(".")
        found += _flat(value, name) if isinstance(value, dict) else [(table, key)]
    return found


@pytest.mark.parametrize(("shade", "dark"), [("light", False), ("dark", True)])
def test_the_page_has_the_colours_of_the_figures(shade: str, dark: bool, streamlit_file: str) -> None:
    colours = tomllib.loads(streamlit_file)["theme"][shade]
    figures = {
        "backgroundColor": theme.PAPER,
        "secondaryBackgroundColor": theme.PANEL,
        "textColor": theme.INK,
        "primaryColor": theme.PRIMARY,
    }
    assert {key: colours[key] for key in figures} == {key: colour.on(dark=dark) for key, colour in figures.items()}


def test_uploads_end_where_intake_does(streamlit_file: str) -> None:
    promises = (Settings().file_limit_mb, Settings().evaluation_limit_mb, ARCHIVE_LIMIT_MB)
    assert tomllib.loads(streamlit_file)["server"]["maxUploadSize"] == max(promises)


def test_every_field_for_files_says_its_own_limit() -> None:
    """Streamlit shows the limit in the field and refuses a larger file there with a sentence of its own."""
    for path in (ROOT / "vizcore" / "ui").rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "file_uploader":
                assert "max_upload_size" in {each.arg for each in call.keywords}, f"{path.name}:{call.lineno}"


def test_readme_and_the_shipped_file_list_every_setting() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert settings_table.readme_with_table(readme) == readme
    assert settings_table.toml() == (ROOT / CONFIG_FILE).read_text(encoding="utf-8")


def test_the_shipped_file_holds_the_defaults(file: Path) -> None:
    """With every "# " in front of a name taken away, the file still means the defaults."""
    file.write_text(re.sub(r"^# (\w+ = )", r"\1", settings_table.toml(), flags=re.MULTILINE))
    assert len(tomllib.loads(file.read_text())) == len(fields(Settings))
    assert read_settings({}, file) == Settings()


@pytest.mark.parametrize(
    "command",
    [["-m", "vizcore", "inspect", "sample:cat"], ["-c", "import runpy; runpy.run_path('app.py', run_name='server')"]],
)
def test_nothing_starts_with_settings_that_do_not_fit(command: list[str]) -> None:
    environment = {**os.environ, "VIZCORE_QUEUE_LIMIT": "abc"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("cannot be used: expected int for queue_limit, got abc.")
    assert "Traceback" not in done.stderr
