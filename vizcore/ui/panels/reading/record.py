"""What is taken away: readings, rates, edits and fields with their provenance, and the texts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from vizcore.i18n import _
from vizcore.metrics.text.error_rates import bag_error, conventions
from vizcore.provenance import versions
from vizcore.reading.fields.extract import extract_fields
from vizcore.results import SCHEMA, to_plain
from vizcore.ui import downloads
from vizcore.ui.panels.reading.page_state import KEY, EngineReading, Source, chosen_steps, compared


def show(source: Source, readings: Sequence[EngineReading]) -> None:
    """A row of buttons; everything is made when it is asked for."""
    steps = chosen_steps()
    with downloads.export():
        downloads.download_made(
            lambda: json.dumps(
                to_plain(report_of(source, readings, steps)), ensure_ascii=False, allow_nan=False, indent=1
            ).encode(),
            name="reading-report.json", mime="application/json", key=f"{KEY}.report", label=_("Report (JSON)"),
        )  # fmt: skip
        if source.photo is not None and source.settings:
            downloads.download_png(
                source.photo.rgb, name=source.title, key=f"{KEY}.png", label=_("The document (PNG)"),
                about=document_caption(source, readings),
            )  # fmt: skip
        if source.truth:
            truth = source.truth
            downloads.download_made(
                truth.encode, name=f"{source.title}.txt", mime="text/plain", key=f"{KEY}.truth.txt",
                label=_("True text (TXT)"),
            )  # fmt: skip


def document_caption(source: Source, readings: Sequence[EngineReading]) -> str:
    """What was drawn with which settings, and who read it."""
    drawn = [f"{name}={value}" for name, value in source.settings.items() if isinstance(value, (str, int, float))]
    engines = [each.card.title for each in readings if each.card]
    return " · ".join([source.title, *drawn, *engines])


def report_of(source: Source, readings: Sequence[EngineReading], steps: tuple[str, ...]) -> dict[str, Any]:
    """Everything about this page, language-free keys."""
    return {
        "schema": SCHEMA,
        "kind": "ReadingReport",
        "document": source.settings,
        "truth": source.truth,
        "true_fields": source.fields,
        "normalise": steps,
        "readings": [_reading(source, each, steps) for each in readings],
        "versions": versions(),
    }


def _reading(source: Source, reading: EngineReading, steps: tuple[str, ...]) -> dict[str, Any]:
    content: dict[str, Any] = {
        "engine": reading.card.key if reading.card else "text",
        "text": reading.text,
        "result": reading.result.to_json() if reading.result is not None else None,
        "fields": extract_fields(reading.text),
    }
    if source.truth is not None:
        found = compared(source.truth, reading.text, steps)
        content |= {
            "cer": found.cer,
            "wer": found.wer,
            "edits": found.characters.edits,
            "word_edits": found.words.edits,
            "conventions": conventions(found.characters.edits),
            "bag_of_words": bag_error(found.words.reference, found.words.reading),
        }
    return content
