"""Is the table complete with which a server signs its visitors in (`[auth]` of `.streamlit/secrets.toml`)?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import urlsplit

from vizcore.access import is_this_machine

FILE = ".streamlit/secrets.toml"
NEEDED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
LEAST_SECRET = 32  # characters: whoever guesses it signs in as anybody
CALLBACK = "/oauth2callback"


def complaint(table: Mapping[str, object] | None, hosts: Collection[str] = ()) -> str:
    """What is wrong with the table, without any of its secrets; "" where nothing is. hosts: names that the server
    answers to, none for any."""
    if not table:
        return f"expected a table [auth] in {FILE}, got none"
    provider = table.get("default")
    given = {**table, **provider} if isinstance(provider, Mapping) else table
    texts = {name: value for name in NEEDED if isinstance(value := given.get(name), str) and value.strip()}
    if missing := [name for name in NEEDED if name not in texts]:
        return f"expected {', '.join(missing)} in [auth] of {FILE}, got none"
    if len(texts["cookie_secret"]) < LEAST_SECRET:
        got = len(texts["cookie_secret"])
        return f"expected a cookie_secret of at least {LEAST_SECRET} characters in [auth] of {FILE}, got {got}"
    for name in ("redirect_uri", "server_metadata_url"):
        if not _is_safe(texts[name]):
            return f"expected {name} in [auth] of {FILE} to begin with https://, got {texts[name][:200]}"
    if not texts["redirect_uri"].endswith(CALLBACK):
        return f"expected redirect_uri in [auth] of {FILE} to end with {CALLBACK}, got {texts['redirect_uri'][:200]}"
    host = urlsplit(texts["redirect_uri"]).hostname or ""
    if hosts and host not in {each.lower() for each in hosts} and not any("*" in each for each in hosts):
        return f"expected {host}, the host of redirect_uri, among server.allowedHosts, got {', '.join(hosts)}"
    return ""


def _is_safe(url: str) -> bool:
    """TLS, or this machine itself."""
    try:
        parts = urlsplit(url)
    except ValueError:  # half an IPv6 address
        return False
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host)))
