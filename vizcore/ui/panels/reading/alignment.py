"""Section: which characters stand for which, every difference with its part of the photo, and CER and WER by hand."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.figures.text_alignment import MOST_LINES, Difference, alignment_html, differences
from vizcore.figures.text_boxes import crop_around
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import decimal, number
from vizcore.metrics.text.error_rates import Aligned, TextMetrics, bag_error, out_of_order
from vizcore.pictures import encode_jpeg
from vizcore.ui import choices
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.reading import record
from vizcore.ui.panels.reading.page_state import (
    KEY,
    EngineReading,
    Source,
    choose_reading,
    choose_steps,
    compared,
    rate,
    visible_text,
)

MOST_PILLS = 60
LONGEST_LINES = 300  # characters under the part of the photo
WITH_PLACES = {"nfc", "line_ends"}  # steps that leave every character where it is


def show(source: Source, readings: Sequence[EngineReading]) -> None:
    """The texts under each other, then the numbers. Errors are shown in place."""
    first, second, third = st.columns([2, 2, 3])
    with first:
        reading = choose_reading(readings)
    with second:
        units = {"characters": _("characters"), "words": _("words")}
        unit = choices.choose_one(_("Pieces"), units, key=f"{KEY}.unit", default="characters")
    with third:
        steps = choose_steps()
    with errors_shown():
        found = compared(source.truth or "", reading.text, steps)
        page = found.characters if unit == "characters" else found.words
        _show_alignment(page, reading, unit)
        if unit == "characters":
            _show_differences(source, reading, page, steps)
        _show_numbers(found)
        _show_derivation(found)
    record.show(source, readings)


def _show_alignment(page: Aligned, reading: EngineReading, unit: str) -> None:
    st.html(alignment_html(page, (_("stands there"), _("was read")), "" if unit == "characters" else " "))
    st.caption(
        _(
            "Pink: read as something else. Orange, struck through: lost. Green, underlined: added. Rest on a piece to"
            " see its partner. ␣ is a space, ⍽ and ⌴ are no-break spaces (wide, narrow), ⇥ is a tab, ⏎ a line end."
        )
    )
    lines = page.reference.count("\n") + 1
    if lines > MOST_LINES:
        st.caption(_("Of {n} lines those with differences are shown, at most {most}.").format(
            n=number(lines, 0), most=MOST_LINES
        ))  # fmt: skip
    st.caption(
        _(
            "Of all alignments with the fewest edits one is shown: the common beginning and end first, then from the"
            " end backwards match, substitution, deletion, insertion."
        )
    )


def _show_differences(source: Source, reading: EngineReading, page: Aligned, steps: tuple[str, ...]) -> None:
    found = differences(page)
    if not found:
        st.success(_("Not a single difference."), icon=":material/check:")
        return
    chosen = st.pills(
        ngettext(
            "{n} difference: choose it to see it in the photo",
            "{n} differences: choose one to see it in the photo",
            len(found),
        ).format(n=number(len(found), 0)),
        range(min(len(found), MOST_PILLS)),
        format_func=lambda row: _pill(row, found[row]),
        key=f"{KEY}.difference",
    )  # fmt: skip
    if len(found) > MOST_PILLS:
        st.caption(_("The first {n} of {total} are listed.").format(n=MOST_PILLS, total=number(len(found), 0)))
    if chosen is not None:
        _show_crop(source, reading, page, found[chosen], steps)


def _pill(row: int, difference: Difference) -> str:
    """What tells it from the others is its number: the widget knows a choice by its words."""
    wanted, got = (escaped(visible_text(text)) for text in (difference.reference, difference.reading))
    return f"{row + 1} · {wanted} → {got}"


def _show_crop(
    source: Source, reading: EngineReading, page: Aligned, difference: Difference, steps: tuple[str, ...]
) -> None:
    """The lines of the photo on which the difference was read."""
    if source.photo is None or reading.result is None:
        st.caption(_("There is no photo behind these texts."))
        return
    if not set(steps) <= WITH_PLACES:
        st.caption(_("Leave only NFC and line ends in “not counted”, and every character has its place in the photo."))
        return
    start = len("".join(page.reading[: difference.start]))
    end = len("".join(page.reading[: difference.end]))
    places = reading.result.places_of(max(0, start - (start == end)), max(end, start + 1))
    if not places:
        st.caption(_("Nothing was read there, so there is no place to show."))
        return
    crop = crop_around(source.photo.rgb, reading.result.boxes_xyxy[places])
    confidence = min(float(reading.result.confidences[place]) for place in places)
    words = " ".join(reading.result.texts[place] for place in places)
    st.image(encode_jpeg(crop), alt=_("The part of the photo where this was read"))
    said = escaped(words, longest=LONGEST_LINES)
    st.caption(_("Read as “{text}”, confidence {confidence}.").format(text=said, confidence=decimal(confidence, 2)))


def _show_numbers(found: TextMetrics) -> None:
    edits, words = found.characters.edits, found.words.edits
    bag = bag_error(found.words.reference, found.words.reading)
    show_metrics(
        [
            Cell("CER", rate(found.cer), _("Character edits over the length of the true text.")),
            Cell("WER", rate(found.wer), _("The same with words.")),
            Cell(_("Bag of words"), rate(bag), _("WER if the order did not matter.")),
            Cell(_("Substituted"), number(edits.substitutions, 0)),
            Cell(_("Deleted"), number(edits.deletions, 0)),
            Cell(_("Inserted"), number(edits.insertions, 0)),
        ]
    )
    if bag is not None and found.wer is not None and words.total:
        st.caption(_order_words(out_of_order(found.words.reference, found.words.reading), found.wer - bag))


def _order_words(moved: int, gap: float) -> str:
    """moved: common words in another order. gap: between the word error rate and the bag of words."""
    if moved:
        text = _("The reading order costs at most {gap} of the WER: what the bag of words does not see.")
        return text.format(gap=rate(gap))
    if gap <= 1e-12:
        return _("The order of the words is right: both agree.")
    return _("The order of the words is right: the bag is lower because it pairs words that stand far apart.")


def _show_derivation(found: TextMetrics) -> None:
    with derivation("CER, WER"):
        for name, edits, value in (("CER", found.characters.edits, found.cer), ("WER", found.words.edits, found.wer)):
            undefined = r"\text{" + _("undefined") + "}"
            result = undefined if value is None else f"{value:.4f}"
            latex(
                rf"{name} = \frac{{S + D + I}}{{N}} = \frac{{{edits.substitutions} + {edits.deletions} +"
                rf" {edits.insertions}}}{{{edits.reference_length}}} = {result}"
            )
        st.markdown(
            _("Characters are grapheme clusters: a letter with its accents is one. N is the length of the true text, so"
              " that a rate may exceed 1.")
        )  # fmt: skip
