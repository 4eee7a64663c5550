"""Recorded runs of networks on the cats and dogs, whose photos do not ship."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.learning.starts import recorded_runs
from vizcore.ui import choices
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach.network_curves import show_curves
from vizcore.ui.panels.teach.probes import METHODS
from vizcore.ui.tables import show_table
from vizcore.zoo.catalogue import card as find_card


def show_recorded() -> None:
    """The curves of a chosen run, and a table of them all."""
    report = recorded_runs()
    if not report:
        return
    names = {place: _run_name(run) for place, run in enumerate(report["runs"])}
    chosen = choices.choose_from(
        _("Recorded run"), {str(place): name for place, name in names.items()}, key="teach.run", default="0"
    )
    run = report["runs"][int(chosen)]
    history = [
        (
            place + 1,
            {("train_loss" if name == "loss" else name): values[place] for name, values in run["curves"].items()},
        )
        for place in range(len(run["curves"]["loss"]))
    ]
    show_curves(history, 2, axis=_("epoch"))
    st.caption(
        _(
            "Recorded, not computed here: cats against dogs, the split that this page opens with, seed {seed},"
            " {machine}, one thread beside other work. This start ships as numbers, and a network needs the photos:"
            " choose drawn shapes, digits or your own to train one live. The script is {script}."
        ).format(seed=report["seed"], machine=escaped(report["machine"]), script=f"`{report['script']}`")
    )
    show_table([_run_row(each) for each in report["runs"]])


def _run_name(run: Mapping[str, Any]) -> str:
    return f"{find_card(run['backbone']).title}, {_(METHODS[run['method']])}"


def _run_row(run: Mapping[str, Any]) -> dict[str, str]:
    from vizcore.metrics.proportion import wilson_interval

    low, high = wilson_interval(run["right"], run["tested"])
    return {
        _("Model"): find_card(run["backbone"]).title,
        _("Method"): _(METHODS[run["method"]]),
        _("Test accuracy"): percent(run["right"] / run["tested"], 1),
        _("95 % interval"): f"{percent(low, 0)} – {percent(high, 0)}",
        _("Macro F1"): number(run["macro_f1"], 3),
        _("Epochs"): number(run["epochs"], 0),
        _("Learning took"): _("{s} s").format(s=number(run["seconds"], 0)),
    }
