"""What a trained network answers to the test photos, and what it forgot."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import N_, _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.learning.judged import Taught
from vizcore.learning.old_classes import Forgetting
from vizcore.ui.job_series import result_of
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.teach.network_curves import JOB
from vizcore.ui.panels.teach.page_state import teaching
from vizcore.ui.panels.teach.probes import METHODS
from vizcore.ui.session import visit
from vizcore.zoo.catalogue import card as find_card

HERE = N_("{title}, {method}: {right} of {test} right. The comparison shows it beside the probes.")
ELSEWHERE = N_(
    "{title}, {method}: {right} of {test} right, on another split: the photos, their classes or the split have changed"
    " since. The comparison leaves it out; press Train for what is there now."
)


def collect() -> None:
    """A network that is trained stands in the comparison of its own split from now on."""
    found = result_of(visit().jobs.get(JOB))
    if isinstance(found, Taught):
        kept = teaching().networks.setdefault(teaching().trained_on, [])
        kept[:] = [each for each in kept if (each.method, each.backbone) != (found.method, found.backbone)] + [found]


def show_result(found: Taught, *, same_split: bool) -> None:
    """The test's answer. same_split: whether it is of the split that the page is about now."""
    low, high = found.interval
    title = find_card(found.backbone).title
    show_metrics(
        [
            Cell(_("Test accuracy"), percent(found.accuracy, 1), None, f"{percent(low, 0)} – {percent(high, 0)}"),
            Cell(_("Macro F1"), number(found.macro_f1, 3)),
            Cell(_("Best epoch"), number(found.best + 1, 0)),
            Cell(_("Learning took"), _("{s} s").format(s=number(found.seconds, 1))),
        ],
        width=160,
    )
    words = _(HERE if same_split else ELSEWHERE).format(
        title=escaped(title),
        method=_(METHODS[found.method]),
        right=found.right,
        test=counted("test photo", len(found.truth)),
    )
    (st.caption if same_split else st.info)(words)
    if found.forgetting:
        _show_forgetting(found.forgetting)


def _show_forgetting(old: Forgetting) -> None:
    """Accuracy on old classes before and after, with intervals, and how many answers stayed."""
    from vizcore.metrics.proportion import wilson_interval

    def share(right: int) -> str:
        low, high = wilson_interval(right, old.labelled)
        return f"{percent(right / old.labelled, 0)} ({percent(low, 0)} – {percent(high, 0)})"

    if old.labelled:
        st.caption(
            _(
                "**What it forgot:** on {photos} of old classes (built-in samples, and your test photos where a class"
                " is named like an old one), the accuracy with the old head was {before} and is {after} now. Several"
                " are views of one scene, so the intervals are too narrow rather than too wide."
            ).format(
                photos=counted("photo", old.labelled), before=share(old.right_before), after=share(old.right_after)
            )
        )
    else:
        st.caption(_("**What it forgot:** none of the photos here shows a class that this backbone knew."))
    st.caption(
        _(
            "With its old head put back, the changed network answers {same} of {photos} as it did before. A probe"
            " forgets nothing, since its backbone stays."
        ).format(same=old.same, photos=counted("photo", old.asked))
    )
