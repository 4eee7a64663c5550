"""Does the server keep from asking the internet for its own address, at its start and for an unknown Origin?"""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest
from streamlit import net_util
from streamlit.web.server import server_util

from tests.browser.driver import running_app
from tests.patience import PATIENCE_S
from vizcore.ui.server import without_outside_address

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    "Origin": "https://elsewhere.example",
}


def test_an_unknown_origin_is_refused_without_a_question_to_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(net_util, "get_external_ip", net_util.get_external_ip)  # put back afterwards
    monkeypatch.setattr(net_util, "_external_ip", None)
    monkeypatch.setattr(net_util, "_internal_ip", "127.0.0.1")  # a look at the routes that sends nothing
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, **_: asked.append(url))
    assert not server_util.is_url_from_allowed_origins("https://elsewhere.example")
    assert asked, "Streamlit asks nobody any more: this module can go"
    asked.clear()
    without_outside_address()
    assert not server_util.is_url_from_allowed_origins("https://elsewhere.example")
    assert server_util.is_url_from_allowed_origins("http://localhost:8501")
    assert asked == []


def test_a_server_on_every_interface_starts_and_refuses_without_it() -> None:
    """As the image runs it. Streamlit's own words in the log tell of a question that failed; the guard is in there."""
    with running_app(arguments=("--server.address", "0.0.0.0")) as server:
        place = urlsplit(server.base)
        assert place.hostname
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=PATIENCE_S)
        connection.request("GET", "/_stcore/stream", headers=UPGRADE)
        assert connection.getresponse().status == 403
        said = server.printed()
    assert "URL: http://127.0.0.1" in said
    assert "external" not in said.lower()
