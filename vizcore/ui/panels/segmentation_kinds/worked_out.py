"""Where do mIoU and PQ come from? Their formulas with this picture's own segments."""

from __future__ import annotations

import math

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.metrics.masks.panoptic import ClassQuality
from vizcore.metrics.masks.scores import SegmentScores
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.panels.segmentation_kinds.scene_choice import class_text
from vizcore.ui.tables import show_table


def written(value: float) -> str:
    """Three decimals; a dash for what is not a number."""
    return "–" if math.isnan(value) else number(value, 3)


def show(scores: SegmentScores) -> None:
    """One fold for mIoU, one for PQ."""
    present = [place for place, counts in enumerate(scores.counts) if not counts.both_empty]
    with derivation(_("IoU of each class and mIoU")):
        for place in present:
            counts = scores.counts[place]
            latex(
                rf"\text{{{class_text(scores.labels[place])}}}: \frac{{TP}}{{TP + FP + FN}} ="
                rf" \frac{{{counts.tp}}}{{{counts.tp} + {counts.fp} + {counts.fn}}} = {scores.ious[place]:.4f}"
            )
        if present:
            terms = " + ".join(f"{scores.ious[place]:.3f}" for place in present)
            latex(rf"\mathrm{{mIoU}} = \frac{{{terms}}}{{{len(present)}}} = {scores.mean_iou:.4f}")
        st.caption(_("Classes that are neither in the truth nor in the prediction are left out of the mean."))
    with derivation(_("Panoptic quality")):
        _show_matches(scores)
        for quality in scores.panoptic.classes:
            st.markdown(f"**{class_text(scores.labels[quality.class_id])}**")
            latex(_sq(scores, quality))
            latex(_rq(quality))
        if scores.panoptic.classes:
            terms = " + ".join(f"{each.pq:.3f}" for each in scores.panoptic.classes)
            latex(rf"\mathrm{{PQ}} = \frac{{{terms}}}{{{len(scores.panoptic.classes)}}} = {scores.pq:.4f}")


def _show_matches(scores: SegmentScores) -> None:
    quality = scores.panoptic
    st.markdown(
        _(
            "A pair counts as a match with the same class and an IoU above 0.5: then no second segment can also have"
            " more than half, so nothing has to be assigned."
        )
    )
    rows = [
        {
            _("Class"): class_text(scores.labels[each.class_id]),
            _("True segment"): str(each.truth),
            _("Predicted segment"): str(each.prediction),
            "IoU": written(each.iou),
            _("Match"): _("yes") if each.hit else _("no"),
        }
        for each in quality.matches
    ]
    if rows:
        show_table(rows)
    st.caption(
        _("True segments without a partner: {missed}. Predicted segments without a partner: {claimed}.").format(
            missed=_listed(quality.missed), claimed=_listed(quality.claimed)
        )
    )


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(str(each) for each in numbers) or _("none")


def _sq(scores: SegmentScores, quality: ClassQuality) -> str:
    hits = [each.iou for each in scores.panoptic.matches if each.hit and each.class_id == quality.class_id]
    if not hits:
        return r"\mathrm{SQ} = 0"
    terms = " + ".join(f"{value:.3f}" for value in hits)
    return rf"\mathrm{{SQ}} = \frac{{{terms}}}{{{len(hits)}}} = {quality.sq:.4f}"


def _rq(quality: ClassQuality) -> str:
    below = rf"{quality.tp} + \tfrac12 \cdot {quality.fp} + \tfrac12 \cdot {quality.fn}"
    return (
        rf"\begin{{array}}{{l}} \mathrm{{RQ}} = \dfrac{{{quality.tp}}}{{{below}}} = {quality.rq:.4f} \\[2.4ex]"
        rf" \mathrm{{PQ}} = {quality.sq:.4f} \times {quality.rq:.4f} = {quality.pq:.4f} \end{{array}}"
    )
