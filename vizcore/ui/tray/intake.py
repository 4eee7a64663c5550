"""How do pictures get into the tray: uploaded, taken with the camera, from the samples, or named in a link?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vizcore.errors import VizError
from vizcore.i18n import _, ngettext
from vizcore.images import open_photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.settings import current
from vizcore.ui import url_state
from vizcore.ui.error_panel import show_error
from vizcore.ui.tray.state import add, sample_thumbnail, tray

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

FIRST_SAMPLES = ("cat", "coffee", "astronaut", "bus", "motorcycle", "flower")


def show_intake(place: str, *, samples: bool = True) -> None:
    """Upload field, camera and samples; `place` keeps the widgets of several intakes on one page apart."""
    generation = tray().generation
    files = st.file_uploader(
        _("Upload pictures"),
        accept_multiple_files=True,
        key=f"tray.upload.{place}.{generation}",
        help=_accepted(),
        max_upload_size=int(current().file_limit_mb),
    )
    shots = []
    if current().allow_camera and st.toggle(_("Use the camera"), key=f"tray.camera.{place}"):
        shot = st.camera_input(_("Take a picture"), key=f"tray.shot.{place}.{generation}")
        shots = [shot] if shot else []
    if samples:
        show_samples(place, list(SAMPLES))
    if files or shots:
        with st.spinner(_("Opening pictures …")):
            _take([*files, *shots])
        st.rerun()


def show_samples(place: str, keys: Sequence[str], *, pictures: bool = False) -> None:
    """One button for each sample that this machine has; with `pictures`, its thumbnail above."""
    with st.container(horizontal=True, key=f"tray-samples-{place}"):
        for key in (each for each in keys if each in SAMPLES):
            with st.container(width=150 if pictures else "content", gap="xsmall"):
                if pictures:
                    st.image(sample_thumbnail(key), alt=_(SAMPLES[key].title), width="stretch")
                st.button(_(SAMPLES[key].title), key=f"tray.sample.{place}.{key}", on_click=take_sample, args=(key,))


def take_sample(key: str) -> None:
    """Puts a built-in picture into the tray; what is wrong with that is shown with the next run."""
    held = tray()
    held.refused.clear()
    try:
        add(load_sample(key), own=False)
    except VizError as error:
        held.refused.append((key, error))


def take_from_address() -> None:
    """`?sample=cat&sample=bus` in a link puts these samples into the tray, once."""
    for key in url_state.fresh_values("sample") or []:
        take_sample(key)


def show_refusals() -> None:
    """One sentence for each file of the last arrival that could not be taken, until it is dismissed.

    It goes along from page to page, since an upload may be left for another page before its answer was read.
    """
    refused = tray().refused
    if not refused:
        return
    with st.container(horizontal=True, gap="xsmall", key="refusals"):
        with st.container(width="stretch", gap="xsmall"):
            for name, error in refused:
                show_error(error, about=name)
        words = ngettext("Dismiss the message", "Dismiss the {n} messages", len(refused)).format(n=len(refused))
        with st.container(width="content", key="icon-only-refusals"):
            st.button(
                words, key="tray.dismiss", icon=":material/close:", type="tertiary", help=words, on_click=refused.clear
            )


def _take(files: Sequence[UploadedFile]) -> None:
    held = tray()
    held.refused.clear()
    held.generation += 1
    for file in files:
        try:
            add(open_photo(file.getvalue(), file.name))
        except VizError as error:
            held.refused.append((file.name, error))
        forget_upload(file)


def forget_upload(file: UploadedFile) -> None:
    """Frees the uploaded bytes at once; without this Streamlit keeps them until the session has expired."""
    context = get_script_run_ctx()
    if context and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _accepted() -> str:
    return _("JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC. The content counts, not the file's name.")
