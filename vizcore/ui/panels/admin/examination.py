"""What do the checks of this installation find, and those of the address that the browser used?"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import streamlit as st

from vizcore import settings
from vizcore.doctor import Finding, Served, examine, examine_served
from vizcore.errors import InternalError, VizError
from vizcore.i18n import _
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.tables import show_table

POLL_S = 0.5
log = logging.getLogger(__name__)


@dataclass
class Examination:
    """One run of all checks in a thread of its own, whoever watches. findings: None while it runs."""

    url: str | None
    findings: list[Finding] | None = None
    error: VizError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        try:
            self.findings = examine_served(Served(self.url, verify=False)) if self.url else examine(settings.current())
        except VizError as error:
            self.error = error
        except Exception:  # the border of a thread
            log.exception("mistake in the examination")
            self.error = InternalError(where="doctor")


@st.cache_resource(show_spinner=False, max_entries=4, ttl=60)
def _examination(url: str | None) -> Examination:
    """Everybody who looks within a minute sees the same run."""
    started = Examination(url)
    threading.Thread(target=started.run, daemon=True, name="vizcore-doctor").start()
    return started


def show() -> None:
    here, through = st.columns(2, gap="large")
    with here:
        st.subheader(_("This machine"), anchor=False)
        _show_one(None, "machine")
    with through:
        st.subheader(_("As the browser reaches it"), anchor=False)
        _show_one(_own_address(), "served")
    if st.button(_("Examine again"), icon=":material/refresh:", key="doctor.again"):
        _examination.clear()
        st.rerun()


def _own_address() -> str:
    """Scheme and host of the page that the browser shows; only this address is asked.

    The browser's word counts as far as it names this server: the name by which it was reached, or one that it answers
    to. Otherwise anybody's word would make the server ask any address.
    """
    parts = urlsplit(st.context.url or "")
    reached = st.context.headers.get("Host") or "127.0.0.1:8501"
    ours = {urlsplit(f"//{reached}").hostname, *(str(each).lower() for each in st.get_option("server.allowedHosts"))}
    scheme = parts.scheme if parts.scheme in {"http", "https"} else "http"
    return f"{scheme}://{parts.netloc if parts.hostname in ours and '@' not in parts.netloc else reached}"


def _show_one(url: str | None, key: str) -> None:
    def draw() -> None:
        found = _examination(url)
        if found.error:
            show_error(found.error)
        elif found.findings is None:
            st.caption(_("Examining; this takes some seconds ..."))
        else:
            _show_findings(found.findings)

    draw.__qualname__ = f"draw_{key}"
    running = _examination(url)
    fragment(draw, every_s=POLL_S if running.findings is None and running.error is None else None)


def _show_findings(findings: list[Finding]) -> None:
    wrong = [each for each in findings if not each.ok]
    if not wrong:
        st.success(_("All checks hold."), icon=":material/check_circle:")
    for each in wrong:
        st.warning(f"**{each.name}** ({each.detail}): {_(each.remedy)}", icon=":material/build:")
    show_table([_row(each) for each in findings])


def _row(finding: Finding) -> dict[str, str]:
    return {_("Check"): finding.name, _("Holds"): _("yes") if finding.ok else _("no"), _("Seen"): finding.detail}
