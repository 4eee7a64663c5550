"""Who is this visitor on a shared server, and what may they see? Sign-in, roles, and a page for those who may not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.errors import StreamlitAuthError

from vizcore.access import Person, Role, local_person, person_of_claims, person_of_headers, sits_here, told_once
from vizcore.errors import (
    AccessDenied,
    HeaderForged,
    LoginChanged,
    LoginExpired,
    LoginUnavailable,
    TooManyVisits,
    VizError,
)
from vizcore.i18n import _
from vizcore.settings import Settings, current
from vizcore.ui.brand import NAME
from vizcore.ui.error_panel import show_error
from vizcore.ui.session import visit_begun
from vizcore.ui.visitor.cookie import browser_of, token_in
from vizcore.ui.visitor.logins import LOGINS, login_mark


@dataclass(frozen=True)
class Refusal:
    """error: why this visitor may not come in; None = has not signed in yet."""

    error: VizError | None


class SignInFirst(Exception):
    """Nobody has signed in here yet; never leaves this module."""


def person() -> Person:
    """The visitor of this run. Errors: LoginExpired, LoginChanged, AccessDenied, HeaderForged; SignInFirst before the
    login."""
    settings = current()
    if settings.login and _login_is_outdated(settings):
        raise LoginChanged()
    if settings.login == "proxy":
        return person_of_headers(told_once(st.context.headers.get_all), settings)
    if settings.login == "oidc":
        if not getattr(st.user, "is_logged_in", False):  # absent where the table for signing in is gone
            raise SignInFirst
        return person_of_claims(st.user.to_dict(), settings, time.time())
    peer = st.context.ip_address
    return local_person(settings, here=sits_here(peer if isinstance(peer, str) else None, st.context.headers))


def _login_is_outdated(settings: Settings) -> bool:
    """Whether another tab of this browser belongs to somebody else by now."""
    token = token_in(st.context.cookies)
    mark = login_mark(st.context.headers, st.context.cookies, settings)
    return bool(token) and LOGINS.is_outdated(browser_of(token or ""), mark)


def may(role: Role) -> bool:
    """Whether this visitor has the role or a higher one; False for whoever has none."""
    return may_all()(role)


def may_all() -> Callable[[Role], bool]:
    """`may` for several questions of one moment: who it is, is looked up once."""
    try:
        return person().may
    except (SignInFirst, VizError):
        return lambda role: False


def refusal() -> Refusal | None:
    """What stands between this visitor and the pages; None for whoever may use them."""
    try:
        now = person()
    except SignInFirst:
        return Refusal(None)
    except (LoginExpired, LoginChanged, AccessDenied, HeaderForged) as error:
        return Refusal(error)
    return Refusal(LoginChanged()) if _is_somebody_else(now) else None


def _is_somebody_else(now: Person) -> bool:
    """Whether this session was begun by another person: it outlives a short loss of the connection, and behind a proxy
    that signs people in only the headers of the new connection say who is there now."""
    begun = visit_begun()
    return begun is not None and begun.owner is not None and begun.owner.identity != now.identity


def require(role: Role) -> None:
    """The second line of a page that not everybody may see."""
    if not may(role):
        show_error(AccessDenied(role=role, reason="role"))
        st.stop()


def show_sign_out(leave: Callable[[], None]) -> None:
    """In the sidebar: the way out. leave: what is done before, so that nothing stays for whoever comes next."""
    if current().login == "oidc" and getattr(st.user, "is_logged_in", False):

        def sign_out() -> None:
            leave()
            st.logout()

        st.button(_("Sign out"), icon=":material/logout:", on_click=sign_out, key="access.sign_out")


def show_gate(refused: Refusal) -> None:
    """The only thing on the screen of whoever may not come in: one sentence and one button. Ends the run."""
    st.title(NAME, anchor=False)
    if refused.error is None:
        st.write(_("This server asks who you are before it shows its pages."))
    else:
        show_error(refused.error)
    if current().login == "oidc":
        if isinstance(refused.error, (LoginChanged, TooManyVisits)):
            pass  # another page load mends it, another sign-in does not
        elif isinstance(refused.error, AccessDenied):
            st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout, key="access.other")
        else:
            st.button(_("Sign in"), icon=":material/login:", on_click=_sign_in, key="access.sign_in")
    st.stop()


def _sign_in() -> None:
    """A button's callback: the browser goes to the provider."""
    try:
        st.login()
    except StreamlitAuthError:  # the server began with a complete table, which has changed since
        show_error(LoginUnavailable(reason="settings"))
