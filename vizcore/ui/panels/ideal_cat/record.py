"""Everything that the climbs came to, to take away or to put into the tray."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _
from vizcore.ui import downloads, tray
from vizcore.ui.error_panel import show_error
from vizcore.ui.panels.ideal_cat.run_group import RunConfig
from vizcore.ui.panels.ideal_cat.verdict import named

if TYPE_CHECKING:
    from vizcore.generation.ideal.results import IdealResult


def show(found: list[tuple[RunConfig, IdealResult]]) -> None:
    """All results with provenance as JSON, a table as CSV, each picture as PNG, and the way into the tray."""
    st.header(_("Take it away"), anchor=False)
    with downloads.export():
        downloads.download_json(
            [result for _climb, result in found], key="ideal_cat.json", label=_("Results with provenance (JSON)")
        )
        downloads.download_csv(rows(found), name="ideal", key="ideal_cat.csv", label=_("Table (CSV)"))
        for config, result in found:
            for index, picture in enumerate(result.pictures):
                name = f"{config.name}-{index + 1}" if len(result.pictures) > 1 else config.name
                downloads.download_png(
                    picture.rgb,
                    name=f"ideal-{name}",
                    key=f"ideal_cat.png.{name}",
                    label=_("PNG: {name}").format(name=name),
                    about=caption(config, result),
                )
    _offer_tray(found)


def caption(config: RunConfig, result: IdealResult) -> str:
    """What made the pictures, with the settings that were not the usual ones, and the steps."""
    heeded = {"steps", *downloads.changed(config.settings)}
    return downloads.caption(result, "", config.card.title, result.target, heeded=heeded)


def rows(found: list[tuple[RunConfig, IdealResult]]) -> list[dict[str, Any]]:
    """One row for each picture; a number that a target does not have is empty."""
    return [
        {
            "run": config.name,
            "model": config.card.key,
            "picture": index + 1,
            "target": result.target,
            "seed": config.settings.seed,
            "steps": result.steps,
            "probability": None if result.target_class is None else result.probability(index),
            "probability_shifted": float(result.jittered[index]) if math.isfinite(result.jittered[index]) else None,
            **_of_both(result, index),
            "activation": float(result.activation[index]),
            "total_variation": float(result.total_variation[index]),
            "best_step": int(result.best_step[index]),
            "sha256": picture.sha256,
        }
        for config, result in found
        for index, picture in enumerate(result.pictures)
    ]


def _of_both(result: IdealResult, picture: int) -> dict[str, Any]:
    """The columns of a climb between two classes: each with its weight and its probability."""
    columns: dict[str, Any] = {}
    pairs = zip(result.mixed, result.class_probabilities(picture), strict=False)
    for place, ((label, weight), (_label, probability)) in zip(("first", "second"), pairs, strict=False):
        columns |= {place: label, f"{place}_weight": weight, f"{place}_probability": probability}
    return columns


def _offer_tray(found: list[tuple[RunConfig, IdealResult]]) -> None:
    pictures = [named(picture, config) for config, result in found for picture in result.pictures]

    def put() -> None:
        try:
            for picture in pictures:
                tray.add(picture)
        except VizError as error:
            st.session_state["ideal_cat.tray_refusal"] = error

    st.button(
        _("Put into the tray, for the other pages"),
        key="ideal_cat.to_tray",
        icon=":material/move_to_inbox:",
        on_click=put,
        help=_("Ask on the Features page where a model looks in it, or attack it on the next page."),
    )
    if refusal := st.session_state.pop("ideal_cat.tray_refusal", None):
        show_error(refusal)
