"""How do the answers of several detectors for one photo differ, in words and counts?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.class_names import class_name
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number
from vizcore.i18n.pieces import joined
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.detection.candidates import Proposed
from vizcore.ui.panels.detection.words import class_counts

if TYPE_CHECKING:
    from vizcore.detection.agreement import Agreement
    from vizcore.results import Detections
    from vizcore.zoo.cards import ModelCard


def show(found: list[tuple[Proposed, Detections]]) -> None:
    """The first detector compared with each other one, a sentence each."""
    from vizcore.detection.agreement import agreement

    (first, reference), *others = found
    for each, detections in others:
        st.markdown(difference_words(first.card, each.card, agreement(reference, detections)))


def difference_words(card_a: ModelCard, card_b: ModelCard, found: Agreement) -> str:
    """One sentence of Markdown: how many objects both see, and what only one of them does."""
    a, b = coloured_title(card_a), coloured_title(card_b)
    if not found.rows:
        return _("Neither {a} nor {b} finds anything with these settings.").format(a=a, b=b)
    pieces = [
        _("both {a} and {b} see **{n}** of {total} alike").format(
            a=a, b=b, n=number(found.counts["both"], 0), total=counted("object", len(found.rows))
        )
    ]
    for kind, title in (("only_a", a), ("only_b", b)):
        if rows := [row.label_a or row.label_b for row in found.rows if row.kind == kind]:
            pieces.append(
                _("only {model}: **{n}** ({labels})").format(
                    model=title, n=number(len(rows), 0), labels=class_counts(rows, most=5)
                )
            )
    if conflicts := [f"{class_name(row.label_a)} / {class_name(row.label_b)}" for row in found.of("class_conflict")]:
        pieces.append(
            _("same place, another class: **{n}** ({labels})").format(
                n=number(len(conflicts), 0), labels=class_counts(conflicts, most=3)
            )
        )
    if shifted := found.counts["shifted"]:
        pieces.append(_("same thing, box shifted: **{n}**").format(n=number(shifted, 0)))
    words = joined(pieces)
    return words[:1].upper() + words[1:] + "."
