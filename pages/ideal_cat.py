"""Which picture does a network like best?"""

from vizcore.ui import shell

shell.require()

import streamlit as st  # noqa: E402

from vizcore.i18n import _  # noqa: E402
from vizcore.ui import lessons, toolbar  # noqa: E402
from vizcore.ui.panels.ideal_cat import (  # noqa: E402
    animation,
    derivation,
    estimate,
    goal_form,
    hyperparameters,
    live_view,
    record,
    run_configs,
    target_form,
    verdict,
)

toolbar.open_page("ideal_cat", _("Ideal cat"))
wanted = goal_form.ask()
ready, scene = st.container(), st.container()
with st.expander(_("Models and settings"), icon=":material/tune:"):
    cards = run_configs.choose_cards(wanted.experiment)
    tuned = hyperparameters.ask(wanted.experiment)
with wanted.details:
    target_choices = target_form.ask(wanted.dream, cards)

configs = run_configs.configs_for(wanted, cards, target_choices, tuned)
live_view.begin_first(wanted.experiment, configs)
with ready:
    expected = live_view.show_buttons(wanted.experiment, configs)
with scene:
    shown = live_view.show(wanted.experiment, configs)
with expected:
    estimate.show(wanted.experiment, configs)
if shown is not None and not shown.sequence.under_way and (found := shown.results()):
    verdict.show(shown, found)
    animation.show(shown, found)
    derivation.show(shown, found)
    record.show(found)
lessons.show("ideal_cat")
