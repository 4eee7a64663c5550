"""Before, after, the difference and its spectrum, with what the model answers and how it got there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import compared_bars, compared_rows, short_label
from vizcore.figures.confidence import share_lines
from vizcore.figures.signed import enlarged, signed_difference, spectrum_picture
from vizcore.generation.studies.spectrum import radial_profile
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import encode_png, shrunk
from vizcore.results import Classification
from vizcore.ui import url_state
from vizcore.ui.card_text import reach
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.adversarial.trial import Trial, show_universal
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.ui.theme_now import dark_now

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.generation.attacks.results import AttackResult

SHOWN_SIDE = 768


def show(trial: Trial) -> None:
    """The verdict in one sentence, then the pictures and the answers."""
    found = trial.found
    said = f"{coloured_title(trial.card)}  \n:small[{escaped(reach(trial.card), longest=200)}]"
    st.markdown(f"{verdict(found)}  \n{said}")
    show_universal(trial)
    place = st.container()
    whole = st.toggle(_("On the whole photo"), **url_state.bound("adversarial.whole"), help=_whole_help())
    with place:
        _show_sides(trial, whole)
    _show_difference(trial)
    _show_way(trial)


def verdict(found: AttackResult) -> str:
    """What the model said, what it says now, and whether that was the goal; Markdown."""
    before, after = found.top_before(1)[0], found.top_after(1)[0]
    words = _("Before: **{before}** ({share}). After: **{after}** ({new_share}).").format(
        before=escaped(short_label(before[1])),
        share=percent(before[2], 1),
        after=escaped(short_label(after[1])),
        new_share=percent(after[2], 1),
    )
    return f"{words} {_outcome(found)}"


def _outcome(found: AttackResult) -> str:
    if found.target is not None and found.target == found.source:
        return _("It was the target before the attack already, so nothing was fooled; choose another target.")
    if found.success:
        return _("The model is fooled.")
    if found.budget_kept is None:
        return _("The model is not fooled; allow more steps.")
    return _("The model is not fooled; allow a larger budget or more steps.")


def _whole_help() -> str:
    return _(
        "Lays the change over your photo at its own size, for the eye. The numbers below belong to the exported "
        "picture, which is as small as what the model sees."
    )


def _show_sides(trial: Trial, whole: bool) -> None:
    """The two pictures, as large as the page allows, each above the model's answers."""
    found = trial.found
    pictures = (trial.photo, found.in_photo(trial.photo)) if whole else (found.clean, found.adversarial)
    answers = [Classification(found.provenance, found.labels, shares, shares) for shares in (found.before, found.after)]
    rows = compared_rows(answers)
    bars = compared_bars(rows, [trial.card.family] * 2, dark=dark_now())
    with zoomed_together(f"adversarial.{trial.photo.sha256}"):
        columns = st.columns(2)
    with columns[0]:
        st.image(_shown(pictures[0]), caption=_("Before"), width="stretch", alt=_("The photo before the attack"))
        _show_answers("before", bars[0], rows[0])
    with columns[1]:
        st.image(_shown(pictures[1]), caption=_("After"), width="stretch", alt=_("The photo after the attack"))
        _show_answers("after", bars[1], rows[1])


def _shown(photo: Photo) -> bytes:
    """PNG, since JPEG would take away a part of the change."""
    return encode_png(enlarged(shrunk(photo.rgb, SHOWN_SIDE)))


def _show_answers(side: str, bars: go.Figure, rows: list[tuple[str, float]]) -> None:
    """The same classes in the same order before and after."""
    classes = ", ".join(f"{visible(label)} {percent(share)}" for label, share in rows)
    show_chart(
        bars, key=f"adversarial.top.{side}", alt=_("Probability of each class: {classes}").format(classes=classes)
    )


def _show_difference(trial: Trial) -> None:
    st.subheader(_("What was changed"), anchor=False)
    gain = st.slider(_("Difference, enlarged"), 1, 64, 10, format="× %d", **url_state.bound("adversarial.gain"))
    difference = trial.found.difference
    columns = st.columns(2)
    with columns[0]:
        picture = encode_png(signed_difference(difference, gain))
        st.image(picture, width="stretch", alt=_("The difference, enlarged {gain} times").format(gain=gain))
        st.caption(_("After minus before, × {gain}. Grey: unchanged; red: more red; cyan: less red.").format(gain=gain))
    with columns[1]:
        st.image(encode_png(spectrum_picture(difference)), width="stretch", alt=_("Spectrum of the difference"))
        st.caption(_("Spectrum of the difference. Middle: coarse shapes; edges: fine grain."))


def _show_way(trial: Trial) -> None:
    found = trial.found
    columns = st.columns(2)
    with columns[0]:
        st.markdown(_("**Confidence, step by step**"))
        rival = short_label(found.labels[found.target]) if found.target is not None else _("the strongest other class")
        source = short_label(found.labels[found.source])
        steps = list(range(len(found.source_curve)))
        figure = share_lines(
            steps,
            {rival: found.rival_curve, source: found.source_curve},
            trial.card.family,
            axis=_("Step"),
            dark=dark_now(),
        )
        show_chart(figure, key="adversarial.way", alt=_("Confidence of both classes at each step"))
        _explain_start(found)
    with columns[1]:
        st.markdown(_("**Coarse or fine?**"))
        frequency, energy = radial_profile(found.difference)
        figure = share_lines(
            [round(float(each), 3) for each in frequency],
            {_("share of the change's energy up to there"): energy.cumsum()},
            trial.card.family,
            axis=_("Cycles per pixel (0.5: every other pixel)"),
            dark=dark_now(),
        )
        show_chart(figure, key="adversarial.profile", alt=_("Energy of the change by frequency"))
        st.caption(
            _("Rises on the left: coarse shapes; on the right: fine grain. The last point gathers all beyond 0.5.")
        )
    with derivation(_("the attack")):
        _latex(trial)


def _explain_start(found: AttackResult) -> None:
    """Why the curve does not begin at the answer to the clean photo, where it does not."""
    from vizcore.generation.attacks.table import ATTACKS

    if "seed" not in ATTACKS[found.attack].listens_to:
        return
    before = float(found.before[found.source])
    if len(found.source_curve) and abs(float(found.source_curve[0]) - before) >= 0.01:
        st.caption(
            _("Step 0 is a random start inside the budget: {start}; the clean photo has {before}.").format(
                start=percent(float(found.source_curve[0])), before=percent(before)
            )
        )


def _latex(trial: Trial) -> None:
    from vizcore.generation.attacks.table import ATTACKS

    found, settings, row = trial.found, trial.settings, ATTACKS[trial.found.attack]
    latex(row.formula)
    if row.budget:
        scale, unit = (255, "/255") if row.norm == "linf" else (1, "")
        words = rf"\varepsilon = {scale * settings.radius(row.norm):.3g}{unit}"
        if "steps" in row.listens_to:
            size = scale * settings.step(row.norm, settings.steps)
            words += rf", \quad \alpha = {size:.3g}{unit}, \quad t \le {settings.steps}"
        latex(words)
    if len(curve := found.loss_curve):
        latex(rf"L(x_0) = {curve[0]:.4f}, \quad L(x_{{{len(curve) - 1}}}) = {curve[-1]:.4f}")
