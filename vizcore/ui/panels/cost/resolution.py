"""Resolution: what smaller and larger inputs cost, and how many decisions they keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.figures.costs import size_curve
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.cost import words
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.runtimes.resolution import ResolutionSweep


def show(photo: Photo, card: ModelCard) -> None:
    """Time and kept decisions over the side, the table with intervals, and the record."""
    from vizcore.runtimes.resolution import ResolutionSettings, ResolutionSweep, resolution_sweep

    found = answer(cast(Any, resolution_sweep), card, photo, ResolutionSettings())
    if not isinstance(found, ResolutionSweep):
        return
    medians, usual = found.medians_ms, found.usual_row
    least = found.rows[0]
    st.markdown(
        _(
            "{model} is made for {usual} pixels. At {side} it takes **{ratio} of the time** and keeps **{kept} of the "
            "decisions**."
        ).format(
            model=coloured_title(card),
            usual=found.usual,
            side=least.side,
            ratio=percent(medians[0] / medians[usual], 0),
            kept=percent(least.slices[0].rate, 0),
        )
    )
    show_chart(
        size_curve(
            [(row.side, ms, row.slices[0].rate) for row, ms in zip(found.rows, medians, strict=True)],
            (_("milliseconds"), _("decisions kept")),
            axis=_("Side of the input in pixels"),
        ),
        key="cost.resolution",
        alt=_("Time and kept decisions over the side of the input"),
    )
    _show_table(found, medians, usual)
    _say_how(found)
    downloads.show_exports("cost.resolution", [found])


def _show_table(found: ResolutionSweep, medians: list[float], usual: int) -> None:
    show_table(
        [
            {
                _("Side"): f"{row.side} px",
                _("Median"): words.milliseconds(ms),
                _("Against the usual"): f"{number(ms / medians[usual], 2)} ×",
                **{
                    _("Same decisions: {slice}").format(slice=_(words.SLICE_SHORT[each.name])): words.agreement_text(
                        each
                    )
                    for each in row.slices
                },
            }
            for row, ms in zip(found.rows, medians, strict=True)
        ]
    )


def _say_how(found: ResolutionSweep) -> None:
    runs = len(found.rows[0].ms)
    st.caption(
        _(
            "{runs} each, in turn, {threads}. The photo is prepared anew for each side, with the same fit. Decisions "
            "are compared with those at the usual side on cuts of the samples: a larger side is not the truth either."
        ).format(
            runs=ngettext("{n} run", "{n} runs", runs).format(n=runs),
            threads=ngettext("{n} thread", "{n} threads", found.threads).format(n=found.threads),
        )
    )
