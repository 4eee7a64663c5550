"""Is a table for signing in that lets nobody in, or a stranger, named before the server starts?"""

from __future__ import annotations

from typing import Any

import pytest

from vizcore.sign_in import complaint

TABLE: dict[str, Any] = {
    "redirect_uri": "https://vis-a-vis.example.org/oauth2callback",
    "cookie_secret": "s" * 32,
    "client_id": "vis-a-vis",
    "client_secret": "hush",
    "server_metadata_url": "https://login.example.org/.well-known/openid-configuration",
}
HOSTS = ["vis-a-vis.example.org"]


def changed(**more: object) -> dict[str, Any]:
    return {**TABLE, **more}


@pytest.mark.parametrize(
    ("table", "hosts"),
    [
        (TABLE, HOSTS),
        (TABLE, []),
        (TABLE, ["*.example.org"]),
        ({**dict(list(TABLE.items())[:2]), "default": dict(list(TABLE.items())[2:])}, HOSTS),
        (changed(redirect_uri="http://localhost:{port}/oauth2callback"), ["localhost"]),
        (changed(server_metadata_url="http://127.0.0.1:9/.well-known/openid-configuration"), HOSTS),
    ],
)
def test_a_table_that_fits(table: dict[str, Any], hosts: list[str]) -> None:
    assert complaint(table, hosts) == ""


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (None, "a table [auth]"),
        ({}, "a table [auth]"),
        (changed(client_id=" ", client_secret=7), "client_id, client_secret"),
        (changed(cookie_secret="hushhush"), "at least 32 characters"),
        (changed(redirect_uri="http://vis-a-vis.example.org/oauth2callback"), "redirect_uri"),
        (changed(redirect_uri="https://vis-a-vis.example.org/"), "/oauth2callback"),
        (changed(redirect_uri="https://[::1/oauth2callback"), "redirect_uri"),
        (changed(server_metadata_url="http://login.example.org/x"), "server_metadata_url"),
        (changed(server_metadata_url="file:///etc/passwd"), "server_metadata_url"),
        (changed(redirect_uri="https://other.example.org/oauth2callback"), "server.allowedHosts"),
    ],
)
def test_what_is_wrong_is_named_without_a_secret(table: dict[str, Any] | None, words: str) -> None:
    said = complaint(table, HOSTS)
    assert words in said
    assert "hush" not in said
