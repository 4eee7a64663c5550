"""The feature pyramid of the loaded detector: what each level sees, and the size of what it finds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.preprocessing import step_picture
from vizcore.figures.ramp import heat_colours
from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.ui import downloads
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.runtimes.pyramid import Pyramid


def show(photo: Photo, card: ModelCard) -> None:
    """Three maps beside each other, their sizes and candidates, and the formula with these sizes."""
    from vizcore.runtimes.pyramid import PyramidSettings, pyramid

    found = answer(pyramid, card, photo, PyramidSettings())
    if found is None:
        return
    for column, level in zip(st.columns(len(found.levels)), found.levels, strict=True):
        with column:
            height, width = level.size_hw
            st.markdown(_("**Stride {stride}**: {h} × {w} places").format(stride=level.stride, h=height, w=width))
            scaled = level.energy / max(float(level.energy.max()), 1e-9)
            st.image(
                encode_png(step_picture(heat_colours(scaled).astype(np.uint8), side=320)),
                width="stretch",
                alt=_("Mean activation at stride {stride}").format(stride=level.stride),
            )
    _show_table(found)
    _show_working(found)
    downloads.show_exports("cost.pyramid", [found])


def _show_table(found: Pyramid) -> None:
    show_table(
        [
            {
                _("Level"): f"P{int(math.log2(level.stride))}",
                _("Stride"): f"{level.stride} px",
                _("Channels"): str(level.channels),
                _("Candidates over 5 %"): str(level.candidates),
                _("Their mean side in the photo"): "–" if np.isnan(level.side_px) else f"{number(level.side_px, 0)} px",
                _("Detections"): str(level.kept),
            }
            for level in found.levels
        ]
    )


def _show_working(found: Pyramid) -> None:
    with derivation(_("Feature pyramid")):
        latex(r"P_l = \mathrm{Conv}\big(\mathrm{Up}(P_{l+1}) + \mathrm{Conv}_{1\times1}(C_l)\big)")
        fine, middle = found.levels[0], found.levels[1]
        latex(
            rf"P_{{{int(math.log2(fine.stride))}}}:\quad \mathrm{{Up}}({middle.size_hw[0]} \times {middle.size_hw[1]})"
            rf" \to {fine.size_hw[0]} \times {fine.size_hw[1]}"
        )
        st.markdown(
            _(
                "The coarse level knows what is there, the fine one knows where. Each level is the coarser one "
                "enlarged and joined with the backbone's map of its own size. FPN adds the two; YOLO's neck puts them "
                "side by side and lets a convolution mix them. Small objects must be found on the fine level: on the "
                "coarse one they are smaller than one place."
            )
        )
