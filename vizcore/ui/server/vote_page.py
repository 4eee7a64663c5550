"""The little page on a phone: a question and its answers as buttons. No session of the app, no script."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from vizcore.errors import VizError, VoteRefused
from vizcore.i18n import LANGUAGES, _, best_language, speaking
from vizcore.i18n.sentences import sentence_for
from vizcore.presenting.rooms import Tally
from vizcore.ui.server.lecture_rooms import ROOMS

COOKIE = "vis_a_vis_voter"
MOST_BODY = 1_000
FRESH = {"cache-control": "no-store"}
REFRESH_S = 4

STYLE = """
:root { color-scheme: light dark; font: 20px/1.4 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 1.2rem; }
h1 { font-size: 1.3rem; }
button { display: block; width: 100%; margin: .7rem 0; padding: 1rem; font: inherit; text-align: left;
  border: 2px solid currentColor; border-radius: .6rem; background: transparent; color: inherit; }
button[aria-pressed="true"] { background: #2456b8; border-color: #2456b8; color: #fff; }
p.small { opacity: .75; font-size: .85rem; }
"""


async def show(request: Request) -> Response:
    """GET /vote/{code}: the question now, or that there is none yet (then the page asks again by itself).

    Gives the phone its mark. 429 where its address was given very many just now.
    """
    code = str(request.path_params["code"])
    with speaking(_language_of(request, code)):
        try:
            voter = request.cookies.get(COOKIE, "")
            answer = HTMLResponse(_page(ROOMS.tally(code), ROOMS.choice_of(code, voter)), headers=FRESH)
            if not ROOMS.is_mark(code, voter):
                mark = ROOMS.new_mark(code, request.client.host if request.client else "")
                answer.set_cookie(COOKIE, mark, max_age=6 * 3600, httponly=True, samesite="lax")
        except VizError as error:
            return _refusal(error, 429 if isinstance(error, VoteRefused) else 404)
    return answer


async def vote(request: Request) -> Response:
    """POST /vote/{code} with answer=N and the step of the question that was shown.

    One vote for each mark of the room; a second one replaces the first.
    """
    code = str(request.path_params["code"])
    with speaking(_language_of(request, code)):
        try:
            choice, step = await _choice(request)
            voter = request.cookies.get(COOKIE, "")
            if not ROOMS.is_mark(code, voter):  # made up, of another lecture, or none: the page gives one
                return RedirectResponse(f"/vote/{code}", 303)
            ROOMS.vote(code, voter, choice, step)
        except VizError as error:
            return _refusal(error, 409 if isinstance(error, VoteRefused) else 404)
    return RedirectResponse(f"/vote/{code}", 303)


async def _choice(request: Request) -> tuple[int, int | None]:
    """The answer, and the step of its question where the form says it. VoteRefused for anything else."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BODY:
            raise VoteRefused(reason="answer")
    given = parse_qs(body.decode("utf-8", "replace"))
    answer, step = (given.get(name, [""])[0] for name in ("answer", "step"))
    if not _is_small(answer) or (step and not _is_small(step)):
        raise VoteRefused(reason="answer")
    return int(answer), int(step) if step else None


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 3


def _language_of(request: Request, code: str) -> str:
    """The lecture's language; where there is no such lecture, the phone's."""
    try:
        return ROOMS.language(code)
    except VizError:
        wanted = request.headers.get("accept-language", "en").split(",")[0].strip()
        return best_language(wanted) if wanted else next(iter(LANGUAGES))


def _page(tally: Tally, given: int | None) -> str:
    if tally.question is None or (not tally.open and given is None):
        waiting = _("The vote is closed; look at the screen.") if tally.question else _("The next question comes soon.")
        return _html(_("Vote"), f"<h1>{escape(waiting)}</h1>")
    if not tally.open:
        own = f"<p><strong>{escape(tally.question.answers[given or 0])}</strong></p>"
        closed = escape(_("Your answer; the vote is closed."))
        return _html(_("Vote"), f'<h1>{escape(tally.question.text)}</h1>{own}<p class="small">{closed}</p>')
    buttons = "".join(_button(n, text, given == n) for n, text in enumerate(tally.question.answers))
    said = (
        _("Counted. You can change your mind while the vote is open.")
        if given is not None
        else _("Nobody sees who voted what.")
    )
    body = (
        f'<h1>{escape(tally.question.text)}</h1><form method="post">'
        f'<input type="hidden" name="step" value="{tally.step}">{buttons}</form><p class="small">{escape(said)}</p>'
    )
    return _html(_("Vote"), body)


def _button(number: int, text: str, pressed: bool) -> str:
    state = "true" if pressed else "false"
    return f'<button name="answer" value="{number}" aria-pressed="{state}">{escape(text)}</button>'


def _refusal(error: VizError, status: int) -> Response:
    return HTMLResponse(_html(_("Vote"), f"<h1>{escape(sentence_for(error))}</h1>"), status, headers=FRESH)


def _html(title: str, body: str) -> str:
    """A page that looks again by itself, so that no phone stays at a question that is over."""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta http-equiv="refresh" content="{REFRESH_S}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )
