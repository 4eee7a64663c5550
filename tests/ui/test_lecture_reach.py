"""Which address do phones get, and is the speaker's own lecture kept no longer than its room?"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st

from vizcore.presenting.plan import Plan
from vizcore.ui.lecture import plans, reach


def served(monkeypatch: pytest.MonkeyPatch, url: str, address: str, network: str | None = "192.168.7.5") -> None:
    options: dict[str, Any] = {"server.address": address, "server.port": 8501}
    monkeypatch.setattr(st, "get_option", options.get)
    monkeypatch.setattr(reach, "st", SimpleNamespace(context=SimpleNamespace(url=url), get_option=options.get))
    monkeypatch.setattr(reach, "network_address", lambda: network)


@pytest.mark.parametrize(
    ("url", "address", "network", "expected"),
    [
        ("https://vis.example.org/detection", "127.0.0.1", None, "https://vis.example.org/vote/ABCDE"),
        ("http://127.0.0.1:8501/", "127.0.0.1", "192.168.7.5", None),
        ("http://localhost:8501/", "0.0.0.0", "192.168.7.5", "http://192.168.7.5:8501/vote/ABCDE"),
        ("http://localhost:8501/", "", "192.168.7.5", "http://192.168.7.5:8501/vote/ABCDE"),
        ("http://localhost:8501/", "0.0.0.0", None, None),
    ],
)
def test_where_phones_vote(
    monkeypatch: pytest.MonkeyPatch, url: str, address: str, network: str | None, expected: str | None
) -> None:
    served(monkeypatch, url, address, network)
    assert reach.audience_address("ABCDE") == expected


def test_no_more_own_lectures_are_kept_than_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "_brought", {})
    for number in range(plans.MOST_BROUGHT + 3):
        plans.keep(f"R{number}", Plan(plans.OWN, f"{number}", "en", ""))
    assert len(plans._brought) == plans.MOST_BROUGHT
    assert plans.plan_for(plans.OWN, "en", f"R{plans.MOST_BROUGHT + 2}").title == f"{plans.MOST_BROUGHT + 2}"
