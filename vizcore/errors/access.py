"""Why is a visitor not let in?"""

from __future__ import annotations

from typing import Literal

from vizcore.errors.base import VizError


class LoginExpired(VizError):
    """The login is over, or says nothing about its end."""

    code = "login_expired"


class AccessDenied(VizError):
    """No role that allows this."""

    code = "access_denied"
    role: str  # the one that it takes
    reason: Literal["viewer", "role"]  # viewer: on no list at all


class HeaderForged(VizError):
    """A request that did not come through the proxy that signs visitors in."""

    code = "header_forged"


class LoginChanged(VizError):
    """Another tab of the same browser has signed in or out since this one was opened."""

    code = "login_changed"


class LoginUnavailable(VizError):
    """Nobody can sign in now."""

    code = "login_unavailable"
    reason: Literal["settings", "provider"]  # the server's own table is not complete, or the provider does not answer


class TooManyVisits(VizError):
    """One visitor, or all of them together, have as many sessions open as may be."""

    code = "too_many_visits"
    limit: int
    reason: Literal["own", "all"]


class AddressInvalid(VizError):
    """Not the address of a web server."""

    code = "address_invalid"
    url: str
