"""Is a sign-in possible: when the server starts, and when the service that signs people in does not answer?"""

from __future__ import annotations

import sys
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vizcore.errors import LoginUnavailable
from vizcore.i18n import LANGUAGES, _, best_language, speaking
from vizcore.i18n.sentences import sentence_for
from vizcore.settings import Settings
from vizcore.sign_in import complaint
from vizcore.ui.brand import NAME

LOGIN = "/auth/login"
STYLE = (
    ":root { color-scheme: light dark; font: 18px/1.5 system-ui, sans-serif }"
    "body { margin: 15vh auto; width: 30em; max-width: 90% }"
)


def login_settled_or_exit(settings: Settings) -> None:
    """Ends the program with status 2 and one sentence where visitors are to sign in and could not."""
    if settings.login != "oidc":
        return
    import streamlit as st
    from streamlit.runtime.secrets import secrets_singleton

    table = secrets_singleton.get("auth") if secrets_singleton.load_if_toml_exists() else None
    if problem := complaint(table, st.get_option("server.allowedHosts") or ()):
        sys.stderr.write(f"Nobody could sign in to {NAME}: {problem}.\n")
        raise SystemExit(2)


class SignInTrouble:
    """In place of Streamlit's two English words, one sentence and the way back, where the way to the provider fails."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].endswith(LOGIN):
            await self.app(scope, receive, send)
            return
        failed = False

        async def watched(message: Message) -> None:
            nonlocal failed
            failed = failed or (message["type"] == "http.response.start" and message["status"] >= 400)
            if not failed:
                await send(message)

        await self.app(scope, receive, watched)
        if failed:
            await _page(Request(scope))(scope, receive, send)


def _page(request: Request) -> HTMLResponse:
    wanted = request.headers.get("accept-language", "en").split(",")[0].strip()
    code = best_language(wanted) if wanted else next(iter(LANGUAGES))
    with speaking(code):
        said = sentence_for(LoginUnavailable(reason="provider"))
        back = f'<p><a href="../">{escape(_("Back"))}</a></p>'
    head = f'<meta charset="utf-8"><title>{NAME}</title><style>{STYLE}</style>'
    body = f"<h1>{NAME}</h1><p>{escape(said)}</p>{back}"
    page = f'<!doctype html><html lang="{code}"><head>{head}</head><body>{body}</body></html>'
    return HTMLResponse(page, 503, headers={"cache-control": "no-store"})
