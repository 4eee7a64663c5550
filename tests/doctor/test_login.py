"""Does the examination find why nobody could sign in?"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.test_sign_in import TABLE
from vizcore.doctor.findings import Failed
from vizcore.doctor.login import ENDPOINTS, auth_table, login
from vizcore.settings import Settings

OPEN = Settings(login="oidc", viewers="*")


class Provider(BaseHTTPRequestHandler):
    """Answers what its path asks for."""

    def do_GET(self) -> None:
        told = dict.fromkeys(ENDPOINTS, "https://login.example.org") if "whole" in self.path else {"issuer": "x"}
        self.send_response_only(404 if "gone" in self.path else 200)
        if "late" in self.path:
            self.send_header("Date", "Mon, 02 Nov 2026 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(json.dumps(told).encode())

    def log_message(self, *_args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    lines = [f"{name} = {json.dumps(value)}" for name, value in {**TABLE, "server_metadata_url": url}.items()]
    file = folder / "secrets.toml"
    file.write_text("[auth]\n" + "\n".join(lines))
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", f"{folder}/none.toml {file}")


@pytest.mark.parametrize(
    ("settings", "seen"), [(Settings(), "-"), (Settings(login="proxy", proxy_secret="s"), "proxy")]
)
def test_where_no_provider_is_asked(settings: Settings, seen: str) -> None:
    assert login(settings) == seen


def test_a_provider_that_answers(provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, f"{provider}/whole")
    assert login(OPEN) == provider.removeprefix("http://")


@pytest.mark.parametrize(
    ("path", "words"),
    [("/gone", "404"), ("/half", "authorization_endpoint, token_endpoint, jwks_uri"), ("/whole-late", r"\d+ s")],
)
def test_a_provider_that_cannot_be_used(
    provider: str, path: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, monkeypatch, provider + path)
    with pytest.raises(Failed, match=words):
        login(OPEN)


def test_a_provider_that_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, "http://127.0.0.1:9/whole")
    with pytest.raises(ConnectionRefusedError):
        login(OPEN)


def test_a_server_that_lets_nobody_in(provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, monkeypatch, f"{provider}/whole")
    with pytest.raises(Failed, match="nobody"):
        login(Settings(login="oidc"))


def test_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SECRETS_FILES", str(tmp_path / "none.toml"))
    assert auth_table() == {}
    with pytest.raises(Failed, match="a table"):
        login(OPEN)
