"""What does each engine read? Both on the same photo; one that is missing is said once."""

from __future__ import annotations

import streamlit as st

from vizcore.figures.text_boxes import outlined_lines
from vizcore.figures.theme import FAMILY_COLOURS
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import decimal, number
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg, encode_jpeg
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.metric_row import Cell, show_metrics
from vizcore.ui.panels.reading.page_state import EngineReading, Source, compared, engines_here, rate, short_name
from vizcore.ui.picture_zoom import zoomed_together


def read_quietly(photo: Photo) -> list[EngineReading]:
    """What each engine reads, for sections that do not show the pictures."""
    from vizcore.reading.read import read_text

    found = [(card, answer(read_text, card, photo)) for card in engines_here()]
    return [EngineReading(short_name(card), result.text, card, result) for card, result in found if result is not None]


def show_side_by_side(source: Source, photo: Photo, steps: tuple[str, ...]) -> list[EngineReading]:
    """A column for each engine: the photo at once, then its lines, rates and text."""
    from vizcore.reading.read import read_text

    cards = engines_here()
    with zoomed_together(f"reading.engines.{photo.sha256}"):
        columns = st.columns(max(1, len(cards)))
    places = []
    for card, column in zip(cards, columns, strict=False):
        with column:
            model_heading(card)
            picture = st.empty()
            picture.image(display_jpeg(photo), width="stretch", alt=_("The document"))
            places.append((card, picture, st.container()))
    readings = []
    for card, picture, place in places:
        with place:
            result = answer(read_text, card, photo)
            if result is None:
                continue
            reading = EngineReading(short_name(card), result.text, card, result)
            readings.append(reading)
            drawing = outlined_lines(photo.rgb, result.polygons, result.confidences, FAMILY_COLOURS[card.family])
            words = _("The document with the lines that {model} read").format(model=card.title)
            picture.image(encode_jpeg(drawing), width="stretch", alt=words)
            _show_numbers(source, reading, steps)
    if len(cards) < 2:
        st.info(
            _(
                "Only one engine is on this machine. For the second one, the administrator installs Tesseract"
                " (Debian: tesseract-ocr, tesseract-ocr-eng, tesseract-ocr-fra)."
            ),
            icon=":material/info:",
        )
    return readings


def _show_numbers(source: Source, reading: EngineReading, steps: tuple[str, ...]) -> None:
    result = reading.result
    spent_ms = result.provenance.timing_ms.get("read", 0.0) if result is not None else 0.0
    lines = len(result) if result is not None else 0
    cells = []
    if source.truth is not None:
        found = compared(source.truth, reading.text, steps)
        cells = [
            Cell("CER", rate(found.cer), _("Character edits over the length of the true text.")),
            Cell("WER", rate(found.wer), _("The same with words.")),
        ]
    cells.append(
        Cell(_("Time"), f"{decimal(spent_ms / 1e3, 1)} s", _("Of this one reading on this machine, once, n = 1."))
    )
    show_metrics(cells)
    words = ngettext("{n} line; pink: confidence under 0.85", "{n} lines; pink: confidence under 0.85", lines)
    st.caption(words.format(n=number(lines, 0)))
    with st.expander(_("The text"), icon=":material/notes:"):
        st.code(reading.text or "–", language=None, wrap_lines=True)
