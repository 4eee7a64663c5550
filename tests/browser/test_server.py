"""Does the served app carry its own routes and headers, under the command that README gives?"""

from __future__ import annotations

import json
import urllib.request

import pytest

from tests.browser.driver import running_app
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser


def test_routes_and_headers_under_streamlit_run() -> None:
    with running_app() as server:
        with urllib.request.urlopen(f"{server.base}/features", timeout=PATIENCE_S) as page:
            assert page.headers["x-frame-options"] == "SAMEORIGIN"
            named = page.headers["x-vizcore-instance"]
        with urllib.request.urlopen(f"{server.base}/vizcore/instance", timeout=PATIENCE_S) as answer:
            assert json.load(answer)["instance"] == named
        with urllib.request.urlopen(f"{server.base}/vizcore/ready", timeout=PATIENCE_S) as answer:
            assert json.load(answer)["ready"] is True
