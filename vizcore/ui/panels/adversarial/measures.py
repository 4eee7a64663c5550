"""How large is the change in the exported 8-bit picture, and what can a visitor take away?"""

from __future__ import annotations

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.ui import downloads, tray
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.adversarial.attack_choice import budget_words
from vizcore.ui.panels.adversarial.trial import Trial
from vizcore.ui.tray.strip import leave_unpicked


def show(trial: Trial) -> None:
    """L0, L2, Linf, SSIM, the tick, and the downloads."""
    found, change = trial.found, trial.found.change
    st.header(_("How large is the change?"), anchor=False)
    columns = st.columns(4)
    pixels = found.clean_seen.width * found.clean_seen.height
    columns[0].metric(_("Pixels changed (L0)"), percent(change.l0_pixels / pixels, 1))
    columns[1].metric(_("Length (L2)"), number(change.l2, 3))
    columns[2].metric(_("Largest (L∞)"), f"{change.linf_255}/255")
    columns[3].metric(_("Likeness (SSIM)"), number(change.ssim, 4))
    _show_budget(trial)
    with derivation(_("the four measures")):
        latex(r"L_0 / n" + rf" = {change.l0_pixels} / {pixels} = {change.l0_pixels / pixels:.4f}")
        latex(r"L_2 = \sqrt{\textstyle\sum_i (x'_i - x_i)^2}" + rf" = {change.l2:.4f}")
        latex(r"L_\infty = \max_i |x'_i - x_i|" + rf" = {change.linf_255}/255 = {change.linf_255 / 255:.4f}")
        latex(rf"\mathrm{{SSIM}}(x, x') = {change.ssim:.6f}")
        st.caption(_("Measured between two 8-bit pictures, values in 0 to 1, three channels."))
    _show_exports(trial)


def _show_budget(trial: Trial) -> None:
    kept, budget = trial.found.budget_kept, budget_words(trial.settings)
    if kept is None:
        st.markdown(_("This attack has no budget to keep."))
    elif kept:
        st.success(
            _("Budget kept: {budget}, measured in the 8-bit picture that you can save.").format(budget=budget),
            icon=":material/check:",
        )
    else:
        st.error(_("Budget broken: more than {budget} in the saved picture.").format(budget=budget))


def _show_exports(trial: Trial) -> None:
    found = trial.found
    stem = f"{found.attack}-{trial.card.key}-{found.adversarial.sha256[:8]}"
    with downloads.export():
        downloads.download_png(
            found.adversarial.rgb,
            name=stem,
            key="adversarial.png",
            label=_("Attacked picture (PNG)"),
            about=caption(trial),
        )
        downloads.download_json(trial.whole or found, key="adversarial.json", label=_("Results with provenance (JSON)"))
        st.button(
            _("Add it to your pictures"),
            key="adversarial.to_tray",
            icon=":material/add_photo_alternate:",
            on_click=_add_to_tray,
            args=(trial,),
            help=_("Then open Features and see where the model looks now."),
        )
    st.caption(
        _(
            "Upload this PNG on the Features page: the same model gives exactly the answers above. "
            "It is as small as what the model sees; JPEG or a screenshot would change it."
        )
    )


def caption(trial: Trial) -> str:
    """What made the attacked picture, with those settings alone to which its attack listens."""
    from vizcore.generation.attacks.table import ATTACKS

    found = trial.found
    heeded = {"target", *ATTACKS[found.attack].listens_to}
    return downloads.caption(found, found.adversarial.name, trial.card.title, heeded=heeded)


def _add_to_tray(trial: Trial) -> None:
    from vizcore.errors import VizError
    from vizcore.ui.tray.state import tray as held

    picture = trial.found.adversarial
    try:
        tray.add(picture)
    except VizError as error:
        held().refused.append((picture.name, error))
        return
    leave_unpicked("adversarial", picture)
