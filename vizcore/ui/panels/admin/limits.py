"""Which limits are in force, and where do they come from?"""

from __future__ import annotations

import os
from dataclasses import fields

import streamlit as st

from vizcore.i18n import _
from vizcore.settings import Settings, current
from vizcore.ui.tables import show_table

SECRET = frozenset({"proxy_secret"})
# A path of the server is nobody's business in a browser.
PLACES = frozenset({"weights", "cache_dir", "cluster_token", "event_log", "lectures"})


def show() -> None:
    with st.expander(_("Limits and settings in force"), icon=":material/tune:"), st.container(key="admin-limits"):
        show_table(rows(current()))


def rows(settings: Settings) -> list[dict[str, str]]:
    """One row a setting; secrets, files and folders only as whether they are set."""
    return [
        {
            _("Setting"): f"VIZCORE_{each.name.upper()}",
            _("Value"): _shown(each.name, getattr(settings, each.name)),
            _("From"): _source(each.name, getattr(settings, each.name), each.default),
        }
        for each in fields(Settings)
    ]


def _shown(name: str, value: object) -> str:
    if name in SECRET | PLACES:
        return _("set") if value else _("not set")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _source(name: str, value: object, default: object) -> str:
    if f"VIZCORE_{name.upper()}" in os.environ:
        return _("environment")
    return _("default") if value == default else _("file")
