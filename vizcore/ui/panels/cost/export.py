"""Export: the model as a file for others, with what it is inside, and a program that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import N_, _, ngettext
from vizcore.i18n.numbers import number, percent
from vizcore.samples import load_sample
from vizcore.ui import choices, downloads, url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.panels.cost import words
from vizcore.ui.panels.product.picture_sets import choose_set, counted
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.runtimes.export import Exported
    from vizcore.runtimes.parity import Parity

FORMATS = {"onnx": N_("ONNX"), "onnx-int8": N_("ONNX, INT8"), "safetensors": N_("Weights (safetensors)")}
OF_SEGMENTERS = {
    "onnx": N_("ONNX, encoder"),
    "onnx-decoder": N_("ONNX, decoder"),
    "safetensors": N_("Weights (safetensors)"),
}
SHOWN_KINDS = 10
SIZED_BY = "cat"  # the sample for whose shape the program is written
SEGMENTER_USE = N_(
    "Run the encoder once for each photo (its longest side at the file's size, the rest filled with the mean colour) "
    "and the decoder once for each click. Compared with torch: one click in the middle of each photo, the mask that "
    "torch likes best, equal from IoU 0.95 on."
)


def show(card: ModelCard) -> None:
    """Format and NMS, the file with its facts, and the program."""
    from vizcore.runtimes.export import ExportSettings, export, takes_nms, takes_photos

    with st.container(horizontal=True, vertical_alignment="bottom"):
        formats = OF_SEGMENTERS if card.task == "promptable" else FORMATS
        texts = {name: _(title) for name, title in formats.items()}
        chosen = choices.choose_one(_("Format"), texts, key="cost.format", default="onnx")
        nms = takes_nms(chosen, card.task) and st.toggle(_("With NMS in the file"), **url_state.bound("cost.nms"))
        own = takes_photos(chosen, card.family) and st.toggle(_("Calibrate on my photos"), key="cost.calibrate")
    photos = choose_set(_("Calibration photos"), key="cost.calibration", default="tray") if own else ()
    if own:
        st.caption(counted(len(photos)))
    found = answer(export, card, photos if own and photos else None, ExportSettings(chosen, bool(nms), bool(own)))
    if found is not None:
        _show_file(found, card)


def _show_file(found: Exported, card: ModelCard) -> None:
    from vizcore.runtimes.export import ENDINGS

    st.markdown(
        _("{model}: **{size} MB**, {share} of its float32 weights.").format(
            model=coloured_title(card),
            size=number(found.size_mb, 2),
            share=percent(found.share, 0),
        )
    )
    name = f"{card.key}{ENDINGS[found.format]}"
    with downloads.export():
        downloads.download_made(
            lambda: found.data, name=name, mime="application/octet-stream", key="cost.file", label=name
        )
        downloads.download_json(found, key="cost.export.json", label=_("Facts (JSON)"))
    if found.parity is not None:
        _show_facts(found, found.parity, card, name)


def _show_facts(found: Exported, parity: Parity, card: ModelCard, name: str) -> None:
    from vizcore.preprocessing.variants.table import recipe_named
    from vizcore.runtimes.export import script_for

    row = {
        _("Same tensor in"): words.parity_text(parity),
        _("Same decisions"): words.agreement_text(parity.agreement),
        _("Opset"): str(found.opset),
        _("Outputs"): ", ".join(found.outputs),
        "SHA-256": found.sha256[:16],
    }
    show_table([row])
    kinds = ", ".join(f"{kind} {count}" for kind, count in list(found.nodes.items())[:SHOWN_KINDS])
    total = sum(found.nodes.values())
    st.caption(
        ngettext("{n} operator: {kinds} …", "{n} operators: {kinds} …", total).format(n=total, kinds=kinds)
        + " "
        + _("Labels, preprocessing, hash and licence stand in the file's metadata; mean and deviation are inside it.")
    )
    recipe = recipe_named(card.recipe)
    if card.task == "promptable":
        st.caption(_(SEGMENTER_USE))
    elif recipe is not None:
        st.markdown(_("**A program that runs it**, with onnxruntime and Pillow alone:"))
        size_hw = recipe.prepare(load_sample(SIZED_BY)).placement.model_hw
        st.code(script_for(card, name, size_hw, nms="selected" in found.outputs), language="python")
