"""Are the recipes of deploy/ well-formed, and do they say what the app needs?"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

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
        [found, str(DEPLOY / "Containerfile")], capture_output=True, text=True, timeout=60, check=False
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
