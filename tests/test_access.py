"""Is the role what the lists say, and is everything else denied?"""

from __future__ import annotations

import math
from typing import Any

import pytest

from vizcore.access import (
    Person,
    local_person,
    person_of_claims,
    person_of_headers,
    role_of_names,
    sits_here,
    told_once,
)
from vizcore.errors import AccessDenied, HeaderForged, LoginExpired
from vizcore.settings import Settings

NOW = 1_000_000.0
LISTS = Settings(viewers="*", presenters="ann@example.org, bob@example.org", administrators="ann@example.org")


def claims(**more: Any) -> dict[str, Any]:
    return {"email": "eve@example.org", "iss": "https://login.example.org", "sub": "7", "exp": NOW + 600, **more}


@pytest.mark.parametrize(
    ("given", "role"),
    [
        (claims(), "viewer"),
        (claims(email="bob@example.org"), "presenter"),
        (claims(email="ann@example.org"), "administrator"),
        (claims(email="ann@example.org", email_verified=True), "administrator"),
        (claims(email="ann@example.org", email_verified=False), "viewer"),
        (claims(email="ann@example.org", email_verified="false"), "viewer"),
        (claims(email="ann@example.org", email_verified="true"), "administrator"),
        (claims(email="ann@example.org", email_verified=None), "viewer"),
        (claims(email="*"), "viewer"),
        (claims(email=["ann@example.org"]), "administrator"),
    ],
)
def test_role_of_claims(given: dict[str, Any], role: str) -> None:
    assert person_of_claims(given, LISTS, NOW).role == role


def test_groups_are_a_claim_like_any_other() -> None:
    settings = Settings(role_claim="groups", presenters="teachers")
    assert person_of_claims(claims(groups=["pupils", "teachers"]), settings, NOW).role == "presenter"
    with pytest.raises(AccessDenied):
        person_of_claims(claims(groups=["pupils"]), settings, NOW)


def test_deny_by_default() -> None:
    with pytest.raises(AccessDenied):
        person_of_claims(claims(), Settings(), NOW)
    assert role_of_names({"x"}, Settings()) is None
    assert role_of_names({"x"}, Settings(administrators="*")) is None


@pytest.mark.parametrize("expires_at", [NOW - 61, None, "tomorrow", True, math.nan, math.inf])
def test_a_login_that_is_over_or_without_an_end_is_refused(expires_at: object) -> None:
    with pytest.raises(LoginExpired):
        person_of_claims(claims(exp=expires_at), LISTS, NOW)


@pytest.mark.parametrize("subject", [None, "", 7, ["7"]])
def test_a_token_that_does_not_say_whose_it_is_is_refused(subject: object) -> None:
    """Two people without one would share what they left, and count as one visitor."""
    with pytest.raises(AccessDenied):
        person_of_claims(claims(sub=subject), LISTS, NOW)


@pytest.mark.parametrize(
    ("headers", "error"),
    [
        ({"X-Vizcore-Role": "administrator"}, HeaderForged),
        ({"X-Vizcore-Role": "administrator", "X-Vizcore-Proxy-Secret": "wrong"}, HeaderForged),
        ({"X-Vizcore-Role": "administrator", "X-Vizcore-Proxy-Secret": ""}, HeaderForged),
        ({"X-Vizcore-Role": "king", "X-Vizcore-Proxy-Secret": "s"}, AccessDenied),
        ({"X-Vizcore-Proxy-Secret": "s"}, AccessDenied),
    ],
)
def test_headers_that_prove_nothing(headers: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        person_of_headers(headers, Settings(login="proxy", proxy_secret="s"))


def test_no_secret_in_the_settings_means_no_header_is_believed() -> None:
    with pytest.raises(HeaderForged):
        person_of_headers({"X-Vizcore-Role": "viewer", "X-Vizcore-Proxy-Secret": ""}, Settings(login="proxy"))


def test_a_proxy_that_proves_itself_is_believed() -> None:
    headers = {"x-vizcore-role": "presenter", "X-Vizcore-Proxy-Secret": "s", "X-Vizcore-User": "Ann"}
    assert person_of_headers(headers, Settings(proxy_secret="s")) == Person("presenter", "Ann", identity="Ann")


def test_each_role_may_what_the_lower_ones_may() -> None:
    assert Person("administrator").may("viewer")
    assert Person("presenter").may("presenter")
    assert not Person("viewer").may("presenter")


def test_a_laptop_belongs_to_whoever_sits_at_it_and_a_server_does_not() -> None:
    assert local_person(Settings(), here=True).role == "administrator"
    assert local_person(Settings(), here=False).role == "viewer"
    assert local_person(Settings(hosted=True), here=True).role == "viewer"


@pytest.mark.parametrize(
    ("peer", "headers", "here"),
    [
        (None, {}, True),
        (None, {"Host": "localhost:8501"}, True),
        ("127.0.0.1", {"host": "127.0.0.1:8501"}, True),
        ("::1", {"Host": "[::1]:8501"}, True),
        ("192.168.1.20", {"Host": "localhost:8501"}, False),  # from the network, with a name made up
        (None, {"Host": "vis-a-vis.example.org"}, False),  # a proxy on this machine
        (None, {"Host": "localhost", "X-Forwarded-For": "127.0.0.1"}, False),
        (None, {"Host": "localhost", "via": "1.1 proxy"}, False),
        (None, {"Host": "localhost.example.org"}, False),
        (None, {"Host": "127.0.0.1.example.org"}, False),
        (None, {"Host": "[::1"}, False),
        ("somewhere", {"Host": "localhost"}, False),
        (None, {"Host": "127.0.0.1:8501", "Origin": "http://localhost:8501"}, True),
        (None, {"Host": "127.0.0.1:8501", "Origin": "http://[::1]:8501"}, True),
        (None, {"Host": "127.0.0.1:8501", "Origin": "https://vis-a-vis.example.org"}, False),  # its Host put in ours
        (None, {"Host": "127.0.0.1:8501", "origin": "null"}, False),
        (None, {"Host": "127.0.0.1:8501", "Origin": "http://[::1"}, False),
    ],
)
def test_who_sits_at_this_machine(peer: str | None, headers: dict[str, str], here: bool) -> None:
    assert sits_here(peer, headers) is here


def test_a_header_that_came_twice_is_believed_from_nobody() -> None:
    """A proxy that adds its headers leaves those of the visitor in front of them."""
    sent = {"X-Vizcore-Role": ["administrator", "viewer"], "X-Vizcore-Proxy-Secret": ["s" * 20]}
    with pytest.raises(HeaderForged):
        told_once(lambda name: sent.get(name, ()))
    sent["X-Vizcore-Role"] = ["viewer"]
    settings = Settings(login="proxy", proxy_secret="s" * 20)
    assert person_of_headers(told_once(lambda name: sent.get(name, ())), settings).role == "viewer"
