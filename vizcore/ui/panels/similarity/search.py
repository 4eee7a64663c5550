"""Which pictures are most alike to one, and where do the models put them differently?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import decimal, percent
from vizcore.photo import Photo
from vizcore.similarity import Ranking, agreement, rank, rank_changes
from vizcore.similarity.records import RankingRecord, of_operation
from vizcore.ui import choices, downloads, tray, url_state
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, escaped_for_column, visible
from vizcore.ui.panels.similarity.embedded import Embedded, embed_one
from vizcore.ui.panels.similarity.sources import Pictures, as_query
from vizcore.ui.photo_names import photo_name
from vizcore.ui.tray.state import square_jpeg

MOST_SHOWN = 20
THUMBNAIL, QUERY_WIDTH = 72, 160


@dataclass(frozen=True)
class Query:
    """place: in the gallery, None for a picture of the tray."""

    photo: Photo
    name: str
    place: int | None


def show(found: Sequence[Embedded]) -> None:
    """The query, then one column of answers for each model."""
    picture, row = st.columns([1, 3], vertical_alignment="center")
    with row:
        query = _choose_query(found[0].pictures)
        count = st.slider(_("Pictures shown"), 1, MOST_SHOWN, 6, **url_state.bound("similarity.shown"))
    picture.image(square_jpeg(query.photo, QUERY_WIDTH), width=QUERY_WIDTH, alt=visible(query.name))
    ranked = [(each, ranking) for each in found if (ranking := _ranking(query, each)) is not None]
    if not ranked:
        return
    first = ranked[0]
    for column, (each, ranking) in zip(st.columns(len(ranked)), ranked, strict=True):
        with column:
            model_heading(each.card)
            _show_column(each, ranking, first[1] if each is not first[0] else None, count)
    if len(ranked) > 1:
        _show_agreement(ranked, count)
    _show_record(query, ranked)


def _choose_query(pictures: Pictures) -> Query:
    named = zip(pictures.photos, pictures.names, strict=True)
    queries = [Query(photo, name, place) for place, (photo, name) in enumerate(named)]
    if pictures.source != "tray":
        queries += [
            Query(photo, _("My pictures: {name}").format(name=visible(photo_name(photo))), None)
            for photo in tray.photos()
        ]
    key, first = "similarity.query", len(queries) - 1 if tray.photos() else 0  # the picture that came in last
    if _came_in_since():
        url_state.remember(key, [str(first + 1)], default=[str(first + 1)])
    return queries[choices.choose_place(_("Query"), [each.name for each in queries], key=key, default=first)]


def _came_in_since() -> bool:
    """Whether a picture came into the tray after the last look: then it is what is asked about."""
    held = [photo.sha256 for photo in tray.photos()]
    before = st.session_state.get("similarity.seen")
    st.session_state["similarity.seen"] = held
    return before is not None and bool(held) and held[-1] not in before


def _ranking(query: Query, each: Embedded) -> Ranking | None:
    if query.place is not None:
        return rank(each.vectors[query.place], each.vectors, exclude=query.place)
    vector = embed_one(as_query(query.photo), each)
    return rank(vector, each.vectors) if vector is not None else None


def _show_column(each: Embedded, ranking: Ranking, reference: Ranking | None, count: int) -> None:
    changes = rank_changes(reference, ranking) if reference is not None else {}
    pictures = each.pictures
    for place, (picture, score) in enumerate(zip(ranking.ids[:count], ranking.scores, strict=False), start=1):
        number_in_gallery = int(picture)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.image(
                square_jpeg(pictures.photos[number_in_gallery], 2 * THUMBNAIL),
                width=THUMBNAIL,
                alt=visible(pictures.gallery.paths[number_in_gallery]),
            )
            moved = f" · {arrow(changes[number_in_gallery])}" if changes else ""
            name = escaped_for_column(pictures.gallery.paths[number_in_gallery])
            st.markdown(f"**{place}** · **{decimal(float(score), 3)}**{moved}  \n{name}", width="stretch")


def arrow(climbed: int) -> str:
    """How many places a picture climbed (over 0) or fell (under 0), as Markdown."""
    if not climbed:
        return "="
    return f":green[**▲ {climbed}**]" if climbed > 0 else f":red[**▼ {-climbed}**]"


def _show_agreement(ranked: Sequence[tuple[Embedded, Ranking]], count: int) -> None:
    (first, reference), *others = ranked
    st.caption(
        _("▲ n: n places higher than in the list of {model}; ▼ n: n places lower; =: the same place.").format(
            model=escaped(first.card.title)
        )
    )
    for each, ranking in others:
        st.markdown(
            _("Of the first {n} pictures of {first}, {share} are among the first {n} of {second}.").format(
                n=min(count, len(ranking.ids)),
                first=escaped(first.card.title),
                second=escaped(each.card.title),
                share=percent(agreement(reference, ranking, count), 0),
            )
        )


def _show_record(query: Query, ranked: Sequence[tuple[Embedded, Ranking]]) -> None:
    records = [
        RankingRecord(
            of_operation(each.result.provenance, "rank", query_sha256=query.photo.sha256),
            query.name,
            tuple(each.pictures.gallery.paths[int(picture)] for picture in ranking.ids),
            ranking.scores,
        )
        for each, ranking in ranked
    ]

    def rows() -> list[dict[str, downloads.Cell]]:
        return [
            {"model": record.provenance.model, "rank": place, "path": path, "cosine": float(cosine)}
            for record in records
            for place, (path, cosine) in enumerate(zip(record.paths, record.cosines, strict=True), start=1)
        ]

    with downloads.export():
        downloads.download_json(records, key="similarity.rank.json", label=_("Rankings (JSON)"))
        downloads.download_csv(rows, name="rankings", key="similarity.rank.csv", label=_("Rankings (CSV)"))
