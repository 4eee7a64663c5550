"""Who is taken for whom: a matrix whose cells open their photos, to be relabelled, moved or deleted."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from vizcore.figures.confusion import confusion_cells
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import thumbnail_jpeg
from vizcore.ui import choices, url_state
from vizcore.ui.charts import show_chart
from vizcore.ui.markdown_escape import escaped_for_column, visible
from vizcore.ui.panels.detection_metrics.threshold import clicked_point
from vizcore.ui.panels.teach.page_state import KEY, Source, teaching
from vizcore.ui.panels.teach.photo_changes import show_photo_changes, shown
from vizcore.ui.panels.teach.probes import Row
from vizcore.ui.told import told

MISTAKES = "mistakes"
MOST_SHOWN = 12
COLUMNS = 4
THUMBNAIL = 160


def show_matrix(source: Source, row: Row) -> str:
    """The matrix; the key of the cell that is open: MISTAKES, or "row-column"."""
    matrix = row.taught.confusion
    names = [shown(each) for each in row.taught.labels]
    texts = {MISTAKES: _("All mistakes ({n})").format(n=int(matrix.sum() - np.trace(matrix)))}
    for truth, answer in np.argwhere(matrix > 0).tolist():
        texts[f"{truth}-{answer}"] = _("{truth} taken for {answer} ({n})").format(
            truth=names[truth], answer=names[answer], n=int(matrix[truth, answer])
        )

    def clicked(event: Any) -> None:
        cell = "-".join(str(each) for each in clicked_point(event)[:2])
        if cell in texts:
            url_state.remember("teach.cell", [cell], default=[MISTAKES])

    chart = f"{KEY}.matrix.{source.bins.key}.{row.key}"
    show_chart(
        confusion_cells(matrix, names),
        key=chart,
        on_select=told(chart, clicked),
        selection_mode="points",
        alt=_("Counts of test photos: {right} of {n} on the diagonal").format(
            right=row.taught.right, n=len(row.taught.truth)
        ),
    )
    return choices.choose_from(_("Open the photos of"), texts, key="teach.cell", default=MISTAKES)


def show_photos(source: Source, row: Row, cell: str) -> None:
    """The cell's photos with what was answered, the surest mistakes first, and ways to change their class."""
    found = _rows_of(row, cell)
    if not len(found):
        st.success(_("No test photo is in this cell."), icon=":material/check:")
        return
    st.markdown(f"**{counted('photo', len(found))}**")
    for start in range(0, min(len(found), MOST_SHOWN), COLUMNS):
        for column, place in zip(st.columns(COLUMNS), found[start : start + COLUMNS], strict=False):
            with column, st.container(border=True):
                _show_one(source, row, int(place))
    if len(found) > MOST_SHOWN:
        st.caption(_("The first {n} are shown.").format(n=MOST_SHOWN))
    if not source.has_photos:
        st.caption(
            _(
                "This start ships as numbers, without its photos, so that names stand for them; moving and deleting"
                " work all the same. With photos of your own the pictures are here."
            )
        )


def _rows_of(row: Row, cell: str) -> np.ndarray:
    """Places in the test set, the surest answers first."""
    taught = row.taught
    if cell == MISTAKES:
        chosen = np.flatnonzero(taught.predicted != taught.truth)
    else:
        truth, answer = (int(each) for each in cell.split("-"))
        chosen = np.flatnonzero((taught.truth == truth) & (taught.predicted == answer))
    sure = taught.probabilities[chosen].max(axis=1)
    return chosen[np.argsort(-sure, kind="stable")]


def _show_one(source: Source, row: Row, place: int) -> None:
    taught = row.taught
    example = source.bins.examples[int(taught.rows[place])]
    answer = int(taught.predicted[place])
    if example.photo is not None:
        st.image(thumbnail(example.photo), width="stretch", alt=visible(example.name))
    st.markdown(f"**{escaped_for_column(example.name, longest=28)}**")
    st.caption(
        _("is {truth}; answered {answer}, {probability}").format(
            truth=shown(example.label),
            answer=shown(taught.labels[answer]),
            probability=percent(float(taught.probabilities[place].max()), 0),
        )
    )
    with st.popover(_("Edit"), icon=":material/edit:", width="stretch", key=f"{KEY}.change.{example.sha256[:12]}"):
        key = f"{KEY}.change.{example.sha256[:12]}"
        show_photo_changes(source.start, source.bins, example.sha256, example.label, key=key)


def thumbnail(photo: Photo) -> bytes:
    """A small JPEG, made once in this visit."""
    kept = teaching().thumbnails
    if photo.sha256 not in kept:
        kept[photo.sha256] = thumbnail_jpeg(photo, THUMBNAIL)
    return kept[photo.sha256]
