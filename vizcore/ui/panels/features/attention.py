"""Attention: where each patch of a ViT looks, layer by layer and head by head, and what all layers make together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import display_jpeg
from vizcore.ui import downloads, url_refusals, url_state
from vizcore.ui.canvas import CanvasEvent, attention_rows, click_canvas
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import coloured_title, model_heading
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.features import rollout
from vizcore.ui.panels.features.choices import choose_photo
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tables import show_table
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.attention_maps import AttentionMaps

PICTURE_SIDE = 768


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """One block for each model with global attention: the clickable photo, the numbers of a row, and the rollout."""
    photo = choose_photo(photos)
    lookers = [card for card in cards if has_attention(card)]
    for card in cards:
        if card not in lookers:
            st.markdown(
                _("{model} has no attention over the whole picture: there is nothing to click.").format(
                    model=coloured_title(card)
                )
            )
    if not lookers:
        st.info(_("Choose a ViT above to see where its patches look."))
        return
    for card in lookers:
        model_heading(card)
        _show_model(photo, card)
    rollout.show(photo, lookers)


def has_attention(card: ModelCard) -> bool:
    """Whether every token looks at every token, as the card says."""
    return card.facts.get("layout") == "tokens"


def _show_model(photo: Photo, card: ModelCard) -> None:
    from vizcore.features.attention_maps import AttentionMaps, attention_maps

    maps = answer(attention_maps, card, photo)
    if not isinstance(maps, AttentionMaps):
        return
    fragment(lambda: _show_clicks(photo, card, maps))


def _choose_layer(card: ModelCard, maps: AttentionMaps) -> int:
    """Counted from 0; the last layer at first."""
    if maps.layers == 1:
        return 0
    key = f"features.layer.{card.key}"
    return int(st.slider(_("Layer"), 1, maps.layers, maps.layers, **url_state.bound(key))) - 1


def _show_clicks(photo: Photo, card: ModelCard, maps: AttentionMaps) -> None:
    """The browser draws each click by itself; the numbers beside the picture follow."""
    kept = f"features.patch.{card.key}"
    patch = url_state.remembered_place(kept, maps.grid.count)

    def keep(event: CanvasEvent) -> None:
        if event.kind == "patch":
            url_state.remember_place(kept, event.patch)

    left, right = st.columns(2)
    with right:
        layer = _choose_layer(card, maps)
    with left:
        click_canvas(
            f"features.attention.{card.key}",
            display_jpeg(photo, PICTURE_SIDE),
            photo.width,
            photo.height,
            alt=_("Where the patches of {name} look in {model}").format(
                name=visible(photo_name(photo)), model=visible(card.title)
            ),
            mode="patch",
            grid=attention_rows(maps, layer),
            patch=patch,
            on_event=keep,
        )
        url_refusals.say(kept, url_state.places(maps.grid.count))
        st.caption(_("The brighter a place, the more of it goes into this token; evenly bright: all count alike."))
    with right:
        _show_row(card, maps, layer, patch)


def _show_row(card: ModelCard, maps: AttentionMaps, layer: int, patch: int | None) -> None:
    token = "[CLS]" if patch is None else _("patch {n}").format(n=number(patch, 0))
    st.markdown(_("**Layer {layer}: what {token} looks at**").format(layer=layer + 1, token=token))
    show_table(row_table(maps, layer, patch))
    if patch is None:
        st.caption(_("Click a patch to read its row; as long as none is clicked, this is [CLS]."))
    else:
        words = _(
            "{share} of its attention over the patches goes elsewhere than that of [CLS]; “all heads, beyond [CLS]”"
            " shows where."
        )
        st.caption(words.format(share=percent(maps.unlike_cls(layer, patch), 0)))
    _show_working(maps, layer)
    with downloads.export():
        downloads.download_json(maps.heatmap(layer, None, patch), key=f"features.attention.json.{card.key}")


def row_table(maps: AttentionMaps, layer: int, patch: int | None) -> list[dict[str, str]]:
    """One row for each head, their mean first: how one token shares out its attention."""
    token = 0 if patch is None else maps.prefix_tokens + patch
    heads: list[int | None] = [None, *range(maps.heads)]
    return [_head_row(maps, layer, head, token) for head in heads]


def _head_row(maps: AttentionMaps, layer: int, head: int | None, token: int) -> dict[str, str]:
    links = maps.links(layer, head)[token]
    patches = links[maps.prefix_tokens :]
    strongest = int(patches.argmax())
    prefix = _("To [CLS]") if maps.prefix_tokens == 1 else _("To [CLS] and registers")
    return {
        _("Head"): _("all heads") if head is None else number(head + 1, 0),
        prefix: percent(float(links[: maps.prefix_tokens].sum()), 1),
        _("To patches"): percent(float(patches.sum()), 1),
        _("Strongest"): _("patch {n}: {share}").format(n=strongest, share=percent(float(patches[strongest]), 1)),
        _("Sum"): percent(float(links.sum()), 1),
    }


def _show_working(maps: AttentionMaps, layer: int) -> None:
    sums = maps.weights[layer].astype("float64").sum(-1)
    tokens = int(sums.shape[-1])
    with derivation():
        latex(r"A = \mathrm{softmax}\Big(\frac{Q K^\top}{\sqrt{d}}\Big) \qquad \sum_j A_{ij} = 1")
        rows, columns = maps.grid.shape_hw
        latex(rf"N = {rows} \times {columns} + {maps.prefix_tokens} = {tokens},\quad N^2 = {tokens**2}")
        st.markdown(
            _(
                "{rows} rows in {heads} heads of this layer: the least sum is {least}, the largest {largest} "
                "(kept in 16 bits, then scaled to exactly 1)."
            ).format(
                rows=number(tokens, 0),
                heads=maps.heads,
                least=number(float(sums.min()), 5),
                largest=number(float(sums.max()), 5),
            )
        )
