"""Can visitors sign in: is the table complete, is anybody let in, does the provider answer, do the clocks agree?"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import time
from typing import Any
from urllib.parse import urlsplit

from vizcore.doctor.findings import Failed
from vizcore.doctor.served import CLOCK_S, Served, expect
from vizcore.settings import Settings
from vizcore.sign_in import FILE, complaint

ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
TIMEOUT_S = 8.0


def login(settings: Settings) -> str:
    """Where people sign in; "-" for a server that asks nobody. Only the provider of the table is asked."""
    if not settings.login:
        return "-"
    if settings.login == "proxy":
        return "proxy"
    table = auth_table()
    if problem := complaint(table):
        raise Failed(problem)
    if not any((settings.viewers, settings.presenters, settings.administrators)):
        raise Failed("viewers, presenters, administrators: nobody")
    return _provider(str({**table, **_section(table)}["server_metadata_url"]))


def auth_table() -> Mapping[str, Any]:
    """[auth] of the files that Streamlit reads here; {} where there is none."""
    named = os.environ.get("STREAMLIT_SECRETS_FILES", "")
    places = named.split() or [str(Path.home() / FILE), FILE]  # as Streamlit takes a list in the environment apart
    found: dict[str, Any] = {}
    for place in places:
        if Path(place).is_file():
            found |= tomllib.loads(Path(place).read_text(encoding="utf-8"))
    table = found.get("auth")
    return table if isinstance(table, dict) else {}


def _section(table: Mapping[str, Any]) -> Mapping[str, Any]:
    section = table.get("default")
    return section if isinstance(section, dict) else {}


def _provider(url: str) -> str:
    parts = urlsplit(url)
    asked = Served(f"{parts.scheme}://{parts.netloc}", timeout_s=TIMEOUT_S)
    answer = expect(asked.ask(parts.path + (f"?{parts.query}" if parts.query else "")), 200)
    told = json.loads(answer.body)
    if missing := [name for name in ENDPOINTS if not (isinstance(told, dict) and told.get(name))]:
        raise Failed(f"{parts.netloc}: {', '.join(missing)}")
    if "date" in answer.headers:
        apart_s = abs(parsedate_to_datetime(answer.headers["date"]).timestamp() - time())
        if apart_s > CLOCK_S:
            raise Failed(f"{parts.netloc}: {apart_s:.0f} s")
    return parts.netloc
