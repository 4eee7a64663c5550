"""Is what a finished job shows still about what the fields above it say?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.i18n import _

if TYPE_CHECKING:
    from vizcore.engine import JobHandle


def asked_as_now(job: JobHandle, model_key: str, photo: Any, settings: Any) -> bool:
    """Whether the job was started with this model, this photo (or these) and these settings."""
    now = replace(job.request, model_key=model_key, photo=photo, settings=settings)
    return now.key == job.request.key


def say_last_start(*, unless: bool) -> None:
    """One sentence above what a job found, unless all that is shown was asked as the fields say now."""
    if not unless:
        st.info(_("What follows is from your last start; press Start for the settings above."))
