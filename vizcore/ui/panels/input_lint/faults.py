"""The same photo through every fault: what the model sees each time, what it says, and how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.figures.preprocessing import step_picture
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg, shrunk
from vizcore.preprocessing.steps import Pixels
from vizcore.preprocessing.variants.feeding import faulty_photo, feed
from vizcore.preprocessing.variants.table import VARIANTS, Variant, recipe_named
from vizcore.ui import choices, downloads
from vizcore.ui.card_text import reach
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.input_lint.words import decision, effect, variant_title
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.preprocessing.variants.statistics import TensorStatistics
    from vizcore.robustness.input_lint import LintReport, LintRow

TILE, CLOSE = 130, 320
FRAME = 150  # grey level of the line around a tile, so that a white one is seen on a white page
CHANNELS = ("R", "G", "B")


def show(photo: Photo, card: ModelCard) -> None:
    """Tiles by damage, the table with warnings and remedies, one fault seen closely, and the record."""
    from vizcore.robustness.input_lint import LintSettings, lint

    found = answer(lint, card, photo, LintSettings())
    if found is None:
        return
    st.markdown(f"{_summary(found, card)}  \n:small[{escaped(reach(card), longest=200)}]")
    _show_tiles(photo, card, found)
    st.subheader(_("What happens, and how to mend it"), anchor=False)
    show_table(table_rows(found))
    st.caption(_reading(found.task))
    _show_closely(photo, card, found)
    downloads.show_exports("input_lint", [found], table=csv_rows(found))


def _summary(found: LintReport, card: ModelCard) -> str:
    total = len(found.rows)
    words = ngettext(
        "**{n} of {total} faults** changes the decision of {model}",
        "**{n} of {total} faults** change the decision of {model}",
        found.changed,
    ).format(n=found.changed, total=total, model=coloured_title(card))
    if found.task == "promptable":
        return _("{words} about a click in the middle of the photo.").format(words=words)
    if not found.answer:
        return _("{words}; fed rightly, it finds nothing.").format(words=words)
    right = f"{escaped(short_label(found.answer))}, {percent(found.confidence, 0)}"
    return _("{words}; fed rightly, it says **{right}**.").format(words=words, right=right)


def seen(photo: Photo, card: ModelCard, variant: Variant | None) -> Pixels:
    """The picture as the model is given it under a fault; no model runs for it."""
    recipe = recipe_named(card.recipe)
    if recipe is None:
        return shrunk(faulty_photo(photo, variant).rgb, CLOSE)
    return feed(recipe, photo, variant).shown


def _show_tiles(photo: Photo, card: ModelCard, found: LintReport) -> None:
    with st.container(horizontal=True, gap="small", key="input-lint-tiles"):
        right = escaped(short_label(found.answer)) if found.answer else ""
        _tile(seen(photo, card, None), _("Fed rightly"), f":green[{right} {percent(found.confidence, 0)}]")
        for row in found.rows:
            words = decision(row, found.task)
            colour = "red" if row.changed else "green"
            _tile(seen(photo, card, VARIANTS[row.name]), variant_title(row.name), f":{colour}[{words}]")


def _tile(picture: Pixels, title: str, words: str) -> None:
    with st.container(width=TILE, gap="xsmall"):
        st.image(encode_jpeg(framed(picture), quality=88), width="stretch", alt=visible(title))
        st.markdown(f":small[**{title}**  \n{words}]")


def framed(picture: Pixels) -> Pixels:
    """The picture at a tile's size with a thin grey line around it."""
    return np.pad(step_picture(picture, side=2 * TILE), ((2, 2), (2, 2), (0, 0)), constant_values=FRAME)


def table_rows(found: LintReport) -> list[dict[str, str]]:
    """One row for each fault, the most damage first."""
    return [
        {
            _("Fault"): variant_title(row.name),
            _("Decision"): _verdict(row, found.task),
            _("Agreement"): effect(row, found.task),
            _("What happens"): _(VARIANTS[row.name].warning),
            _("How to mend it"): _(VARIANTS[row.name].remedy),
        }
        for row in found.rows
    ]


def _verdict(row: LintRow, task: str) -> str:
    if task == "promptable":
        return _("changed") if row.changed else _("kept")
    words = _("nothing found") if not row.top1 else f"{short_label(row.top1)} {percent(row.confidence, 0)}"
    return _("changed: {words}").format(words=words) if row.changed else _("kept: {words}").format(words=words)


def _reading(task: str) -> str:
    rules = {
        "classify": _("Changed: another first class. Agreement: what both distributions share (1 - total variation)."),
        "detect": _(
            "Changed: a box without a partner of its class at IoU 0.5. Agreement: the pairs' IoU over the larger "
            "number of boxes. Boxes of a photo that lies on its side are turned back before they are compared."
        ),
        "promptable": _(
            "Changed: IoU under 0.9. The click is in the middle of the photo. Faults of the fit and of the numbers are "
            "left out: this model prepares its pictures itself."
        ),
    }
    own = _("Transparency and the decoder are compared with the right reading of the same file, not with the photo.")
    return f"{rules[task]} {own}"


def _show_closely(photo: Photo, card: ModelCard, found: LintReport) -> None:
    st.subheader(_("One fault closely"), anchor=False)
    names = [row.name for row in found.rows]
    titles = {each: variant_title(each) for each in names}
    name = choices.choose_from(_("Fault"), titles, key="input_lint.fault", default=names[0], width=CLOSE)
    row = next(each for each in found.rows if each.name == name)
    with st.container(horizontal=True):
        for picture, title in (
            (seen(photo, card, None), _("Fed rightly")),
            (seen(photo, card, VARIANTS[name]), variant_title(name)),
        ):
            with st.container(width=CLOSE):
                st.image(encode_jpeg(framed(picture), quality=92), width="stretch", alt=visible(title))
                st.caption(title)
    st.markdown(f"{_(VARIANTS[name].warning)} {_(VARIANTS[name].remedy)}")
    if found.statistics and row.statistics:
        show_table(statistics_rows(((_("Fed rightly"), found.statistics), (variant_title(name), row.statistics))))
        st.caption(_("What the first layer is given, after normalisation. Compare it with your own tensor: Detective."))


def statistics_rows(named: Sequence[tuple[str, TensorStatistics]]) -> list[dict[str, str]]:
    """One row for each pipeline and channel."""
    return [
        {
            _("Pipeline"): title,
            _("Channel"): channel,
            _("Minimum"): number(each.least[place], 3),
            _("Maximum"): number(each.most[place], 3),
            _("Mean"): number(each.mean[place], 3),
            _("Deviation"): number(each.deviation[place], 3),
        }
        for title, each in named
        for place, channel in enumerate(CHANNELS)
    ]


def csv_rows(found: LintReport) -> list[dict[str, downloads.Cell]]:
    """The table, language-free."""
    return [
        {
            "variant": row.name,
            "changed": int(row.changed),
            "right": row.right,
            "right_confidence": row.right_confidence,
            "top1": row.top1,
            "confidence": row.confidence,
            "overlap": row.overlap,
            "lost": row.lost,
            "extra": row.extra,
        }
        for row in found.rows
    ]
