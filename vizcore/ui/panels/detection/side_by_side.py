"""Side by side: what two or three detectors find in the same photos, and how that differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.detection.choosing import at_higher_score, duplicates
from vizcore.figures.boxes import box_scene
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import NOTHING, number
from vizcore.i18n.sentences import sentence_for_note
from vizcore.photo import Photo
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.box_picture import box_picture
from vizcore.ui.card_text import reach
from vizcore.ui.error_panel import plain
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.detection import difference, model_input, record
from vizcore.ui.panels.detection.candidates import FLOOR, Proposed, propose_all
from vizcore.ui.panels.detection.choice import SCORE, choose_settings, choose_style, switch_nms_anyway
from vizcore.ui.panels.detection.words import box_table, count_words, duplicate_words
from vizcore.ui.photo_names import photo_name
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.ui.tables import number_columns
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.figures.boxes import LabelStyle
    from vizcore.results import Detections

TABLE_HEIGHT, ROW_HEIGHT = 240, 38  # in pixels


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """The candidates are asked for once; the sliders and the boxes run again without the models.

    What is taken away stands apart and looks up what is shown when its button is pressed: drawn again with every move
    of a slider it would take longer than the boxes.
    """
    proposed = propose_all(photos, cards)
    if not proposed:
        return
    shown = record.Shown()
    fragment(lambda: _show_chosen(proposed, shown))
    first = proposed[0].photo
    fragment(lambda: model_input.show(first, [each.card for each in proposed if each.photo is first]))
    fragment(lambda: record.show(shown))


def _show_chosen(proposed: list[Proposed], shown: record.Shown) -> None:
    candidates, cards = [each.candidates for each in proposed], [each.card for each in proposed]
    settings, own, rest = choose_settings(candidates, cards)
    with rest:
        shown.style = choose_style()
    sent = [(each, each.chosen(replace(settings, score=FLOOR), own_score=own)) for each in proposed]
    shown.found = sent if own else [(each, at_higher_score(boxes, settings.score)) for each, boxes in sent]
    scenes = {each: _scene(each, boxes, shown.style, own=own) for each, boxes in sent}
    dropped = partial(Proposed.nms_would_drop, settings=settings, own_score=own)
    groups = [list(rows) for _sha, rows in groupby(shown.found, key=lambda pair: pair[0].photo.sha256)]
    for rows in groups:
        _show_photo(rows, scenes, dropped, anyway=settings.always_nms, named=len(groups) > 1)
    if any(not each.needs_nms for each in candidates):
        switch_nms_anyway()
    record.keep_in_step(shown)


def _show_photo(
    found: list[tuple[Proposed, Detections]],
    scenes: Mapping[Proposed, dict[str, Any]],
    dropped: Callable[[Proposed, Detections], int],
    *,
    anyway: bool,
    named: bool,
) -> None:
    """The sentence first, so that nothing moves the pictures later; then the pictures, then what takes longer."""
    if named:
        st.markdown(f"**{escaped(photo_name(found[0][0].photo))}**")
    difference.show(found)
    shown = found[0][0].photo.sha256
    with zoomed_together(f"detection.{shown}"):
        columns = aligned_columns(len(found), f"detection.{shown}")
    below = []
    for column, (each, detections) in zip(columns, found, strict=True):
        with column:
            _show_picture(each, detections, scenes[each])
            below.append((st.container(gap="small"), st.container()))
    for (words, table), (each, detections) in zip(below, found, strict=True):
        with words:
            _say_more(each, detections)
        with table:
            _show_table(detections)
            if not each.candidates.needs_nms:
                _say_nms(dropped(each, detections), anyway=anyway)


def _scene(each: Proposed, boxes: Detections, style: LabelStyle, *, own: bool) -> dict[str, Any]:
    """What the picture shows: all that passes at the lowest least score, of which the browser leaves out what does not
    reach the slider's; or, with each detector's own score, exactly what passes."""
    return box_scene(each.photo, boxes, style, slider="" if own else SCORE)


def _show_picture(each: Proposed, found: Detections, scene: dict[str, Any]) -> None:
    with st.container(gap="small"):
        st.markdown(f"{coloured_title(each.card)} · {count_words(found)}")
        for note in each.candidates.provenance.notes:
            st.caption(plain(sentence_for_note(note)))
    box_picture(
        scene,
        key=f"detection.boxes.{each.card.key}.{each.photo.sha256}",
        alt=_("Boxes of {model} on {name}").format(
            model=visible(each.card.title), name=visible(photo_name(each.photo))
        ),
    )


def _say_more(each: Proposed, found: Detections) -> None:
    if words := reach(each.card):
        st.caption(escaped(words, longest=200))
    _say_duplicates(each, found)


def _show_table(found: Detections) -> None:
    if len(found):
        st.dataframe(
            box_table(found),
            hide_index=True,
            placeholder=NOTHING,
            width="stretch",
            height=min(TABLE_HEIGHT, 38 * (len(found) + 1)),
            column_config=number_columns(_("Score")),
        )


def _say_nms(dropped: int, *, anyway: bool) -> None:
    """What NMS does to the boxes of a detector that is to need none."""
    if anyway:
        words = ngettext("NMS took away **{n}** box anyway.", "NMS took away **{n}** boxes anyway.", dropped)
    else:
        words = ngettext("NMS would take away **{n}** box.", "NMS would take away **{n}** boxes.", dropped)
    st.caption(words.format(n=number(dropped, 0)))


def _say_duplicates(each: Proposed, found: Detections) -> None:
    """A detector without NMS answers itself for giving each object one box."""
    twice = 0 if each.candidates.needs_nms else duplicates(found)
    if twice:
        st.caption(duplicate_words(twice))
