"""Are the recipes of deploy/ well-formed, and do they say what the app needs?"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.patience import PATIENCE_S
from vizcore.settings import read_settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


def documents(name: str) -> list[dict[str, Any]]:
    return [each for each in yaml.safe_load_all((DEPLOY / name).read_text(encoding="utf-8")) if each]


def test_the_containerfile_follows_the_linter_s_rules() -> None:
    program = Path(sys.executable).parent / "hadolint"
    found = shutil.which("hadolint") or (str(program) if program.is_file() else None)
    if found is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run(
        [found, str(DEPLOY / "Containerfile")], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_file_that_the_image_copies_is_in_the_repository_and_let_through() -> None:
    let_through = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}
    copied = [
        piece
        for line in (DEPLOY / "Containerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for piece in line.split()[1:-1]
    ]
    assert copied
    assert all((ROOT / each).exists() for each in copied)
    assert set(copied) <= let_through


def test_compose_keeps_the_file_system_read_only() -> None:
    (compose,) = documents("compose.yaml")
    apps = [service for name, service in compose["services"].items() if name.startswith("app")]
    assert len(apps) == 2
    assert all(app["read_only"] and app["cap_drop"] == ["ALL"] for app in apps)


def test_kubernetes_is_ready_only_after_an_inference_and_sticky_by_cookie() -> None:
    kinds = {each["kind"]: each for each in documents("kubernetes/vis-a-vis.yaml")}
    container = kinds["Deployment"]["spec"]["template"]["spec"]["containers"][0]
    assert container["readinessProbe"]["httpGet"]["path"] == "/vizcore/ready"
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert kinds["Ingress"]["metadata"]["annotations"]["nginx.ingress.kubernetes.io/affinity"] == "cookie"


def test_the_unit_is_one_systemd_could_read() -> None:
    text = (DEPLOY / "systemd" / "vis-a-vis.service").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if line.startswith("[")] == ["[Unit]", "[Service]", "[Install]"]
    assert all(line.startswith("[") or "=" in line for line in lines)
    assert "DynamicUser=yes" in lines


def _environments() -> dict[str, dict[str, str]]:
    """What each recipe puts into the environment of the app."""
    unit = (DEPLOY / "systemd" / "vis-a-vis.service").read_text(encoding="utf-8")
    words = [word for line in unit.splitlines() if line.startswith("Environment=") for word in line[12:].split()]
    (compose,) = documents("compose.yaml")
    deployment = next(each for each in documents("kubernetes/vis-a-vis.yaml") if each["kind"] == "Deployment")
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    return {
        "systemd": dict(word.split("=", 1) for word in words),
        "compose": compose["services"]["app-1"]["environment"],
        "kubernetes": {each["name"]: each["value"] for each in container["env"]},
    }


@pytest.mark.parametrize("recipe", ["systemd", "compose", "kubernetes"])
def test_a_browser_that_asks_by_the_public_name_is_answered(recipe: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list in the environment is taken apart at its spaces; written as JSON, no browser's name is in it."""
    from streamlit.web.cli import main_run
    from streamlit.web.server.starlette import starlette_websocket

    for name, value in _environments()[recipe].items():
        monkeypatch.setenv(name, value)
    hosts = main_run.make_context("run", ["app.py"]).params["server_allowedHosts"]
    monkeypatch.setattr(f"{starlette_websocket.__name__}.config.get_option", lambda name: list(hosts))
    assert starlette_websocket.is_host_allowed("vis-a-vis.example.org")
    assert not starlette_websocket.is_host_allowed("other.example.org")


def test_the_secrets_of_the_unit_lie_where_its_user_alone_reads_them() -> None:
    """The user of DynamicUser does not exist before the start, so that no file can belong to it."""
    unit = (DEPLOY / "systemd" / "vis-a-vis.service").read_text(encoding="utf-8")
    assert "LoadCredential=secrets.toml:/etc/vis-a-vis/secrets.toml" in unit
    assert _environments()["systemd"]["STREAMLIT_SECRETS_FILES"] == "%d/secrets.toml"


def test_on_kubernetes_only_the_proxy_reaches_the_app() -> None:
    """Whose word for a visitor's address is taken (FORWARDED_ALLOW_IPS)."""
    kinds = {each["kind"]: each for each in documents("kubernetes/vis-a-vis.yaml")}
    policy, labels = kinds["NetworkPolicy"]["spec"], kinds["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert policy["podSelector"]["matchLabels"] == labels
    (source,) = policy["ingress"]
    assert source["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}]


def test_in_compose_only_the_proxy_s_word_for_an_address_is_taken() -> None:
    (compose,) = documents("compose.yaml")
    proxy = compose["services"]["proxy"]["networks"]["default"]["ipv4_address"]
    assert _environments()["compose"]["FORWARDED_ALLOW_IPS"] == proxy


def test_no_recipe_makes_a_visitor_the_administrator() -> None:
    """Without `hosted` everybody has a laptop's rights; where a login's secrets are, the login is on."""
    assert "VIZCORE_HOSTED=1" in (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert "VIZCORE_HOSTED=1" in (DEPLOY / "systemd" / "vis-a-vis.service").read_text(encoding="utf-8")
    (compose,) = documents("compose.yaml")
    services = [service for name, service in compose["services"].items() if name.startswith("app")]
    deployment = next(each for each in documents("kubernetes/vis-a-vis.yaml") if each["kind"] == "Deployment")
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    kubernetes = {each["name"]: each["value"] for each in container["env"]}
    assert kubernetes["VIZCORE_HOSTED"] == "1"
    for environment in (kubernetes, *(service["environment"] for service in services)):
        assert environment["VIZCORE_LOGIN"] == "oidc"
        assert environment["VIZCORE_ADMINISTRATORS"] != "*"
        assert read_settings({k: v for k, v in environment.items() if k.startswith("VIZCORE_")}, Path("none"))
