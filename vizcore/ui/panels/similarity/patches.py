"""Which part of one photo does a model find in the other? Clicks are answered in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.figures.matches import pairs_picture
from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import decimal, number
from vizcore.photo import Photo
from vizcore.pictures import encode_jpeg
from vizcore.results import Result
from vizcore.ui import url_refusals, url_state
from vizcore.ui.canvas import CanvasEvent, click_canvas, match_rows
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.fragments import fragment
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.tray.state import display
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.similarity.patch_match import PatchMatches

MOST_PAIRS = 40


def show(cards: Sequence[ModelCard], photos: tuple[Photo, Photo]) -> list[Result]:
    """For each model a canvas with both photos, and its mutual pairs drawn; the answers for the record."""
    count, count_asked = 0, False
    found: list[Result] = []
    for card in cards:
        if card.facts.get("scores_only"):
            st.caption(_("{model} shows no layers: which parts match needs torch.").format(model=escaped(card.title)))
            continue
        with st.container(border=True):
            heading, tuning, stage = st.columns(3, vertical_alignment="center")
            if not count_asked:
                bound = url_state.bound("similarity.pairs")
                count, count_asked = tuning.slider(_("Mutual pairs drawn"), 0, MOST_PAIRS, 8, **bound), True
            with heading:
                model_heading(card)
            if (matches := _matches(card, photos, stage)) is not None:
                _show_clicks(card, photos, matches)
                _show_pairs(photos, matches, count)
                found.append(matches)
    st.caption(
        _(
            "Point at a patch of the first photo: the second one lights up where the model finds something alike. "
            "The frame marks the best match. Click to keep a patch."
        )
    )
    return found


def _matches(card: ModelCard, photos: tuple[Photo, Photo], place: Any) -> PatchMatches | None:
    from vizcore.similarity.patch_match import PatchMatchSettings, patch_matches

    stages = list(card.facts["stages"])
    usual = stages.index(card.facts["cam_stage"])
    stage = place.selectbox(
        _("Stage of the network"),
        stages,
        index=usual,
        help=_("Early stages match colours and edges, late ones match things."),
        **url_state.bound(f"similarity.stage.{card.key}"),
    )
    return answer(patch_matches, card, photos, PatchMatchSettings(stage=stage))


def _show_clicks(card: ModelCard, photos: tuple[Photo, Photo], matches: PatchMatches) -> None:
    fragment(lambda: _show_canvas(card, photos, matches))


def _show_canvas(card: ModelCard, photos: tuple[Photo, Photo], matches: PatchMatches) -> None:
    """The browser draws each click by itself; the numbers under the pictures follow."""
    first, second = photos
    kept = f"similarity.patch.{card.key}"
    patch = url_state.remembered_place(kept, matches.grid_a.count)

    def keep(event: CanvasEvent) -> None:
        if event.kind == "patch":
            url_state.remember_place(kept, event.patch)

    names = {"first": visible(first.name), "second": visible(second.name)}
    rows = match_rows(
        matches, display(second), second.width, second.height, _("Likeness over {second}").format(**names)
    )
    click_canvas(
        f"similarity.patches.{card.key}",
        display(first),
        first.width,
        first.height,
        alt=_("{first}: point at a patch to see where it is found in {second}").format(**names),
        mode="patch",
        grid=rows,
        patch=patch,
        on_event=keep,
    )
    url_refusals.say(kept, url_state.places(matches.grid_a.count))
    if patch is not None:
        st.markdown(kept_words(matches, patch))
    rows_a, columns_a = matches.grid_a.shape_hw
    st.caption(
        _("{rows} x {columns} places in each photo; colours run from the lowest cosine, {low}, to 1.").format(
            rows=rows_a, columns=columns_a, low=number(float(matches.cosines.min()), 2)
        )
    )


def kept_words(matches: PatchMatches, patch: int) -> str:
    """Where the kept patch of the first photo is found in the second, and whether that choice is mutual."""
    found, cosine = matches.best(patch)
    back = matches.back(found)
    if back == patch:
        words = _("Patch {a} and patch {b} of the second photo choose each other: cosine **{cosine}**.")
    else:
        words = _(
            "Patch {a} chooses patch {b} of the second photo, cosine **{cosine}**; that one chooses patch {back}."
        )
    return words.format(a=patch, b=found, back=back, cosine=decimal(cosine, 3))


def _show_pairs(photos: tuple[Photo, Photo], matches: PatchMatches, count: int) -> None:
    pairs = matches.mutual()
    shown = min(count, len(pairs))
    if shown:
        sheet = pairs_picture(*photos, matches, shown)
        words = _("{n} of {total} that choose each other").format(n=shown, total=counted("pair of patches", len(pairs)))
        st.image(encode_jpeg(sheet), alt=words, width="stretch")
        st.caption(words)
    with derivation():
        _show_working(matches, pairs)


def _show_working(matches: PatchMatches, pairs: list[tuple[int, int, float]]) -> None:
    rows_a, columns_a = matches.grid_a.shape_hw
    rows_b, columns_b = matches.grid_b.shape_hw
    latex(rf"S_{{ij}} = \cos(a_i, b_j), \quad i = 1 \dots {rows_a * columns_a}, \quad j = 1 \dots {rows_b * columns_b}")
    st.markdown(
        _(
            "Each patch of one photo chooses the most alike patch of the other. "
            "A pair is mutual when both choose each other: {n} are."
        ).format(n=number(len(pairs)))
    )
    if pairs:
        a, b, best = pairs[0]
        second = matches.second_best(a)
        latex(rf"\max_j S_{{{a + 1},j}} = S_{{{a + 1},{b + 1}}} = {best:.4f} \quad (2: {second:.4f})")
