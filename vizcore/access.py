"""Who may do what on a shared server? A role from a login's claims or from a trusted proxy's header; deny by default.

Nothing here knows Streamlit or a provider: claims and headers come in as mappings, a role or one clear error goes out.
"""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal
from urllib.parse import urlsplit

from vizcore.errors import AccessDenied, HeaderForged, LoginExpired
from vizcore.settings import Settings

Role = Literal["viewer", "presenter", "administrator"]
ROLES: tuple[Role, ...] = ("viewer", "presenter", "administrator")  # each may do what the ones before it may
EVERYBODY = "*"
ROLE_HEADER = "X-Vizcore-Role"
USER_HEADER = "X-Vizcore-User"
SECRET_HEADER = "X-Vizcore-Proxy-Secret"
PASSED_ON = frozenset({"forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"})
LEEWAY_S = 60.0
LONGEST_NAME = 80


@dataclass(frozen=True)
class Person:
    """Who is here. name: what the page may greet with, never logged. expires_at: Unix time, None = with the visit.

    identity: tells two people apart and nothing else ("" where nobody signs in); never shown, never logged.
    """

    role: Role
    name: str = ""
    expires_at: float | None = None
    identity: str = ""

    def may(self, role: Role) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


def local_person(settings: Settings, *, here: bool) -> Person:
    """Without a login: whoever sits at this machine owns it; everybody else, and on a hosted server all, are viewers.

    here: `sits_here`.
    """
    return Person("administrator" if here and not settings.hosted else "viewer")


def sits_here(peer: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a request comes from this machine: from its own address and its own page, to its own name, by no proxy.

    peer: the address that the connection came from, None for this machine's own. Each alone can be made up, or is so
    behind a proxy that nobody told of: all of them are needed. Such a proxy may put its own name for us in place of the
    Host that the browser asked; the Origin of the browser's page then tells.
    """
    try:
        asked = urlsplit(f"//{_header(headers, 'Host')}").hostname or "localhost"
        origin = _header(headers, "Origin")
        page = urlsplit(origin).hostname or "" if origin else "localhost"
    except ValueError:  # half an IPv6 address
        return False
    passed_on = any(name.lower() in PASSED_ON for name in headers)
    return all(is_this_machine(name) for name in (peer or "localhost", asked, page)) and not passed_on


def is_this_machine(host: str) -> bool:
    """Whether a name or an address without its port is this machine's own for itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def person_of_claims(claims: Mapping[str, Any], settings: Settings, now: float) -> Person:
    """The person whom a provider's id token describes.

    claims: of the token, signature already checked. The setting role_claim names the claim whose values (a text or a
    list) are looked up in `administrators`, `presenters` and `viewers`. Errors: LoginExpired (the token's `exp` is
    over, or it has none), AccessDenied (no list names this person, or the token does not say whose it is).
    """
    expires_at = claims.get("exp")
    if not isinstance(expires_at, (int, float)) or isinstance(expires_at, bool):
        raise LoginExpired()
    if not now <= expires_at + LEEWAY_S < math.inf:  # NaN is no end either
        raise LoginExpired()
    issuer, subject = claims.get("iss"), claims.get("sub")
    if not (isinstance(subject, str) and subject):  # two people without one would be one person
        raise AccessDenied(role="viewer", reason="viewer")
    names = _values(claims, settings.role_claim)
    role = role_of_names(names, settings)
    if role is None:
        raise AccessDenied(role="viewer", reason="viewer")
    name = claims.get("name") or claims.get("email") or ""
    return Person(role, str(name)[:LONGEST_NAME], float(expires_at), f"{issuer} {subject}")


def _values(claims: Mapping[str, Any], claim: str) -> set[str]:
    """What the claim says, as texts. An e-mail address that its provider has not verified says nothing."""
    if claim == "email" and str(claims.get("email_verified", True)).lower() != "true":  # some send a text
        return set()
    given = claims.get(claim)
    many = given if isinstance(given, (list, tuple)) else () if given is None else (given,)
    return {each for each in many if isinstance(each, str) and each and each != EVERYBODY}


def role_of_names(names: set[str], settings: Settings) -> Role | None:
    """The highest role whose list holds one of these names; `*` in a list stands for everybody who signed in."""
    lists: tuple[tuple[Role, str], ...] = (
        ("administrator", settings.administrators),
        ("presenter", settings.presenters),
        ("viewer", settings.viewers),
    )
    for role, text in lists:
        allowed = {each.strip() for each in text.split(",") if each.strip()}
        if names & allowed or (EVERYBODY in allowed and role != "administrator"):
            return role
    return None


def person_of_headers(headers: Mapping[str, str], settings: Settings) -> Person:
    """The person whom a proxy that logs visitors in describes.

    The proxy proves itself by the shared secret; without it, or with a role that does not exist, nothing is believed.
    Errors: HeaderForged, AccessDenied.
    """
    if not headers_are_proven(headers, settings):
        raise HeaderForged()
    role, user = names_in_headers(headers)
    for known in ROLES:
        if role == known:
            return Person(known, user[:LONGEST_NAME], identity=user)
    raise AccessDenied(role="viewer", reason="viewer")


def told_once(values_of: Callable[[str], Sequence[str]]) -> dict[str, str]:
    """The proxy's three headers. values_of: all values of a header, in the order in which they came.

    HeaderForged where one came twice: a proxy that adds its header to those of the visitor, instead of putting it in
    their place, leaves the visitor's own in front.
    """
    found = {name: list(values_of(name)) for name in (ROLE_HEADER, USER_HEADER, SECRET_HEADER)}
    if any(len(values) > 1 for values in found.values()):
        raise HeaderForged()
    return {name: values[0] for name, values in found.items() if values}


def headers_are_proven(headers: Mapping[str, str], settings: Settings) -> bool:
    """Whether the secret that only the proxy knows came with them."""
    secret = _header(headers, SECRET_HEADER)
    return bool(settings.proxy_secret) and hmac.compare_digest(secret.encode(), settings.proxy_secret.encode())


def names_in_headers(headers: Mapping[str, str]) -> tuple[str, str]:
    """Role and user as the headers say, "" for what they leave out; to be believed only if they are proven."""
    return _header(headers, ROLE_HEADER), _header(headers, USER_HEADER)


def _header(headers: Mapping[str, str], wanted: str) -> str:
    return next((value for name, value in headers.items() if name.lower() == wanted.lower()), "")
