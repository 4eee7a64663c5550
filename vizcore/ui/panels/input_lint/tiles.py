"""A large photo in one piece and in tiles: what does a detector with a small input gain, and what does it risk?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.boxes import draw_boxes
from vizcore.figures.tiles import draw_tiles
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import downloads, url_state
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.tiling import TiledDetections


def show(photo: Photo, card: ModelCard) -> None:
    """Tiles and overlap, then whole, grid and joined beside each other."""
    from vizcore.detection.tiling import TileSettings, detect_tiled

    with st.container(horizontal=True, vertical_alignment="bottom"):
        across = st.slider(_("Tiles along the longer side"), 1, 6, 3, width=220, **url_state.bound("input_lint.across"))
        overlap = st.slider(_("Overlap (%)"), 0, 50, 25, 5, width=220, **url_state.bound("input_lint.overlap"))
        cut = st.toggle(_("Keep boxes cut by a tile"), **url_state.bound("input_lint.cut"))
    found = answer(detect_tiled, card, photo, TileSettings(across, overlap / 100, cut))
    if found is None:
        return
    whole, grid, joined = st.columns(3)
    side = max(photo.width, photo.height)
    with whole:
        st.markdown("**" + _("In one piece") + f"** · {boxes_counted(len(found.whole))}")
        st.image(encode_jpeg(draw_boxes(photo, found.whole)), width="stretch", alt=_("Boxes of the whole photo"))
    with grid:
        count = len(found.tiles)
        st.markdown("**" + ngettext("{n} tile", "{n} tiles", count).format(n=count) + "**")
        st.image(encode_jpeg(draw_tiles(photo, found.tiles)), width="stretch", alt=_("The tiles over the photo"))
    with joined:
        st.markdown("**" + _("Tiles joined") + f"** · {boxes_counted(len(found.joined))}")
        st.image(encode_jpeg(draw_boxes(photo, found.joined)), width="stretch", alt=_("Boxes of all tiles, joined"))
    st.markdown(_explained(found, card, side))
    st.caption(
        _(
            "Each tile goes through the model by itself at full input size; its boxes are moved to their place in the "
            "photo, boxes cut by an inner border are left out (their object is whole in the neighbour), and NMS at "
            "IoU 0.5 joins what two tiles saw. Objects larger than a tile are lost or found in pieces: keep the pass "
            "over the whole photo beside the tiles."
        )
    )
    downloads.show_exports("input_lint.tiles", [found])


def boxes_counted(count: int) -> str:
    """ "3 boxes", in the language in force."""
    return ngettext("{n} box", "{n} boxes", count).format(n=count)


def _explained(found: TiledDetections, card: ModelCard, side: int) -> str:
    tile = max(found.tiles[0][2] - found.tiles[0][0], found.tiles[0][3] - found.tiles[0][1])
    dropped = ngettext("{n} box was cut", "{n} boxes were cut", found.dropped).format(n=found.dropped)
    return _(
        "{model} sees a side of {side} px in one piece, or of {tile} px in a tile: things appear {factor} times as "
        "large. By an inner border of a tile {dropped}."
    ).format(model=coloured_title(card), side=side, tile=tile, factor=number(side / max(tile, 1), 1), dropped=dropped)
