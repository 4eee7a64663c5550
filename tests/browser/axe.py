"""What axe-core finds wrong on a page, for people who see little or use no mouse."""

from __future__ import annotations

import time
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.patience import PATIENCE_S

GRAVE = {"serious", "critical"}


FAULTS_ONLY = {"resultTypes": ["violations"]}  # not every element that is right


def violations(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Axe().run(page, options=FAULTS_ONLY).response["violations"]
    return found


def grave_findings(page: Page) -> list[str]:
    """What axe calls serious or critical on a page of the app, and what does not go away by itself.

    The shell's script that mends roles comes in a part of Streamlit's own that is fetched when it is first needed, and
    so do fonts and styles: on a slow machine some seconds after the page is at rest.
    """
    page.wait_for_function("() => window.vizcoreRoles")
    until = time.monotonic() + PATIENCE_S
    while (found := grave(violations(page))) and time.monotonic() < until:
        page.wait_for_timeout(500)
    return found


def grave(found: list[dict[str, Any]]) -> list[str]:
    return [
        f"{each['id']}: {node['html'][:300]} {node['failureSummary'][:300]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]
