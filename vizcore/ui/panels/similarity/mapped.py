"""Section: the gallery as a map of each model, and the pictures under the lasso."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from vizcore.figures.projection import projection_map, projection_space
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.results import FloatArray
from vizcore.similarity import Projection, available_methods, project
from vizcore.similarity.projection import common_spans
from vizcore.ui import choices, map_hover, url_state
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.canvas.message import jpeg_url
from vizcore.ui.charts import show_chart
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped_for_column, visible
from vizcore.ui.panels.similarity import map_record
from vizcore.ui.panels.similarity.embedded import Embedded, embed_all
from vizcore.ui.panels.similarity.sources import Pictures, choose_pictures
from vizcore.ui.small_picture import show_small
from vizcore.ui.theme_now import dark_now
from vizcore.ui.toolbar import Toolbar
from vizcore.ui.tray.state import square_jpeg
from vizcore.zoo.cards import ModelCard

METHODS = {"pca": "PCA", "t-sne": "t-SNE", "umap": "UMAP"}
MOST_SEEDS = 9999
MOST_SHOWN = 60
THUMBNAIL = 96
MOST_TILES, TILE_SIDE = 150, 64  # pictures that a map shows at its points, and their side in pixels


@dataclass(frozen=True)
class Looks:
    """How the maps are drawn. method, seed, axes: of the projection; at_points: pictures instead of points alone."""

    method: str
    seed: int
    axes: int
    at_points: bool


def show(cards: Sequence[ModelCard], bar: Toolbar) -> None:
    """Gallery, method and seed, one map for each model, the chosen pictures, and the record."""
    pictures, layer = choose_pictures(bar)
    found = embed_all(pictures, cards, layer) if pictures else []
    if not found:
        return
    looks = _choose_looks()
    with st.spinner(_("Drawing the map …")):
        projections = [_projection(each.key, looks.method, looks.seed, looks.axes, _vectors=each.vectors)
                       for each in found]  # fmt: skip
        tiles = map_tiles(found[0].pictures)
    chosen = _show_maps(found, projections, tiles, looks)
    if looks.axes == 3:
        st.caption(_("Turn it with the pointer. Pictures are chosen on the flat map."))
    else:
        st.caption(_("Draw around points with the lasso or a box: their pictures appear below."))
    if not tiles:
        st.caption(
            _("A map shows pictures at its points, and beside the pointer, up to {n} of them.").format(n=MOST_TILES)
        )
    _show_warnings(looks.method, projections)
    _show_chosen(found[0].pictures, chosen)
    map_record.show(found, projections, looks.seed)


def _choose_looks() -> Looks:
    with st.container(key="toolbar-more-similarity"):  # as the bar itself, put away in a lecture
        left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    with left:
        texts = {key: METHODS[key] for key in available_methods()}
        explain = None if "umap" in texts else _("UMAP is offered where the library umap-learn is installed.")
        method = choices.choose_one(_("Method"), texts, key="similarity.method", default="pca", explain=explain)
    with middle, st.container(horizontal=True):
        at_points = st.toggle(_("Pictures at the points"), **url_state.bound("similarity.tiles"))
        solid = st.toggle(_("Three axes"), **url_state.bound("similarity.solid"))
    with right:
        seed = st.number_input(
            _("Seed"), 0, MOST_SEEDS, 0, disabled=method == "pca", **url_state.bound("similarity.seed")
        )
    return Looks(method, int(seed), 3 if solid else 2, at_points)


def map_tiles(pictures: Pictures) -> list[str]:
    """Each picture as a small data URL; none for a gallery that is too large for a page."""
    return _tiles(pictures.key, pictures.photos) if len(pictures.photos) <= MOST_TILES else []


@st.cache_data(max_entries=3, show_spinner=False, scope="session")
def _tiles(key: str, _photos: Sequence[Photo]) -> list[str]:
    return [jpeg_url(square_jpeg(photo, TILE_SIDE)) for photo in _photos]


@st.cache_data(max_entries=16, show_spinner=False, scope="session")
def _projection(key: tuple[str, ...], method: str, seed: int, axes: int, _vectors: FloatArray) -> Projection:
    return project(_vectors, method, seed, axes=axes)


def _show_maps(
    found: Sequence[Embedded], projections: Sequence[Projection], tiles: Sequence[str], looks: Looks
) -> list[int]:
    """The maps; returns the pictures chosen on any of them. What is chosen on one is ringed on the others."""
    map_hover.listen()
    spans = common_spans(projections)
    columns = aligned_columns(len(found), "similarity.maps")
    earlier = [_selected(st.session_state.get(_map_key(each))) for each in found]
    chosen: set[int] = set()
    for place, (column, each, projection) in enumerate(zip(columns, found, projections, strict=True)):
        with column:
            st.markdown(coloured_title(each.card))
            if looks.axes == 3:
                _show_space(each, projection, spans, tiles, legend=place == 0)
                continue
            others = set().union(*(picked for i, picked in enumerate(earlier) if i != place))
            chosen |= _show_map(each, projection, spans, tiles, looks, ringed=others, legend=place == 0)
    return sorted(chosen & set(range(len(found[0].vectors))))


def _map_key(each: Embedded) -> str:
    return f"similarity.map.{each.card.key}"


def _show_map(
    each: Embedded,
    projection: Projection,
    spans: Sequence[tuple[float, float]] | None,
    tiles: Sequence[str],
    looks: Looks,
    *,
    ringed: set[int],
    legend: bool,
) -> set[int]:
    """One flat map; the pictures that are chosen on it."""
    figure = projection_map(
        projection.points,
        each.pictures.gallery.labels,
        each.pictures.names,
        titles=_axis_titles(projection),
        ringed=ringed & set(range(len(each.vectors))),
        legend=legend,
        spans=spans,
        pictures=tiles,
        at_points=looks.at_points,
        dark=dark_now(),
    )
    event = show_chart(
        figure,
        key=_map_key(each),
        on_select="rerun",
        selection_mode=("points", "box", "lasso"),
        config={"displaylogo": False, "displayModeBar": True},
        alt=_alt(each),
    )
    return _selected(event)


def _show_space(
    each: Embedded,
    projection: Projection,
    spans: Sequence[tuple[float, float]] | None,
    tiles: Sequence[str],
    *,
    legend: bool,
) -> None:
    figure = projection_space(
        projection.points,
        each.pictures.gallery.labels,
        each.pictures.names,
        titles=[f"{n} · {percent(share, 0)}" for n, share in enumerate(projection.shares or (), 1)] or None,
        legend=legend,
        spans=spans,
        pictures=tiles,
        dark=dark_now(),
    )
    show_chart(figure, key=f"similarity.space.{each.card.key}", alt=_alt(each))


def _alt(each: Embedded) -> str:
    return _("Map of {n} pictures in the eyes of {model}").format(n=len(each.vectors), model=each.card.title)


def _selected(state: Any) -> set[int]:
    """Numbers of the pictures in a chart's selection."""
    points = state["selection"]["points"] if state else []
    values = [point.get("customdata") for point in points]
    numbers = [each[0] if isinstance(each, list) else each for each in values]
    return {int(each) for each in numbers if isinstance(each, (int, float))}


