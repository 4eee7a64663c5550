"""Which picture does a network like best?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons  # noqa: E402
from vizcore.ui.panels.ideal_cat import aim, estimate, plans, stage, takeaway, tuning, wish  # noqa: E402

st.title(_("Ideal cat"), anchor=False)
lessons.show_lead("ideal_cat")
controls, scene = st.columns([1, 2], gap="large")
with controls:
    wanted = wish.ask()
    ready = st.container()
with st.expander(_("Models and settings"), icon=":material/tune:"):
    cards = plans.choose_cards(wanted.experiment)
    tuned = tuning.ask(wanted.experiment)
with wanted.details:
    aims = aim.ask(wanted.dream, cards)

climbs = plans.climbs(wanted, cards, aims, tuned)
with ready:
    expected = st.container()
    stage.show_buttons(wanted.experiment, climbs)
with scene:
    shown = stage.show(wanted.experiment, climbs)
with expected:
    estimate.show(wanted.experiment, climbs)
takeaway.show(shown)
lessons.show("ideal_cat")
