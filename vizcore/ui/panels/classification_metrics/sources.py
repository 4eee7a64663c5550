"""Where do the scores come from: a classifier on pictures, a synthetic scorer, or a file?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import streamlit as st

from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.metrics.classification.csv_files import read_scores
from vizcore.metrics.classification.dataset import ScoreSet
from vizcore.metrics.classification.synthetic import LIMITS, ScorerSettings, synthetic_scores
from vizcore.settings import current
from vizcore.ui import choices, url_state
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.panels.classification_metrics.page_state import KEY, PageState
from vizcore.ui.panels.classification_metrics.picture_scores import from_pictures
from vizcore.ui.toolbar import Toolbar

SOURCES = {
    "pictures": N_("Pictures"),
    "synthetic": N_("Synthetic"),
    "file": N_("My CSV"),
}
KINDS = {
    "binary": N_("yes or no"),
    "multiclass": N_("one of several classes"),
    "multilabel": N_("any number of labels"),
}
SLIDERS: dict[str, tuple[str, str, float]] = {
    "separation": (N_("Separation"), N_("Distance of the classes, in standard deviations; 0 knows nothing."), 0.1),
    "prevalence": (N_("Prevalence"), N_("Share of positives, or of the first class."), 0.01),
    "confidence": (N_("Confidence"), N_("1 is calibrated; over 1 the scores are surer than they should be."), 0.05),
}


def choose_scores(bar: Toolbar) -> PageState | None:
    """The source and its settings in the bar; None while something is missing, which was said in place."""
    texts = {key: _(text) for key, text in SOURCES.items()}
    with bar.row:
        source = choices.choose_one(_("Scores"), texts, key=f"{KEY}.source", default="pictures", quiet=True)
    chosen: dict[str, Callable[[], PageState | None]] = {
        "pictures": lambda: from_pictures(bar),
        "synthetic": lambda: _synthetic(bar),
        "file": _own,
    }
    state: PageState | None = None
    with errors_shown():
        state = chosen[source]()
    if state is not None and not _usable(state.data):
        return None
    return state


def _synthetic(bar: Toolbar) -> PageState:
    default = ScorerSettings()
    with bar.settings(_("The synthetic scorer")):
        kinds = {key: _(text) for key, text in KINDS.items()}
        kind = choices.choose_one(_("Question asked"), kinds, key=f"{KEY}.kind", default="binary")
        columns = st.columns(2) * 2
        values: dict[str, Any] = {}
        for column, (name, (label, explain, step)) in zip(columns, SLIDERS.items(), strict=False):
            values[name] = column.slider(
                _(label), *LIMITS[name], getattr(default, name), step, help=_(explain),
                **url_state.bound(f"{KEY}.{name}"),
            )  # fmt: skip
        values["examples"] = int(
            columns[3].number_input(
                _("Examples"), 2, 200_000, default.examples, 100, **url_state.bound(f"{KEY}.examples")
            )
        )
        seed = columns[3].number_input(_("Seed"), 0, 9999, default.seed, **url_state.bound(f"{KEY}.seed"))
        if kind != "binary":
            bound = url_state.bound(f"{KEY}.classes")
            values["classes"] = int(columns[0].slider(_("Classes"), 2, 6, default.classes, **bound))
    settings = ScorerSettings(kind, seed=int(seed), **values)  # type: ignore[arg-type]
    return PageState(("synthetic", settings), _made(settings), (), _("Synthetic scorer"), asdict(settings))


@st.cache_resource(max_entries=4, show_spinner=False)
def _made(settings: ScorerSettings) -> ScoreSet:
    return synthetic_scores(settings)


def _own() -> PageState | None:
    words = _(
        "A column `truth` (a label; several joined by |), then one column of scores for each class, named by its label."
        " UTF-8; at most {rows} rows."
    ).format(rows=number(1_000_000, 0))
    limit = int(current().evaluation_limit_mb)
    file = st.file_uploader(_("Scores (CSV)"), key=f"{KEY}.file", max_upload_size=limit, help=words)
    if file is None:
        st.info(words + " " + _("Nothing leaves this server."), icon=":material/upload_file:")
        return None
    content = file.getvalue()
    key = hashlib.sha256(content).hexdigest()
    with st.spinner(_("Reading the file …")):
        data = _read(key, content)
    return PageState((key,), data, (), _("My scores"), {"scores_sha256": key})


@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def _read(key: str, _content: bytes) -> ScoreSet:
    return read_scores(_content)


def _usable(data: ScoreSet) -> bool:
    if not len(data):
        st.info(_("There is no example here, so there is nothing to measure."), icon=":material/info:")
        return False
    if not data.are_probabilities:
        st.info(
            _("These scores are no probabilities: they are ranked, and calibration has no value."),
            icon=":material/info:",
        )
    return True


def size_words(state: PageState, column: int) -> str:
    """ "cnn-mini: 73 examples, 7 positive (prevalence 9.6%)"."""
    data = state.data
    positives = int(data.support[column])
    examples = ngettext("{n} example", "{n} examples", len(data)).format(n=number(len(data), 0))
    positive = ngettext("{n} positive", "{n} positive", positives).format(n=number(positives, 0))
    share = _("prevalence {share}").format(share=percent(positives / len(data)))
    return f"{examples}, {positive} ({share})"
