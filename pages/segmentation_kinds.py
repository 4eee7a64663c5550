"""What do semantic, instance and panoptic segmentation each say about the same picture?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.segmentation_kinds import sections  # noqa: E402

st.title(_("Kinds of segmentation"), anchor=False)
lessons.show_lead("segmentation_kinds")
sections.show()
lessons.show("segmentation_kinds")
