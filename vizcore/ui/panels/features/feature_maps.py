"""Feature maps: what each channel of a stage responds to, and which places are alike to the model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.channels import ChannelTiles, channel_tiles, share_of_zeros
from vizcore.figures.picture_caption import captioned
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg, encode_jpeg
from vizcore.ui import downloads
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.canvas import Onto, PatchRows, click_canvas
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.features import token_colours
from vizcore.ui.panels.features.choices import choose_photo, choose_stage
from vizcore.ui.photo_names import photo_name
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.results import FeatureMaps

TILES = (12, 24, 48, 96)
USUAL_TILES = 24
ENLARGED_SIDE = 512


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """For each model a stage, its strongest channels as tiles with one enlarged, and below its patches in colours."""
    photo = choose_photo(photos)
    tuning, words = st.columns(2, vertical_alignment="center")
    count = tuning.select_slider(
        _("Channels shown, strongest first"), TILES, value=USUAL_TILES, key="features.tiles", persist_state="session"
    )
    words.caption(_("Point at a tile, or click it: it is enlarged over the photo."))
    stages = {}
    for column, card in zip(aligned_columns(len(cards), "features.maps"), cards, strict=True):
        with column:
            heading, stage = st.columns([1, 2], vertical_alignment="center")
            heading.markdown(coloured_title(card))
            with stage:
                stages[card.key] = choose_stage(card, "maps")
            _show_maps(photo, card, stages[card.key], count)
    token_colours.show(photos, cards, stages)


def _show_maps(photo: Photo, card: ModelCard, stage: str, count: int) -> None:
    from vizcore.features.maps import MapSettings, feature_maps
    from vizcore.results import FeatureMaps

    found = answer(feature_maps, card, photo, MapSettings(stage))
    if not isinstance(found, FeatureMaps):
        return
    tiles = channel_tiles(found, count, dark=dark_now())
    _show_tiles(photo, card, found, tiles)
    channels, rows, columns = found.maps.shape
    st.markdown(
        _("**{channels}** channels of **{rows} x {columns}** places; {share} of all values are exactly zero.").format(
            channels=channels, rows=rows, columns=columns, share=percent(share_of_zeros(found), 0)
        )
    )
    with st.expander(_("Which channels are these?")):
        st.markdown(_("In reading order: {channels}").format(channels=", ".join(map(str, tiles.channels))))
        with downloads.export():
            name = f"channels-{card.key}-{stage}"
            numbers = _("channels {numbers}").format(numbers=", ".join(map(str, tiles.channels)))
            words = downloads.caption(found, photo.name, card.title, found.layer, numbers)
            sheet = lambda: captioned(tiles.rgb, words)  # noqa: E731
            downloads.download_png(sheet, name=name, key=f"features.maps.png.{card.key}", about=words)


def _show_tiles(photo: Photo, card: ModelCard, found: FeatureMaps, tiles: ChannelTiles) -> None:
    height, width = tiles.rgb.shape[:2]
    words = {"name": visible(photo_name(photo)), "model": visible(card.title), "stage": visible(found.layer)}
    enlarged = Onto(
        display_jpeg(photo, ENLARGED_SIDE),
        photo.width,
        photo.height,
        tiles.places_hw,
        found.region_xyxy,
        _("The chosen channel enlarged over {name}").format(**words),
    )
    values = np.concatenate([tiles.rows[:1], tiles.rows])  # the strongest is enlarged as long as none is chosen
    rows = PatchRows(tiles.shape_hw, (0.0, 0.0, width, height), {"": values}, enlarged)
    click_canvas(
        f"features.tiles.{card.key}",
        encode_jpeg(tiles.rgb, quality=92),
        width,
        height,
        alt=_("Channels of {model}, stage {stage}, on {name}").format(**words),
        mode="patch",
        grid=rows,
    )
