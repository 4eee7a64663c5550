"""How is a browser recognised when its page is loaded again? By a random cookie that no script can read.

The cookie names a place in the memory of this process and says nothing else; it ends with the browser. Behind TLS it
carries the `__Host-` prefix, so that no other host of the same domain can set it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

PLAIN, SECURE = "vis_a_vis_visitor", "__Host-vis_a_vis_visitor"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Owner:
    """To whom a visit belongs. browser: hash of the cookie. identity: who signed in, "" without a login."""

    browser: str
    identity: str = ""


def new_token() -> str:
    """256 random bits, as 43 letters."""
    return secrets.token_urlsafe(32)


def token_in(cookies: Mapping[str, str]) -> str | None:
    """The visitor's token, the one that only this host can have set first; None where there is none of our form."""
    found = (str(cookies.get(name, "")) for name in (SECURE, PLAIN))
    return next((each for each in found if _TOKEN.fullmatch(each)), None)


def browser_of(token: str) -> str:
    """What is kept in place of the token: whoever reads a list of these cannot make a cookie of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def header_value(token: str, *, secure: bool) -> str:
    """The Set-Cookie header. No Max-Age: the browser forgets it when it is closed."""
    return f"{SECURE if secure else PLAIN}={token}; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
