"""NMS step by step: which box is kept, whom it suppresses at which IoU, and who still waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.suppression import draw_step
from vizcore.figures.theme import SUPPRESSION_COLOURS
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number
from vizcore.pictures import encode_jpeg
from vizcore.ui import downloads, url_state
from vizcore.ui.derivation import area, derivation, latex
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.panels.detection.words import box_name, legend
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table

if TYPE_CHECKING:
    from vizcore.detection.choosing import ChoiceSettings, ChoiceSteps
    from vizcore.detection.nms import Suppression

ROLE_WORDS = {
    "chosen": N_("kept in this step"),
    "dropped": N_("suppressed or lowered in this step"),
    "kept": N_("kept before"),
    "waiting": N_("still waiting"),
}
MOST_WAITING = 300  # drawn
MOST_ROWS = 12  # of the table


def show(each: Proposed, steps: ChoiceSteps, settings: ChoiceSettings) -> None:
    """A slider through the steps; the picture, the table and the working of the chosen one."""
    st.subheader(_("Step by step"), anchor=False)
    count = len(steps.kept)
    if not count:
        st.info(_("No box passes the least score, so there is nothing to suppress."), icon=":material/info:")
        return
    step = _choose_step(count)
    met = steps.trace.rows(step)
    roles = steps.roles(each.candidates, settings, step)
    roles["waiting"] = roles["waiting"][:MOST_WAITING]
    left, right = st.columns([3, 2])
    with left:
        st.image(
            encode_jpeg(draw_step(each.photo, each.candidates, roles)),
            width="stretch",
            alt=_("Step {n} of NMS on {name}").format(n=step + 1, name=visible(photo_name(each.photo))),
        )
        st.markdown(legend({SUPPRESSION_COLOURS[role]: _(text) for role, text in ROLE_WORDS.items()}))
    with right:
        _show_met(each, steps, step, met)
        if met:
            _show_working(each, met[0], settings)


def _choose_step(count: int) -> int:
    """Counted from 0; no slider where there is one step only."""
    key = "detection.step"
    if count == 1:
        return 0
    if isinstance(held := st.session_state.get(key), int) and held > count:
        st.session_state[key] = count
    return int(st.slider(_("Step of NMS"), 1, count, 1, **url_state.bound(key))) - 1


def _show_met(each: Proposed, steps: ChoiceSteps, step: int, met: list[Suppression]) -> None:
    winner = int(steps.kept[step])
    name = escaped(box_name(each.candidates, winner))
    st.markdown(_("**Step {n}: box {name} is the best one left and stays.**").format(n=step + 1, name=name))
    if not met:
        st.markdown(_("It overlaps no other box enough: nothing is suppressed."))
        return
    words = ngettext("It meets {n} other box:", "It meets {n} other boxes:", len(met))
    st.markdown(words.format(n=number(len(met), 0)))
    show_table([_row(each, suppression) for suppression in met[:MOST_ROWS]])
    if len(met) > MOST_ROWS:
        st.caption(_("The first {n} of {total} are shown.").format(n=MOST_ROWS, total=number(len(met), 0)))


def _row(each: Proposed, met: Suppression) -> dict[str, str]:
    gone = not met.score_after > 0
    return {
        _("Box"): box_name(each.candidates, met.dropped),
        "IoU": number(met.iou, 3),
        _("Score after"): _("suppressed") if gone else number(met.score_after, 3),
    }


def _show_working(each: Proposed, met: Suppression, settings: ChoiceSettings) -> None:
    from vizcore.detection.boxes import overlap_working

    boxes = each.candidates.boxes_xyxy
    found = overlap_working(boxes[met.kept], boxes[met.dropped])
    with derivation(_("IoU of the first pair")):
        both, areas = area(found.intersection), f"{area(found.area_a)} + {area(found.area_b)}"
        latex(r"\mathrm{IoU} = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}")
        latex(rf"= \frac{{{both}}}{{{areas} - {both}}} = {found.iou:.4f}")
        if settings.method == "greedy":
            latex(rf"{found.iou:.4f} > t = {settings.iou:g}")
        elif settings.method == "soft_linear":
            product = rf"{met.score_before:.4f} \times {1 - met.iou:.4f} = {met.score_after:.4f}"
            latex(rf"s' = s\,(1 - \mathrm{{IoU}}) = {product}")
        else:
            latex(
                rf"s' = s\,e^{{-\mathrm{{IoU}}^2/\sigma}} = {met.score_before:.4f} \times "
                rf"e^{{-{met.iou:.4f}^2/{settings.sigma:g}}} = {met.score_after:.4f}"
            )


def csv_rows(each: Proposed, steps: ChoiceSteps) -> list[dict[str, downloads.Cell]]:
    """One row for each suppression, language-free; `kept` and `dropped` are rows of the candidates."""
    return [
        {
            "step": row.step,
            "kept": row.kept,
            "dropped": row.dropped,
            "label": each.candidates.labels[int(each.candidates.class_ids[row.dropped])],
            "iou": row.iou,
            "score_before": row.score_before,
            "score_after": row.score_after,
        }
        for row in steps.trace.rows()
    ]
