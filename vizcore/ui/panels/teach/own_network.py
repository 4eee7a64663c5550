"""A network of the visitor's own: an architecture's name and a state dict; not on a shared server unless allowed."""

from __future__ import annotations

import streamlit as st

from vizcore.errors import OwnModelRefused, VizError
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.learning.taught import LIMIT_MB
from vizcore.settings import current
from vizcore.ui import access
from vizcore.ui.error_panel import show_error
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach.page_state import KEY, teaching
from vizcore.ui.session_models import keep_for_visit
from vizcore.ui.tray.intake import forget_upload

LONGEST_NAME = 80


def show() -> None:
    """The form, and what became of it."""
    with st.expander(_("Bring a network of your own"), icon=":material/upload_file:"):
        if not current().own_models and (current().hosted or not access.may("administrator")):
            show_error(OwnModelRefused(reason="hosted", name=""))
            return
        from vizcore.learning.own_transformers import CLASSES  # brings torch

        st.caption(
            _(
                "A CNN of torchvision or timm by its exact name, a ViT of torchvision, or one of these classes of"
                " transformers: {names}; with its state dict as safetensors of at most {mb} MB. It is fed 224 pixels"
                " with ImageNet's mean and deviation; a pickle is never opened."
            ).format(names=", ".join(CLASSES), mb=LIMIT_MB)
        )
        name = st.text_input(_("Architecture"), key=f"{KEY}.own.name", placeholder="resnet18", max_chars=LONGEST_NAME)
        labels = st.text_area(_("Classes, one a line, in the order of the scores"), key=f"{KEY}.own.labels", height=90)
        file = st.file_uploader(
            _("State dict"),
            type=["safetensors"],
            key=f"{KEY}.own.file.{teaching().generation}",
            max_upload_size=LIMIT_MB,
        )
        config = st.file_uploader(
            _("config.json, where a class of transformers has other sizes than its own"),
            type=["json"],
            key=f"{KEY}.own.config.{teaching().generation}",
            max_upload_size=1,
        )
        if st.button(_("Load"), key=f"{KEY}.own.load", disabled=not (name and file), icon=":material/publish:"):
            assert file is not None
            if _take(name.strip(), file.getvalue(), labels, config.getvalue() if config else b""):
                for each in filter(None, (file, config)):
                    forget_upload(each)


def _take(name: str, data: bytes, labels: str, config: bytes) -> bool:
    """Whether it was taken; after a refusal its files stay, for another name."""
    from vizcore.learning.bins import checked_name
    from vizcore.learning.own_model import own_model

    try:
        words = [checked_name(line) for line in labels.splitlines() if line.strip()]
        made = own_model(name, data, words, config)
    except VizError as error:
        show_error(error)
        return False
    keep_for_visit(made)
    st.success(
        _("{name} is a model of this visit now, with {classes}.").format(
            name=escaped(name), classes=counted("class", len(made.labels))
        ),
        icon=":material/check:",
    )
    return True
