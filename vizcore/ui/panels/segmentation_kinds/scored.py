"""Section: a prediction damaged on purpose, scored by class IoU, mIoU and PQ with every step worked out."""

from __future__ import annotations

import streamlit as st

from vizcore.figures.segments import mistakes_picture, ranks_in_class, segments_picture
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import percent
from vizcore.metrics.masks.panoptic import Segments
from vizcore.metrics.masks.scores import SegmentScores, score_segments
from vizcore.pictures import encode_png
from vizcore.scenes import Scene
from vizcore.segmentation.scene_truth import (
    DAMAGE_LIMITS,
    GROUND_NAME,
    DamageSettings,
    class_names,
    damaged,
    regroups,
    truth_of,
)
from vizcore.ui import downloads, url_state
from vizcore.ui.panels.segmentation_kinds import worked_out
from vizcore.ui.panels.segmentation_kinds.scene_choice import choose_scene, class_text
from vizcore.ui.panels.segmentation_kinds.three_answers import show_legend
from vizcore.ui.panels.segmentation_kinds.worked_out import written
from vizcore.ui.tables import show_table

KEY = "segmentation_kinds"
# name of the setting -> (title, value at first); two rows of four sliders
DAMAGES: dict[str, tuple[str, int]] = {
    "shift_px": (N_("Shift in pixels"), 3),
    "rim_px": (N_("Rim in pixels (±)"), 0),
    "missed": (N_("Objects missed"), 1),
    "renamed": (N_("Objects given another class"), 0),
    "merged": (N_("Pairs merged into one"), 1),
    "split": (N_("Objects cut in two"), 0),
    "invented": (N_("Objects invented"), 0),
}


def show() -> None:
    """Scene, damage, pictures, scores, working, record."""
    with st.expander(_("The scene"), icon=":material/tune:"):
        scene = choose_scene()
    settings = _choose_damage()
    truth, names = truth_of(scene), class_names(scene)
    prediction = damaged(truth, len(names), settings)
    scores = score_segments(truth, prediction, names, settings)
    _show_pictures(scene, truth, prediction, scores)
    show_legend(scene, {place for place, counts in enumerate(scores.counts) if not counts.both_empty})
    _show_scores(scores)
    st.caption(_("SQ: how well the matches fit. RQ: how many segments found their partner. PQ = SQ × RQ, by class."))
    st.markdown(_said(scores, regrouped=regroups(truth, len(names), settings)))
    show_table(_rows(scores))
    worked_out.show(scores)
    downloads.show_exports(KEY, [scores], table=_export(scores))


def _choose_damage() -> DamageSettings:
    values: dict[str, int] = {}
    columns = [*st.columns(4), *st.columns(4)]
    for column, (name, (title, first)) in zip(columns, DAMAGES.items(), strict=False):
        least, most = DAMAGE_LIMITS[name]
        values[name] = column.slider(_(title), least, most, value=first, **url_state.bound(f"{KEY}.{name}"))
    values["seed"] = columns[-1].slider(_("Which objects"), 0, 20, value=0, **url_state.bound(f"{KEY}.which"))
    return DamageSettings(**values)


def _show_pictures(scene: Scene, truth: Segments, prediction: Segments, scores: SegmentScores) -> None:
    names = class_names(scene)
    things = [name != GROUND_NAME for name in names]
    wrong = truth.semantic() != prediction.semantic()
    first, second = _shades(truth, prediction, scores)
    titles = (_("Truth"), _("Prediction"), _("Wrong class"))
    pictures = [
        segments_picture(
            scene.photo.rgb,
            each.numbers,
            each.class_ids,
            names,
            things,
            kind="panoptic",
            ground=GROUND_NAME,
            ranks=ranks,
        )
        for each, ranks in ((truth, first), (prediction, second))
    ]
    pictures.append(mistakes_picture(scene.photo.rgb, wrong))
    for column, title, picture in zip(st.columns(3), titles, pictures, strict=True):
        with column:
            st.markdown(f"#### {title}")
            st.image(encode_png(picture), width="stretch", alt=title)
    st.caption(_("{share} of the pixels have the wrong class.").format(share=percent(float(wrong.mean()), 1)))


def _show_scores(scores: SegmentScores) -> None:
    shown = {
        "mIoU": scores.mean_iou,
        "PQ": scores.pq,
        "SQ": scores.sq,
        "RQ": scores.rq,
    }
    for column, (name, value) in zip(st.columns(4), shown.items(), strict=True):
        column.metric(name, written(value))


def _shades(truth: Segments, prediction: Segments, scores: SegmentScores) -> tuple[list[int], list[int]]:
    """Which shade of its class each segment has: a predicted one that of the true one it shares most with."""
    first = ranks_in_class(truth.class_ids)
    second = ranks_in_class(prediction.class_ids)
    for match in reversed(scores.panoptic.matches):
        second[match.prediction - 1] = first[match.truth - 1]
    return first, second


def _said(scores: SegmentScores, *, regrouped: bool) -> str:
    quality = scores.panoptic
    hits = sum(each.hit for each in quality.matches)
    counted = _(
        "Segments with a partner of their class and more than half in common: {hits}; missed: {missed}; claimed in"
        " vain: {claimed}."
    ).format(hits=hits, missed=len(quality.missed), claimed=len(quality.claimed))
    if regrouped and scores.mean_iou - scores.pq > 0.1:
        return (
            counted
            + " "
            + _("mIoU hardly sees who was merged or cut: those pixels keep their class. PQ counts objects, so it does.")
        )
    return counted


def _rows(scores: SegmentScores) -> list[dict[str, str]]:
    rows = []
    for class_id, label in enumerate(scores.labels):
        quality = scores.quality_of(class_id)
        if quality is None and scores.counts[class_id].both_empty:
            continue
        rows.append(
            {
                _("Class"): class_text(label),
                "IoU": written(scores.ious[class_id]),
                _("matched"): str(quality.tp) if quality else "–",
                _("in vain (FP)"): str(quality.fp) if quality else "–",
                _("missed (FN)"): str(quality.fn) if quality else "–",
                "SQ": written(quality.sq) if quality else "–",
                "RQ": written(quality.rq) if quality else "–",
                "PQ": written(quality.pq) if quality else "–",
            }
        )
    return rows


def _export(scores: SegmentScores) -> list[dict[str, downloads.Cell]]:
    rows: list[dict[str, downloads.Cell]] = []
    for class_id, label in enumerate(scores.labels):
        quality, counts = scores.quality_of(class_id), scores.counts[class_id]
        row: dict[str, downloads.Cell] = {"class": label, "tp_px": counts.tp, "fp_px": counts.fp, "fn_px": counts.fn}
        row["iou"] = None if counts.both_empty else scores.ious[class_id]
        if quality:
            row |= {"tp": quality.tp, "fp": quality.fp, "fn": quality.fn}
            row |= {"sq": quality.sq, "rq": quality.rq, "pq": quality.pq}
        rows.append(row)
    return rows
