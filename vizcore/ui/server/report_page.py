"""POST /vizcore/report/TOKEN: the browser tells what it shows, and gets it back as a file to keep."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from vizcore.errors import ReportRefused, VizError
from vizcore.i18n import speaking
from vizcore.i18n.sentences import sentence_for
from vizcore.ui.report.drafts import Draft, draft_of

if TYPE_CHECKING:
    from vizcore.presenting.report import Report

MOST_BODY = 60_000_000  # 48 pictures of a thousand pixels as a browser encodes them, several times over
BODY_S = 60.0  # for a body to arrive, the slowest school's line included
READ_AT_ONCE = asyncio.Semaphore(8)  # bodies in memory; a slow browser keeps its place for BODY_S at most
MADE_AT_ONCE = asyncio.Semaphore(2)
FRESH = {"cache-control": "no-store"}


async def make(request: Request) -> Response:
    """form=keep (a step of the lecture), page, page-json, lecture or lecture-json. One sentence where that fails."""
    try:
        held = draft_of(str(request.path_params["token"]))
    except VizError as error:
        return PlainTextResponse(sentence_for(error), 404, headers=FRESH)
    form, step = request.query_params.get("form", "page"), request.query_params.get("step", "")
    with speaking(held.language):
        try:
            async with held.turn, READ_AT_ONCE:  # one of a session at a time: nobody takes all the places
                body = await _body(request)
                async with MADE_AT_ONCE:
                    return await asyncio.to_thread(_answer, held, form, step, body)
        except VizError as error:
            return PlainTextResponse(sentence_for(error), 422, headers=FRESH)


async def _body(request: Request) -> bytes:
    """ReportRefused for one that is too large or does not come."""
    try:
        async with asyncio.timeout(BODY_S):
            return await _body_at_any_speed(request)
    except TimeoutError:
        raise ReportRefused(reason="message") from None


async def _body_at_any_speed(request: Request) -> bytes:
    pieces, size = [], 0
    async for piece in request.stream():
        pieces.append(piece)
        size += len(piece)
        if size > MOST_BODY:
            raise ReportRefused(reason="too_large", value=f"{MOST_BODY // 1_000_000}")
    return b"".join(pieces)


def _answer(held: Draft, form: str, step: str, body: bytes) -> Response:
    """What composes reports is imported with the first of them: the first paint does without."""
    from vizcore.presenting.shown import read_shown
    from vizcore.ui.report.compose import keep_step, lecture_report, page_report, section_of

    if form.startswith("lecture"):
        name = f"handout-{held.lecture.plan.key}" if held.lecture else "handout"
        return _file(lecture_report(held), name, form)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise ReportRefused(reason="message") from problem
    in_lecture = form == "keep" and held.lecture is not None
    shown = read_shown(told, **({"most_pictures": held.lecture.pictures_a_step} if in_lecture and held.lecture else {}))
    search = told.get("search") if isinstance(told.get("search"), str) else ""
    section = section_of(held, shown, search)
    if form == "keep":
        keep_step(held, int(step) if step.isascii() and step.isdigit() and len(step) < 4 else 0, section)
        return Response(status_code=204, headers=FRESH)
    return _file(page_report(held, section), f"report-{held.page}", form)


def _file(report: Report, name: str, form: str) -> Response:
    from vizcore.presenting.report import report_json
    from vizcore.ui.report.html import report_html

    plain = form.endswith("json")
    content = report_json(report) if plain else report_html(report)
    kind, ending = ("application/json", "json") if plain else ("text/html; charset=utf-8", "html")
    headers = {**FRESH, "content-disposition": f'attachment; filename="{name}.{ending}"'}
    return Response(content, media_type=kind, headers=headers)
