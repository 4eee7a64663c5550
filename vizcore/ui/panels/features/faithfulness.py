"""Does a map point to what the model really uses? Measured only when asked for, since it costs many passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.curves import faithfulness_curves
from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.ui.charts import show_chart
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.panels.features.methods import NAMES, method_name
from vizcore.ui.tables import show_table
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.faithfulness import Faithfulness, FaithfulnessTable

STEPS = 16
ASKED = "features.faithfulness.asked"
MOST_ASKED = 50  # choices remembered in one session


def choose(photo: Photo, cards: Sequence[ModelCard], words: str, methods: Sequence[str], stages: Sequence[str]) -> bool:
    """A button that says what it costs; True once it was pressed for exactly this choice. stages: each card's."""
    choice = (photo.sha256, words, *methods, *(card.key for card in cards), *stages)
    asked: list[tuple[str, ...]] = st.session_state.setdefault(ASKED, [])
    passes = (2 * STEPS + 3) * (len(methods) + 1)

    def ask() -> None:
        asked.append(choice)
        del asked[:-MOST_ASKED]

    st.button(
        _("Measure faithfulness"),
        key="features.faithfulness",
        icon=":material/rule:",
        disabled=choice in asked,
        on_click=ask,
        help=_(
            "The photo is hidden by each map, step by step, and the model is asked again: {n} passes for each model."
        ).format(n=number(passes, 0)),
    )
    return choice in asked


def measure(
    photo: Photo, card: ModelCard, target: int, methods: Sequence[str], stage: str = ""
) -> FaithfulnessTable | None:
    """The numbers of these maps; None after the error was shown in place."""
    from vizcore.features.class_maps import ClassMapsSettings
    from vizcore.features.faithfulness import FaithfulnessSettings, FaithfulnessTable, faithfulness

    settings = FaithfulnessSettings(ClassMapsSettings(methods=tuple(methods), target=target, stage=stage), STEPS)
    found = answer(faithfulness, card, photo, settings)
    return found if isinstance(found, FaithfulnessTable) else None


def captions(table: FaithfulnessTable | None) -> dict[str, str]:
    """The four numbers under each picture, by method; none before they were measured."""
    return {row.method: _caption(row) for row in table.rows} if table else {}


def show(card: ModelCard, table: FaithfulnessTable | None) -> None:
    """The table with the random map for comparison, both curves, and the working."""
    if table is None:
        return
    show_table(text_rows(table))
    names = {method: _(name) for method, name in NAMES.items()}
    kinds = {
        "deletion": (_("Deletion: hottest places hidden first"), _("hidden share of the photo")),
        "insertion": (_("Insertion: hottest places shown first"), _("shown share of the photo")),
    }
    for column, (kind, (title, axis)) in zip(st.columns(2), kinds.items(), strict=True):
        with column:
            st.markdown(f"**{title}**")
            figure = faithfulness_curves(table, kind, names, axis=axis, dark=dark_now())
            show_chart(figure, key=f"features.curves.{kind}.{card.key}", alt=title)
    _show_working(table)


def text_rows(table: FaithfulnessTable) -> list[dict[str, str]]:
    """One row for each map, the random one last."""
    return [
        {
            _("Map"): method_name(row.method),
            _("Drop (low is good)"): percent(row.drop, 1),
            _("Surer of the class than on the whole photo"): _("yes") if row.increased else _("no"),
            _("Deletion AUC (low is good)"): number(row.deletion.area, 3),
            _("Insertion AUC (high is good)"): number(row.insertion.area, 3),
        }
        for row in (*table.rows, table.reference)
    ]


def csv_rows(card: ModelCard, table: FaithfulnessTable | None) -> list[dict[str, str | float]]:
    """The same numbers unrounded, with language-free names."""
    if table is None:
        return []
    return [
        {
            "model": card.key,
            "class": table.label,
            "method": row.method,
            "probability": row.probability,
            "masked": row.masked,
            "drop": row.drop,
            "increased": int(row.increased),
            "deletion_auc": row.deletion.area,
            "insertion_auc": row.insertion.area,
        }
        for row in (*table.rows, table.reference)
    ]


def _caption(row: Faithfulness) -> str:
    text = _("drop {drop} · surer: {surer} · deletion {deletion} · insertion {insertion}").format(
        drop=percent(row.drop, 0),
        surer=_("yes") if row.increased else _("no"),
        deletion=number(row.deletion.area, 2),
        insertion=number(row.insertion.area, 2),
    )
    return f":small[{text}]"


def _show_working(table: FaithfulnessTable) -> None:
    row = table.rows[0]
    with derivation(method_name(row.method)):
        latex(
            r"\text{drop} = \frac{\max(0,\ y - y_{\text{map}})}{y}"
            rf" = \frac{{\max(0,\ {row.probability:.4f} - {row.masked:.4f})}}{{{row.probability:.4f}}} = {row.drop:.4f}"
        )
        latex(
            r"\text{AUC} = \frac{1}{n} \sum_{i=1}^{n} \frac{p_{i-1} + p_i}{2}"
            rf",\quad n = {STEPS}:\quad {row.deletion.area:.4f},\ {row.insertion.area:.4f}"
        )
        st.markdown(
            _(
                "y is the probability of the class on the photo, and on the photo multiplied by the map. What is "
                "hidden becomes the mean colour of the training pictures. Over many photos the mean of the drops is "
                "the *average drop*, and the share of the surer ones the *increase in confidence*."
            )
        )
