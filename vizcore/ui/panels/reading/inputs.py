"""Where does the page to be read come from: drawn here, the visitor's photo, or two texts?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import streamlit as st

from vizcore.i18n import N_, _, current_language
from vizcore.i18n.numbers import number
from vizcore.metrics.text.alignment import LIMIT
from vizcore.metrics.text.error_rates import LONGEST
from vizcore.metrics.text.files import LIMIT_MB, decode_text
from vizcore.reading.documents.drawn import LIMITS, DocumentSettings, DrawnDocument, draw_document
from vizcore.ui import choices, url_state
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.reading.page_state import KEY, Source, sources
from vizcore.ui.toolbar import Toolbar

KINDS = {"invoice": N_("invoice"), "receipt": N_("receipt"), "form": N_("form")}
LANGUAGES = {"en": "English", "fr": "Français"}
SLIDERS: dict[str, tuple[str, float]] = {
    "rotation": (N_("Rotation (degrees)"), 0.5),
    "perspective": (N_("Perspective"), 0.05),
    "blur": (N_("Blur (pixels)"), 0.1),
    "noise": (N_("Noise (grey levels)"), 1.0),
    "stamp": (N_("Stamp"), 0.05),
    "scale": (N_("Size of the letters"), 0.05),
}
START: dict[str, float] = {"rotation": 1.5, "noise": 30.0, "jpeg": 60}
TEXTS = (
    "INVOICE No. 2026-0117 Total due: 1,249.50 EUR",
    "INVOlCE No 2026-0117 Total due 1,249.5O EUR",
)


def choose_source(bar: Toolbar) -> Source | None:
    """The source and its settings in the bar; None while something is missing, which was said in place."""
    texts = {key: _(text) for key, text in sources().items()}
    with bar.row:
        chosen = choices.choose_one(_("Page"), texts, key=f"{KEY}.source", default=next(iter(texts)), quiet=True)
    found_by: dict[str, Callable[[], Source | None]] = {
        "drawn": lambda: _drawn(bar),
        "photo": lambda: _photo(bar),
        "texts": _texts,
    }
    found: Source | None = None
    with errors_shown():
        found = found_by[chosen]()
    return found


def _own_language() -> str:
    """The visitor's, where there are documents in it."""
    spoken = current_language()
    return spoken if spoken in LANGUAGES else "en"


def _drawn(bar: Toolbar) -> Source:
    with bar.settings(_("The document and the camera")):
        first, second = st.columns(2)
        third, fourth = first, second
        with first:
            kinds = {key: _(text) for key, text in KINDS.items()}
            kind = choices.choose_one(_("Document"), kinds, key=f"{KEY}.kind", default="invoice")
        with second:
            language = choices.choose_one(
                _("Language of the document"), LANGUAGES, key=f"{KEY}.language", default=_own_language()
            )
        seed = third.number_input(_("Document number"), 0, 9999, 3, **url_state.bound(f"{KEY}.seed"))
        jpeg = fourth.slider(_("JPEG quality"), 5, 100, int(START["jpeg"]), **url_state.bound(f"{KEY}.jpeg"))
        values: dict[str, Any] = {}
        columns = first, second
        for place, (name, (label, step)) in enumerate(SLIDERS.items()):
            low, high = LIMITS[name]
            value = START.get(name, 1.0 if name == "scale" else 0.0)
            bound = url_state.bound(f"{KEY}.{name}")
            values[name] = columns[place % 2].slider(_(label), float(low), float(high), value, step, **bound)
    settings = DocumentSettings(kind, language, int(seed), jpeg=int(jpeg), **values)  # type: ignore[arg-type]
    document = drawn(settings)
    return Source(document.photo, document.text, document.photo.name, document.fields, asdict(settings))


@st.cache_resource(max_entries=16, show_spinner=False)
def drawn(settings: DocumentSettings) -> DrawnDocument:
    """The document, drawn once for all visitors."""
    return draw_document(settings)


def _photo(bar: Toolbar) -> Source | None:
    photos = bar.photos(most=1, samples=("bus",))
    if not photos:
        return None
    with st.expander(_("What stands there (type or paste it, to be able to count)"), icon=":material/edit:"):
        truth = st.text_area(
            _("True text, line by line"), key=f"{KEY}.truth.{photos[0].sha256[:16]}", max_chars=20_000, height=160
        )
    return Source(photos[0], truth.strip() or None, photos[0].sha256[:8])


def _texts() -> Source:
    left, right = st.columns(2)
    texts = [
        _one_text(left, "reference", _("What stands there"), TEXTS[0]),
        _one_text(right, "hypothesis", _("What was read"), TEXTS[1]),
    ]
    st.caption(
        _("Of texts with up to {whole} characters, where they differ over at most {inner} from the first to the last"
          " difference.").format(whole=number(LONGEST, 0), inner=number(LIMIT, 0))
    )  # fmt: skip
    return Source(None, texts[0], "texts", reading=texts[1])


def _one_text(place: Any, name: str, label: str, start: str) -> str:
    """Typed, or from a file."""
    with place:
        typed = st.text_area(label, start, key=f"{KEY}.{name}", max_chars=50_000, height=120)
        words = _("Or a text file (UTF-8): {name}").format(name=label)
        with st.expander(words, icon=":material/upload_file:"):
            file = st.file_uploader(
                words, key=f"{KEY}.{name}.file", max_upload_size=int(LIMIT_MB), label_visibility="collapsed"
            )
        return str(typed) if file is None else decode_text(file.getvalue(), file.name)
