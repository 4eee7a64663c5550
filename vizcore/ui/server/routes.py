"""Which addresses does the server answer beside Streamlit's own?

GET /vizcore/instance   {"instance"}: the process that answered (a proxy must keep one visitor with one process)
GET /vizcore/ready      200 {"ready": true} after one small inference on the bundled classifier, else 503
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vizcore.ui.server.instance import INSTANCE
from vizcore.ui.server.readiness import readiness

FRESH = {"cache-control": "no-store"}


async def instance(_request: Request) -> Response:
    return JSONResponse({"instance": INSTANCE}, headers=FRESH)


async def ready(_request: Request) -> Response:
    answer = await asyncio.to_thread(readiness.ask)
    return JSONResponse({"ready": answer.ready, "ms": answer.ms}, 200 if answer.ready else 503, headers=FRESH)


def routes() -> list[Route]:
    return [
        Route("/vizcore/instance", instance, methods=["GET"]),
        Route("/vizcore/ready", ready, methods=["GET"]),
    ]