def _axis_titles(projection: Projection) -> list[str] | None:
    if projection.shares is None:
        return None
    return [
        _("Component {n}: {share} of the variance").format(n=n, share=percent(share, 0))
        for n, share in enumerate(projection.shares, start=1)
    ]


def _show_warnings(method: str, projections: Sequence[Projection]) -> None:
    if any(projection.method != method for projection in projections):
        st.info(_("Too few different pictures for this method: the map was drawn by PCA."), icon=":material/info:")
    if any(not projection.points.any() for projection in projections):
        st.info(_("To a model all these pictures are equal: its map is a single point."), icon=":material/info:")
    if method != "pca":
        st.warning(
            _(
                "Distances between far groups mean nothing on this map, nor does the size of a group: "
                "only who is near whom. Another seed draws another map of the same vectors."
            ),
            icon=":material/warning:",
        )
    else:
        st.caption(
            _("PCA keeps straight distances as well as two axes can; what the axes do not explain is not on this map.")
        )


def _show_chosen(pictures: Pictures, chosen: Sequence[int]) -> None:
    if not chosen:
        return
    st.subheader(_("Chosen pictures: {n}").format(n=len(chosen)), anchor=False)
    with st.container(horizontal=True, key="similarity-chosen"):
        for picture in chosen[:MOST_SHOWN]:
            with st.container(width=THUMBNAIL, gap="xsmall"):
                path = pictures.gallery.paths[picture]
                show_small(square_jpeg(pictures.photos[picture], 2 * THUMBNAIL), width=THUMBNAIL, alt=visible(path))
                st.caption(escaped_for_column(path, longest=24))
    if len(chosen) > MOST_SHOWN:
        st.caption(_("The first {n} are shown.").format(n=MOST_SHOWN))
