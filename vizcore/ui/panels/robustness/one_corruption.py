"""What did the models see in the worst case, or in any other one the visitor picks?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.figures.signed import enlarged
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.preprocessing.recipes import RECIPES
from vizcore.robustness.corruptions import corrupt
from vizcore.ui import choices, url_state
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.headings import model_heading
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.adversarial.studied_photos import names_of
from vizcore.ui.panels.robustness.names import corruption_name
from vizcore.ui.picture_zoom import zoomed_together
from vizcore.ui.session_models import card_of

if TYPE_CHECKING:
    from vizcore.robustness.evaluation import Robustness

WORST = "worst"


def show(found: Mapping[str, Robustness], photos: Any) -> None:
    """The worst case of each model, or one corruption at one severity on one photo; no model runs for it."""
    taken: tuple[Photo, ...] = (photos,) if isinstance(photos, Photo) else tuple(photos)
    first = next(iter(found.values()))
    st.subheader(_("The worst case, and any other"), anchor=False)
    texts = {WORST: _("The worst case")} | {name: corruption_name(name) for name in first.corruptions}
    chosen = choices.choose_one(_("Corruption"), texts, key="robustness.corruption", default=WORST)
    if chosen != WORST:
        severity = st.slider(_("Severity"), 1, 5, 3, **url_state.bound("robustness.severity"))
        place = _choose_place(taken)
    for column, (key, each) in zip(aligned_columns(len(found), "robustness.case"), found.items(), strict=True):
        with column:
            model_heading(card_of(key))
            case = each.worst() if chosen == WORST else (chosen, severity, place)
            if case is None:
                st.info(_("There is no worst case: no answer was right on the clean photos."))
            else:
                _show_case(key, each, taken, case)


def _choose_place(photos: tuple[Photo, ...]) -> int:
    if len(photos) == 1:
        return 0
    names = [visible(name) for name in names_of(photos)]
    return choices.choose_place(_("Photo"), names, key="robustness.place")


def _show_case(key: str, each: Robustness, photos: tuple[Photo, ...], case: tuple[str, int, int]) -> None:
    name, severity, place = case
    photo, c, s = photos[place], each.corruptions.index(name), each.severities.index(severity)
    card = card_of(key)
    recipe = card.facts.get("given_recipe") or RECIPES[card.recipe]
    clean = recipe.prepare(photo).rgb
    worse = corrupt(clean, name, severity, int(each.provenance.settings.get("seed", 0)) + place)
    title = corruption_name(name)
    with zoomed_together(f"robustness.case.{key}.{photo.sha256}"):
        columns = st.columns(2)
    columns[0].image(encode_png(enlarged(clean)), width="stretch", alt=_("The photo, clean"))
    columns[1].image(
        encode_png(enlarged(worse)),
        width="stretch",
        alt=_("The photo under {corruption}, severity {n}").format(corruption=title, n=severity),
    )
    st.markdown(
        _(
            "{photo}, {corruption}, severity {n}: **{label}** goes from {before} to {after}; the answer {verdict}."
        ).format(
            photo=escaped(names_of([photo])[0]),
            corruption=title,
            n=severity,
            label=escaped(short_label(each.labels[int(each.reference[place])])),
            before=percent(float(each.clean_confidence[place]), 0),
            after=percent(float(each.confidence[c, s, place]), 1),
            verdict=_("is kept") if each.kept[c, s, place] else _("is lost"),
        )
    )
