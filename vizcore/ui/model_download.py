"""How do a model's weights come to this machine while its visitor watches?

One download per model and process, however many visitors asked; it ends when the last of them has cancelled or left.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field

import streamlit as st

from vizcore import settings
from vizcore.errors import BundledDamaged, Cancelled, InternalError, Offline, VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui import access, page_record
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.session import session_id, visit
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.weights import availability, fetch, is_pinned
from vizcore.zoo.weights.folders import advised_folder

log = logging.getLogger(__name__)
POLL_S = 0.5


@dataclass
class Download:
    """Written by its thread, read by the pages of its watchers (sessions)."""

    card: ModelCard
    watchers: set[str] = field(default_factory=set)
    done_bytes: int = 0
    total_bytes: int | None = None
    error: VizError | None = None
    running: bool = True

    def progress(self, done_bytes: int, total_bytes: int | None) -> None:
        """Called by `fetch` with each piece that arrived."""
        self.done_bytes, self.total_bytes = done_bytes, total_bytes

    def cancelled(self) -> bool:
        """Asked by `fetch` between two pieces."""
        return not self.watchers

    def run(self) -> None:
        """Fetches; what goes wrong is kept for the page to say."""
        try:
            fetch(self.card, settings.current(), self.progress, self.cancelled)
        except Cancelled:
            pass
        except VizError as error:
            self.error = error
        except Exception:  # the border of a thread
            log.exception("mistake in the download of %s", self.card.key)
            self.error = InternalError(where="download")
        finally:
            self.running = False


@dataclass
class Downloads:
    """The process's downloads by model key."""

    by_key: dict[str, Download] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def join(self, card: ModelCard, session: str) -> None:
        """Starts the card's download, or watches the one that runs."""
        with self.lock:
            download = self.by_key.get(card.key)
            if download is None or not download.running:
                download = self.by_key[card.key] = Download(card, {session})
                threading.Thread(target=download.run, daemon=True, name=f"download-{card.key}").start()
            download.watchers.add(session)

    def leave(self, session: str, key: str) -> None:
        """The session does not want this download any more."""
        with self.lock:
            if key in self.by_key:
                self.by_key[key].watchers.discard(session)


@st.cache_resource(show_spinner=False)
def downloads() -> Downloads:
    """The one board of downloads."""
    return Downloads()


def show_download(card: ModelCard, place: str) -> bool:
    """True if the card's weights are here; otherwise offers or shows their download and says False."""
    state = availability(card)
    if state in ("bundled", "here"):
        return True
    page_record.note_missing(card.title)
    if card.bundled:  # nothing that could be fetched: it came with the program
        show_error(BundledDamaged(model=card.title, file=str(_where(card)["file"])))
        return False
    if state == "blocked":
        show_error(Offline(**_where(card)), about=card.title)
        return False
    if settings.current().hosted and not access.may("administrator"):
        st.caption(
            _("{model} is not on this server; its administrator can fetch it.").format(model=escaped(card.title))
        )
        return False
    running = _watched(card) is not None
    fragment(lambda: _draw(card, place, running), every_s=POLL_S if running else None)
    return False


def _draw(card: ModelCard, place: str, running: bool) -> None:
    download = _watched(card)
    if (download is not None) != running:
        st.rerun()
    if download:
        _show_progress(download)
        st.button(_("Cancel the download"), key=f"download.stop.{place}.{card.key}", on_click=_leave, args=(card,))
        return
    last = downloads().by_key.get(card.key)
    if last and last.error:
        show_error(last.error, about=card.title)
    if not is_pinned(card):
        st.caption(
            _(
                "Not pinned: no hash of this file is published, so it is taken as it comes. It can only hold numbers"
                " (safetensors), and their names and shapes have to fit."
            )
        )
    words = _("Download {model} ({size} MB)") if card.size_mb else _("Download {model} (size not stated)")
    st.button(
        words.format(model=escaped(card.title), size=number(card.size_mb, 0)),
        key=f"download.start.{place}.{card.key}",
        icon=":material/download:",
        on_click=_join,
        args=(card,),
    )


def _show_progress(download: Download) -> None:
    done_mb, total = download.done_bytes / 1e6, download.total_bytes or download.card.size_mb * 1e6
    share = min(1.0, download.done_bytes / total) if total else 0.0
    words = _("{model}: {done} of {total} MB")
    st.progress(
        share,
        text=words.format(
            model=escaped(download.card.title), done=number(done_mb), total=number(total / 1e6) if total else "?"
        ),
    )


def _watched(card: ModelCard) -> Download | None:
    download = downloads().by_key.get(card.key)
    return download if download and download.running and session_id() in download.watchers else None


def _join(card: ModelCard) -> None:
    """A button's callback, which runs before the page asks who is here."""
    if settings.current().hosted and not access.may("administrator"):
        return
    session = session_id()
    downloads().join(card, session)
    visit().at_leave.append(lambda: downloads().leave(session, card.key))


def _leave(card: ModelCard) -> None:
    downloads().leave(session_id(), card.key)


def _where(card: ModelCard) -> dict[str, str]:
    return {
        "model": card.title,
        "file": ", ".join(file.name for file in card.files),
        "folder": str(advised_folder(card, settings.current())),
    }
