"""How do a model's weights come to this machine while its visitor watches?

Each visitor has a share in it (`zoo/weights/single_flight`): one download per model and process, however many asked;
it ends when the last of them has cancelled or left.
"""

from __future__ import annotations

import streamlit as st

from vizcore import settings
from vizcore.errors import BundledDamaged, InternalError, Offline, VizError
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.ui import access, page_record
from vizcore.ui.error_panel import show_error
from vizcore.ui.fragments import fragment
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.session import visit
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.weights import DownloadHandle, availability, begin_fetch, is_pinned
from vizcore.zoo.weights.folders import advised_folder

POLL_S = 0.5


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
    if not access.may("administrator"):
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
        _show_progress(card, download)
        st.button(_("Cancel the download"), key=f"download.stop.{place}.{card.key}", on_click=_leave, args=(card,))
        return
    if error := _error(card):
        show_error(error, about=card.title)
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


def _show_progress(card: ModelCard, download: DownloadHandle) -> None:
    done_mb, total = download.done_bytes / 1e6, download.total_bytes or card.size_mb * 1e6
    share = min(1.0, download.done_bytes / total) if total else 0.0
    words = _("{model}: {done} of {total} MB")
    st.progress(
        share,
        text=words.format(model=escaped(card.title), done=number(done_mb), total=number(total / 1e6) if total else "?"),
    )


def _watched(card: ModelCard) -> DownloadHandle | None:
    """This visitor's share in the card's download, as long as it runs."""
    download = visit().downloads.get(card.key)
    return download if download and download.running else None


def _error(card: ModelCard) -> VizError | None:
    """What ended this visitor's last download of the card without a file."""
    download = visit().downloads.get(card.key)
    error = download.error if download else None
    return error if error is None or isinstance(error, VizError) else InternalError(where="download")


def _join(card: ModelCard) -> None:
    """A button's callback, which runs before the page asks who is here."""
    if not access.may("administrator"):
        return
    if _watched(card) is None:
        visit().downloads[card.key] = begin_fetch(card, settings.current())


def _leave(card: ModelCard) -> None:
    if download := visit().downloads.get(card.key):
        download.leave()


def _where(card: ModelCard) -> dict[str, str]:
    return {
        "model": card.title,
        "file": ", ".join(file.name for file in card.files),
        "folder": str(advised_folder(card, settings.current())),
    }
