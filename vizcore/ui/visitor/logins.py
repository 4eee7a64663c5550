"""Has somebody else signed in, or signed out, in another tab of this browser since this tab was opened?

A tab's session knows the cookies and headers of its own beginning only. Every page load and every new socket of the
same browser shows the newest ones; a tab that still lives on older ones is told to reload.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping

from vizcore.access import headers_are_proven, names_in_headers
from vizcore.settings import Settings

LOGIN_COOKIE = "_streamlit_user"  # Streamlit's; a large one goes on in _streamlit_user__1, ...
TOKENS_COOKIE = "_streamlit_user_tokens"
MOST = 20_000  # browsers remembered; the one unseen for longest is forgotten


def login_mark(headers: Mapping[str, str], cookies: Mapping[str, str], settings: Settings) -> str | None:
    """A hash of who is signed in by these; None where they say nothing about it."""
    if settings.login == "oidc":
        parts = [
            f"{name}={cookies[name]}"
            for name in sorted(cookies)
            if name.startswith(LOGIN_COOKIE) and not name.startswith(TOKENS_COOKIE)
        ]
    elif settings.login == "proxy" and headers_are_proven(headers, settings):
        parts = list(names_in_headers(headers))
    else:
        return None
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class LoginWatch:
    """The newest mark of each browser."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._newest: OrderedDict[str, str] = OrderedDict()

    def note(self, browser: str, mark: str | None) -> None:
        if mark is None:
            return
        with self._lock:
            self._newest[browser] = mark
            self._newest.move_to_end(browser)
            if len(self._newest) > self._most:
                self._newest.popitem(last=False)

    def is_outdated(self, browser: str, mark: str | None) -> bool:
        """Whether this browser has shown another mark since."""
        with self._lock:
            newest = self._newest.get(browser)
        return mark is not None and newest is not None and newest != mark


LOGINS = LoginWatch()
