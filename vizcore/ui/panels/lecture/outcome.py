"""What is left of the last lecture: its hand-out; and of the last rehearsal: what to mend before the next."""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import decimal, percent
from vizcore.ui.lecture import rehearsal
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.pages import PAGES
from vizcore.ui.report import buttons, drafts


def show() -> None:
    """Nothing before the first lecture and the first rehearsal of this session."""
    held = rehearsal.current()
    if held and held.looks:
        _show_rehearsal(held)
    lecture = drafts.draft().lecture
    if lecture and lecture.shown:
        with st.container(border=True, key="lecture-handout"):
            shown = ngettext("{n} step was shown", "{n} steps were shown", len(lecture.shown))
            st.markdown(f"**{escaped(lecture.plan.title, longest=120)}** · {shown.format(n=len(lecture.shown))}")
            buttons.show_after_lecture()


def _show_rehearsal(held: rehearsal.Rehearsal) -> None:
    looks = [held.looks[step] for step in sorted(held.looks)]
    bad = [each for each in looks if not each.good]
    with st.container(border=True, key="lecture-rehearsal"):
        size = f"{held.size[0]} × {held.size[1]}"
        title = _("Rehearsal of “{title}”").format(title=escaped(held.plan.title, longest=120))
        seen = ngettext("{n} step", "{n} steps", len(looks)).format(n=len(looks))
        st.markdown(f"**{title}** · {seen} · {size} px")
        if not bad:
            st.success(_("Every step came within {n} s, with its models, and fits this window.").format(n=3))
        else:
            said = ngettext("{n} step needs a look", "{n} steps need a look", len(bad)).format(n=len(bad))
            st.warning(said, icon=":material/fact_check:")
        with st.expander(_("All steps"), expanded=bool(bad)):
            st.table([_row(each) for each in looks])


def _row(look: rehearsal.Look) -> dict[str, str]:
    title = next((_(each.title) for each in PAGES if each.key == look.page), look.page)
    return {
        _("Page"): f"{look.step} · {title}",
        _("Seconds"): _seconds(look),
        _("To mend"): " · ".join(_faults(look)) or "–",
    }


def _seconds(look: rehearsal.Look) -> str:
    """The last time; where the step was shown twice, the first one behind it."""
    first = "" if look.first_s == look.seconds else f" ({decimal(look.first_s, 1)})"
    return decimal(look.seconds, 1) + first


def _faults(look: rehearsal.Look) -> list[str]:
    found = []
    if look.slow:
        found.append(_("slow"))
    if look.missing:
        found.append(_("missing: {models}").format(models=", ".join(look.missing)))
    if look.errors:
        found.append(_("says that something went wrong ({codes})").format(codes=", ".join(look.errors)))
    if look.shown is None:
        found.append(_("no figure"))
    elif not look.fits:
        found.append(_("{percent} of its figure in view").format(percent=percent(look.shown, 0)))
    return found
