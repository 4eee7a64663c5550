"""What do torch's own settings bring here, one at a time?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.figures.rates import time_bars
from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, small
from vizcore.photo import Photo
from vizcore.ui import downloads
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.cost import words
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.results import FloatArray
    from vizcore.runtimes.variations import VariationTimes

READINGS = {
    "recording": N_("Without a guard torch keeps every activation for a gradient: memory above all."),
    "bfloat16": N_("Half the bits. Faster only on processors with bfloat16 instructions; compare the decisions."),
    "channels_last": N_("Convolutions prefer this layout; our CNNs keep their weights in it anyway."),
    "one_thread": N_("Small networks gain little from more threads, and many visitors share them."),
    "batch_8": N_("A batch shares the reading of weights. Only worth it when requests wait anyway."),
}


def show(photo: Photo, card: ModelCard) -> None:
    """Bars of the medians with the middle half, the table and what each setting means."""
    from vizcore.runtimes.variations import VARIATIONS, VariationSettings, VariationTimes, vary

    found = answer(cast(Any, vary), card, photo, VariationSettings())
    if not isinstance(found, VariationTimes):
        return
    names = {name: _(VARIATIONS[name].title) for name in found.names}
    fastest = min(found.names, key=found.ratio)
    st.markdown(
        _("{model}: the fastest is **{name}**, {ratio} times the reference's time for each photo.").format(
            model=coloured_title(card), name=names[fastest], ratio=number(found.ratio(fastest), 2)
        )
    )
    quartiles = found.quartiles_ms
    show_chart(
        time_bars(
            [
                (names[name], float(quartiles[1][place]), float(quartiles[0][place]), float(quartiles[2][place]))
                for place, name in enumerate(found.names)
            ],
            axis=_("Milliseconds for each photo: median, and the middle half of the runs"),
        ),
        key="cost.variations",
        alt=_("Median milliseconds for each photo under each setting"),
    )
    _show_table(found, names, quartiles[1])
    runs = found.per_photo_ms.shape[1]
    st.caption(
        _("{runs} each, in turn, {threads}; the largest number of the outputs is {scale}.").format(
            runs=ngettext("{n} run", "{n} runs", runs).format(n=runs),
            threads=ngettext("{n} thread", "{n} threads", found.threads).format(n=found.threads),
            scale=number(found.scale, 1),
        )
    )
    downloads.show_exports("cost.variations", [found])


def _show_table(found: VariationTimes, names: dict[str, str], medians_ms: FloatArray) -> None:
    show_table(
        [
            {
                _("Setting"): names[name],
                _("Median"): words.milliseconds(float(medians_ms[place])),
                _("Against the reference"): f"{number(found.ratio(name), 2)} ×",
                _("Largest difference"): small(float(found.difference[place])),
                _("What it means"): _(READINGS[name]) if name in READINGS else "",
            }
            for place, name in enumerate(found.names)
        ]
    )
