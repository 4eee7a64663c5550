"""Does an upload stay in memory while it arrives?"""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from vizcore.ui.server.uploads_in_memory import without_upload_files


async def on_disk(request: Request) -> Response:
    async with request.form() as form:
        file = form["file"]
        assert isinstance(file, UploadFile)
        return PlainTextResponse("disk" if file._in_memory is False else "memory")


@pytest.mark.parametrize(("ours", "place"), [(False, "disk"), (True, "memory")])
def test_three_megabytes(ours: bool, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MultiPartParser, "spool_max_size", 1024 * 1024)  # as it comes; put back afterwards
    if ours:
        without_upload_files()
    client = TestClient(Starlette(routes=[Route("/", on_disk, methods=["POST"])]))
    assert client.post("/", files={"file": ("photo.png", bytes(3_000_000))}).text == place
