"""Class evidence: where each model finds a class of choice, by several methods at once."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from vizcore.figures.overlay import overlay_heatmap
from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Heatmap, Result
from vizcore.ui import downloads
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.features import faithfulness, faithfulness_study
from vizcore.ui.panels.features.choices import choose_photo, choose_stage, choose_strength, stage_now
from vizcore.ui.panels.features.methods import choose_methods, maps_of, method_name, methods_for
from vizcore.ui.panels.features.target import choose_words, show_chips, target_of
from vizcore.ui.photo_names import photo_name
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.zoo.cards import ModelCard

PER_ROW = 4
PICTURE_SIDE = 512


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """One block for each model, one picture for each method; numbers of faithfulness once they were asked for."""
    photo = choose_photo(photos)
    asking, which, tuning, measuring = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    with asking:
        words = choose_words(photo, cards)
    with which.popover(_("Methods"), icon=":material/layers:", width="stretch", key="features.methods.fold"):
        methods = choose_methods()
    with tuning:
        strength = choose_strength()
    if not methods:
        st.info(_("Choose at least one method."))
        return
    stages = [stage_now(card, "evidence") for card in cards]
    with measuring:
        measured = faithfulness.choose(photo, cards, words, methods, stages)
    show_chips(photo, cards)
    results: list[Result] = []
    rows: list[dict[str, str | float]] = []
    together = zoomed_together(f"features.evidence.{photo.sha256}")
    for card in cards:
        if target := target_of(photo, card, words):
            own = methods_for(card, methods)
            with together:
                stage = _model_header(card, target[1], limited=own != methods)
            maps = maps_of(photo, card, target[0], own, stage)
            table = faithfulness.measure(photo, card, target[0], own, stage) if measured and maps else None
            with together:
                columns = min(PER_ROW, len(methods))  # the same for all, so that their maps have one size
                _show_maps(photo, card, maps, strength, faithfulness.captions(table), columns=columns)
                faithfulness.show(card, table)
            results += [*maps, *([table] if table else [])]
            rows += faithfulness.csv_rows(card, table)
    if results:
        downloads.show_exports("features.evidence", results, table=rows)
        faithfulness_study.show([card for card in cards if not card.facts.get("scores_only")], methods, "evidence")


def _model_header(card: ModelCard, target: str, *, limited: bool) -> str:
    """The model and the class that it is asked about; which stage the visitor chose."""
    said, depth = st.columns([3, 1], vertical_alignment="center")
    said.markdown(f"{coloured_title(card)} · {target}")
    with depth:
        stage = choose_stage(card, "evidence")
    if limited:
        st.caption(_("An ONNX file gives scores alone, so occlusion is its only map: the other methods need torch."))
    return stage


def _show_maps(
    photo: Photo, card: ModelCard, maps: list[Heatmap], strength: float, captions: dict[str, str], *, columns: int
) -> None:
    for start in range(0, len(maps), columns):
        for column, heatmap in zip(st.columns(columns), maps[start : start + columns], strict=False):
            with column:
                _show_map(photo, card, heatmap, strength)
                if text := captions.get(heatmap.method):
                    st.markdown(text)


def _show_map(photo: Photo, card: ModelCard, heatmap: Heatmap, strength: float) -> None:
    picture = overlay_heatmap(photo, heatmap, strength=strength, longest_side=PICTURE_SIDE)
    name = method_name(heatmap.method)
    alt = _("{method} of {model} over {name}").format(
        method=name, model=visible(card.title), name=visible(photo_name(photo))
    )
    st.image(encode_jpeg(picture), width="stretch", alt=alt)
    st.markdown(f"**{name}**  \n:small[{map_caption(heatmap)}]")


def map_caption(heatmap: Heatmap) -> str:
    """Where the map was read, and what it does not say."""
    if not heatmap.peak > 0:
        text = _("Nothing speaks for this class at {layer}.")
    elif heatmap.layer == "input":
        text = _("{rows} x {columns} cells of the input itself")
    elif not heatmap.target:
        text = _("{rows} x {columns} cells of {layer}; asks for no class")
    else:
        text = _("{rows} x {columns} cells of {layer}")
    rows, columns = heatmap.grid.shape
    return text.format(rows=rows, columns=columns, layer=escaped(heatmap.layer))
