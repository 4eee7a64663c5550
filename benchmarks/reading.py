"""How many characters do the two reading engines get wrong on drawn documents, clean and with a camera's noise?

Three kinds of document in two languages, drawn here with exact text; no time is measured, only what is read. Corpus
rates: all edits over all characters, after NFC and unified line ends. Both numbers stand on the engines' cards.
"""

from __future__ import annotations

from typing import Any

from benchmarks.measurement import Measurement
from vizcore.metrics.text.error_rates import compare_texts, corpus_rates
from vizcore.reading.documents.drawn import DocumentSettings, draw_document
from vizcore.reading.documents.kinds import KINDS
from vizcore.reading.read import read_text
from vizcore.settings import current
from vizcore.zoo.catalogue import CARDS
from vizcore.zoo.load import load_model

ENGINES = ("rapidocr", "tesseract")
NOISE = {"clean": 0.0, "noise_40": 40.0}


def main() -> list[Measurement]:
    readers = {key: load_model(CARDS[key], "cpu", current()) for key in ENGINES}
    return [_compared(name, noise, readers) for name, noise in NOISE.items()]


def _compared(name: str, noise: float, readers: dict[str, Any]) -> Measurement:
    drawn = [
        draw_document(DocumentSettings(kind, language, seed=11, noise=noise))
        for kind in KINDS for language in ("en", "fr")
    ]  # fmt: skip
    rates = {}
    for key, reader in readers.items():
        edits = [compare_texts(each.text, read_text(reader, each.photo).text).characters.edits for each in drawn]
        found = corpus_rates(edits)
        spread = sorted(each.total / each.reference_length for each in edits)
        rates[key] = found.total or 0.0
        print(f"{name} {key}: CER {found.total:.4f}, pages from {spread[0]:.4f} to {spread[-1]:.4f}", flush=True)
    return Measurement(f"reading.{name}", rates["rapidocr"], "CER", 1.0, "tesseract", rates["tesseract"], len(drawn))
