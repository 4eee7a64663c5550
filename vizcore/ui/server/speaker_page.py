"""The second window of whoever speaks: notes of this step, what comes next, the vote so far. Follows by itself."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from vizcore.errors import RoomNotFound, VizError
from vizcore.i18n import _, speaking
from vizcore.i18n.pieces import named
from vizcore.i18n.sentences import sentence_for
from vizcore.presenting.plan import Plan, Step
from vizcore.presenting.rooms import Tally
from vizcore.ui.lecture.plans import plan_for
from vizcore.ui.server.lecture_rooms import ROOMS

FRESH = {"cache-control": "no-store"}
REFRESH_S = 2
STYLE = """
:root { color-scheme: light dark; font: 20px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem 1.4rem; }
.notes { white-space: pre-wrap; font-size: 1.25rem; }
.next { opacity: .75; border-top: 1px solid; margin-top: 1.5rem; padding-top: .5rem; white-space: pre-wrap; }
"""


async def show(request: Request) -> Response:
    """GET /speaker/{code}?secret=...: 403 without the room's secret, whatever else is known."""
    code, secret = str(request.path_params["code"]), request.query_params.get("secret", "")
    try:
        if not ROOMS.is_speaker(code, secret):
            raise RoomNotFound(room=code[:8])
        key, number = ROOMS.plan_of(code)
        with speaking(ROOMS.language(code)):
            plan = plan_for(key, ROOMS.language(code), code)
            return HTMLResponse(_html(plan, number, ROOMS.tally(code)), headers=FRESH)
    except VizError as error:
        return HTMLResponse(f"<h1>{escape(sentence_for(error))}</h1>", 403, headers=FRESH)


def _html(plan: Plan, number: int, tally: Tally) -> str:
    step = plan.steps[min(number, len(plan.steps)) - 1]
    place = _("Step {n} of {total}").format(n=number, total=len(plan.steps))
    body = f"<p>{escape(plan.title)} · {escape(place)}</p>{_vote(tally)}"
    body += f'<div class="notes">{escape(step.notes or step.text)}</div>'
    if number < len(plan.steps):
        body += f'<div class="next"><b>{escape(_("Next"))}</b>\n{escape(_first_words(plan.steps[number]))}</div>'
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(_("Notes"))}</title>'
        f'<meta http-equiv="refresh" content="{REFRESH_S}"><meta name="referrer" content="no-referrer">'
        f"<style>{STYLE}</style></head><body>{body}</body></html>"
    )


def _first_words(step: Step) -> str:
    return "\n".join(each for each in (step.text[:400], step.question.text if step.question else "") if each)


def _vote(tally: Tally) -> str:
    if tally.question is None:
        return ""
    counted = zip(tally.question.answers, tally.total, strict=True)
    rows = "".join(f"<li>{escape(named(answer, str(count)))}</li>" for answer, count in counted)
    return f"<p><b>{escape(tally.question.text)}</b></p><ul>{rows}</ul>"
