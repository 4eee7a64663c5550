"""How does each score come about? Formulas with these very counts, pairs of identities, and two programs' rules."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from vizcore.figures.tracking_curves import alpha_curves
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number
from vizcore.metrics.tracking.counterfactuals import with_perfect_boxes, with_perfect_identities
from vizcore.metrics.tracking.hota import ALPHAS, association_pairs
from vizcore.metrics.tracking.report import TrackingReport, evaluate_tracking
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.tracking.page_state import IOU, KEY, PageState, report_of
from vizcore.ui.panels.tracking.words import score
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now

MOST_PAIRS = 12
DIFFERENCES = (
    ("id_switches", "IDSW", N_("Both compare with the id of the object's last match, but match differently (MOTA).")),
    ("mota", "MOTA", N_("TrackEval lets a pair go on from the frame before only and then takes the greatest sum of IoU;"
                        " motmetrics lets it go on from any earlier frame and then makes as many pairs as possible.")),
    ("motp", "MOTP", N_("TrackEval prints the mean IoU; motmetrics the mean distance, 1 minus this number.")),
    ("idf1", "IDF1", N_("The same assignment of whole tracks in both.")),
    ("mostly_tracked", "MT", N_("More than 80 % of its frames in TrackEval, 80 % or more in motmetrics.")),
    ("mostly_lost", "ML", N_("Less than 20 % of its frames in both.")),
    ("fragmentations", "FRAG", N_("TrackEval also counts gaps in which the object itself was away.")),
)  # fmt: skip


def show(state: PageState, report: TrackingReport) -> None:
    """Detection against association first; the rest folds away."""
    _show_errors_apart(state, report)
    with derivation("MOTA, MOTP, IDF1"):
        _show_clear_and_identity(report)
    with derivation("HOTA"):
        _show_hota(state, report)
    with st.expander(_("The same tracks by TrackEval's and py-motmetrics' rules"), icon=":material/balance:"):
        _show_rules(state)


def _show_errors_apart(state: PageState, report: TrackingReport) -> None:
    hota = report.scores.hota
    if math.isnan(hota.hota):
        return
    identities, boxes = _made_perfect(state.key, report)
    st.markdown(
        _(
            "**Whose mistake?** HOTA is {hota}. Measured anew with these boxes and perfect identities it is"
            " {identities}; with perfect boxes and these identities {boxes}. Detection: recall {dre}, precision {dpr};"
            " association: recall {are}, precision {apr}."
        ).format(
            hota=score(hota.hota),
            identities=score(identities),
            boxes=score(boxes),
            dre=score(float(hota.detection_recall_alpha.mean())),
            dpr=score(float(hota.detection_precision_alpha.mean())),
            are=score(float(hota.association_recall_alpha.mean())),
            apr=score(float(hota.association_precision_alpha.mean())),
        )
    )


@st.cache_data(max_entries=16, show_spinner=False, scope="session")
def _made_perfect(key: tuple[Any, ...], _report: TrackingReport) -> tuple[float, float]:
    """HOTA of the same tracks with perfect identities, and with perfect boxes."""
    better = with_perfect_identities(_report), with_perfect_boxes(_report)
    scores = [evaluate_tracking(_report.data.with_found(each), IOU).scores.hota.hota for each in better]
    return scores[0], scores[1]


def _show_clear_and_identity(report: TrackingReport) -> None:
    clear, identity = report.scores.clear, report.scores.identity
    if clear.truth:
        latex(
            rf"\text{{MOTA}} = 1 - \frac{{\text{{FN}} + \text{{FP}} + \text{{IDSW}}}}{{\text{{GT}}}} = 1 -"
            rf" \frac{{{clear.false_negatives} + {clear.false_positives} + {clear.id_switches}}}{{{clear.truth}}}"
            rf" = {clear.mota:.4f}"
        )
    else:
        st.markdown(_("Without a true box MOTA has no value (TrackEval prints 0)."))
    if clear.true_positives:
        latex(
            rf"\text{{MOTP}} = \frac{{\sum \text{{IoU}}}}{{\text{{TP}}}} = \frac{{{clear.iou_sum:.3f}}}"
            rf"{{{clear.true_positives}}} = {clear.motp:.4f}"
        )
    tp, fp, fn = identity.id_true_positives, identity.id_false_positives, identity.id_false_negatives
    if tp + fp + fn:
        latex(
            rf"\text{{IDF1}} = \frac{{2\,\text{{IDTP}}}}{{2\,\text{{IDTP}} + \text{{IDFP}} + \text{{IDFN}}}}"
            rf" = \frac{{2 \cdot {tp}}}{{2 \cdot {tp} + {fp} + {fn}}} = {identity.idf1:.4f}"
        )
    st.markdown(_("Whole tracks that belong together, so that the most boxes are right (IDTP):"))
    show_table(
        [
            {
                _("object"): str(pair.truth),
                _("tracker id"): str(pair.found),
                _("frames together"): str(pair.shared),
                _("of the object's"): str(pair.truth_frames),
                _("of the track's"): str(pair.found_frames),
            }
            for pair in identity.pairs[:MOST_PAIRS]
        ]
    )
    mostly = _("Objects mostly tracked: {mt}, partly: {pt}, mostly lost: {ml}; tracks interrupted: {frag}.")
    st.markdown(
        mostly.format(mt=clear.mostly_tracked, pt=clear.partly_tracked, ml=clear.mostly_lost, frag=clear.fragmentations)
    )


def _show_hota(state: PageState, report: TrackingReport) -> None:
    hota = report.scores.hota
    place = st.select_slider(
        _("Least overlap alpha"), list(range(len(ALPHAS))), 9, format_func=lambda each: number(float(ALPHAS[each]), 2),
        key=f"{KEY}.alpha",
    )  # fmt: skip
    alpha = float(ALPHAS[place])
    words = _("HOTA, DetA and AssA at each least overlap alpha; HOTA is the mean of its line")
    figure = alpha_curves(hota, round(alpha, 2), axis=_("least overlap alpha"), dark=dark_now())
    show_chart(figure, key=f"{KEY}.chart.alpha.{state.source}", alt=words)
    tp, fn, fp = (int(each[place]) for each in (hota.true_positives, hota.false_negatives, hota.false_positives))
    if tp + fn + fp:
        latex(
            rf"\text{{DetA}} = \frac{{\text{{TP}}}}{{\text{{TP}} + \text{{FN}} + \text{{FP}}}}"
            rf" = \frac{{{tp}}}{{{tp} + {fn} + {fp}}} = {hota.deta_alpha[place]:.4f}"
        )
    latex(
        r"\text{AssA} = \frac{1}{\text{TP}} \sum_{c \in \text{TP}} \frac{\text{TPA}(c)}{\text{TPA}(c) + \text{FNA}(c)"
        rf" + \text{{FPA}}(c)}} = {hota.assa_alpha[place]:.4f}, \qquad \text{{HOTA}} ="
        rf" \sqrt{{\text{{DetA}} \cdot \text{{AssA}}}} = {hota.hota_alpha[place]:.4f}"
    )
    _show_pairs(report, alpha)


def _show_pairs(report: TrackingReport, alpha: float) -> None:
    pairs = association_pairs(report.overlaps, report.hota_matches, alpha)
    show_table(
        [
            {
                _("object"): str(pair.truth),
                _("tracker id"): str(pair.found),
                "TPA": str(pair.together),
                "FNA": str(pair.only_truth),
                "FPA": str(pair.only_found),
                "A(c)": number(pair.accuracy, 4),
            }
            for pair in pairs[:MOST_PAIRS]
        ]
    )
    st.caption(
        _(
            "Each pair counts as often as it is matched (TPA). The assignment is made once a frame for the whole"
            " sequence's sake, and alpha then cuts it: that is why a change of ids alone can move DetA a little"
            " (Luiten et al. 2021, as TrackEval counts it)."
        )
    )


def _show_rules(state: PageState) -> None:
    ours, theirs = (report_of(state, rules).scores.numbers() for rules in ("trackeval", "motmetrics"))
    theirs = {**theirs, "motp": 1 - theirs["motp"]}
    show_table(
        [
            {
                _("number"): title,
                "TrackEval": score(float(ours[name])),
                "py-motmetrics": score(float(theirs[name])),
                _("rule"): _(rule),
            }
            for name, title, rule in DIFFERENCES
        ]
    )
    st.caption(
        _("HOTA is TrackEval's own; py-motmetrics 1.4 has none. Values of several sequences are added, never averaged.")
    )
