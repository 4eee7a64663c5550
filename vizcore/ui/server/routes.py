"""Which addresses does the server answer beside Streamlit's own?

GET /vizcore/instance   {"instance"}: the process that answered (a proxy must keep one visitor with one process)
GET /vizcore/ready      200 {"ready": true} after one small inference on the bundled classifier, else 503
GET, POST /vote/CODE    the question of a lecture, on a phone; needs no session of the app and no login
POST /vizcore/report/T  what the browser shows, back as a file: the report of a page, the hand-out of a lecture
GET /speaker/CODE       the speaker's notes, with the secret of the room
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vizcore.ui.server import report_page, speaker_page, vote_page
from vizcore.ui.server.instance import INSTANCE
from vizcore.ui.server.readiness import readiness

FRESH = {"cache-control": "no-store"}


async def instance(_request: Request) -> Response:
    return JSONResponse({"instance": INSTANCE}, headers=FRESH)


async def ready(_request: Request) -> Response:
    answer = await readiness.shared()
    return JSONResponse({"ready": answer.ready, "ms": answer.ms}, 200 if answer.ready else 503, headers=FRESH)


def routes() -> list[Route]:
    return [
        Route("/vizcore/instance", instance, methods=["GET"]),
        Route("/vizcore/ready", ready, methods=["GET"]),
        Route("/vizcore/report/{token}", report_page.make, methods=["POST"]),
        Route("/vote/{code}", vote_page.show, methods=["GET"]),
        Route("/vote/{code}", vote_page.vote, methods=["POST"]),
        Route("/speaker/{code}", speaker_page.show, methods=["GET"]),
    ]
