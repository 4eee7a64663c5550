"""What do the scores of a classifier say at one threshold, over all of them, and as probabilities?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.classification_metrics import sections  # noqa: E402

st.title(_("Classification metrics"), anchor=False)
lessons.show_lead("classification_metrics")
sections.show()
lessons.show("classification_metrics")
