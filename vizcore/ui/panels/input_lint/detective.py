"""Detective: paste the statistics of your own tensor, or upload it, and be told what is probably wrong."""

from __future__ import annotations

import streamlit as st

from vizcore.errors import VizError
from vizcore.i18n import _, ngettext
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.preprocessing.variants.diagnosis import diagnose
from vizcore.preprocessing.variants.feeding import feed
from vizcore.preprocessing.variants.matching import EXACT, LIMIT_MB, NEAR, RIGHT, Explanation, explain, read_tensor
from vizcore.preprocessing.variants.statistics import TensorStatistics, statistics_of
from vizcore.preprocessing.variants.statistics_text import parse_statistics, text_of
from vizcore.preprocessing.variants.table import VARIANTS, AnyRecipe, recipe_named
from vizcore.ui.error_panel import errors_shown
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.input_lint.faults import statistics_rows
from vizcore.ui.panels.input_lint.words import CERTAINTIES, finding_text, variant_title
from vizcore.ui.tables import show_table
from vizcore.ui.taken_file import take_file
from vizcore.zoo.cards import ModelCard

SHOWN = 6
CHANNELS = 3
SNIPPET = """import numpy as np
x = np.asarray(tensor, np.float32)       # what your model is given: 3 x H x W
np.save("tensor.npy", x)
for name, values in (("min", x.min((1, 2))), ("max", x.max((1, 2))), ("mean", x.mean((1, 2))), ("std", x.std((1, 2)))):
    print(name, *values.round(3))"""


def show(photo: Photo, card: ModelCard) -> None:
    """Left: the numbers and what they say. Right: a tensor of the chosen photo and which pipeline made it."""
    recipe = recipe_named(card.recipe)
    if recipe is None:
        return
    left, right = st.columns(2)
    with left:
        found = _show_statistics(photo, card, recipe)
    with right:
        _show_tensor(photo, card, recipe)
    if found:
        right_one = statistics_of(feed(recipe, photo).network)
        show_table(statistics_rows(((_("Yours"), found), (_("Fed rightly"), right_one))))
    with st.expander(_("How do I get these from my own code?"), icon=":material/code:"):
        st.code(SNIPPET, language="python")


def _show_statistics(photo: Photo, card: ModelCard, recipe: AnyRecipe) -> TensorStatistics | None:
    st.markdown(_("**Statistics of your tensor**, one number for each channel"))
    example = text_of(statistics_of(feed(recipe, photo, VARIANTS["range_255"]).network))
    text = st.text_area(
        _("min, max, mean and std"), example, key=f"input_lint.statistics.{card.key}.{photo.sha256[:8]}", height=130
    )
    found: TensorStatistics | None = None
    with errors_shown(where="detective"):
        found = parse_statistics(text)
        st.markdown(_("What they say, for {model}:").format(model=coloured_title(card)))
        for finding in diagnose(found, recipe):
            kind = "success" if finding.code == "fine" else CERTAINTIES[finding.certainty]
            getattr(st, kind)(finding_text(finding))
        if text == example:
            st.caption(_("An example: the chosen photo without the division by 255. Paste your own numbers over it."))
    return found


def _show_tensor(photo: Photo, card: ModelCard, recipe: AnyRecipe) -> None:
    st.markdown(_("**Or the tensor itself**, made from the chosen photo by your pipeline"))
    held = take_file(
        _("An .npy file, 3 x H x W or H x W x 3"),
        lambda content, _name: read_tensor(content),
        key="input_lint.npy",
        part=f".{card.key}",
        limit_mb=int(LIMIT_MB),
    )
    if held is None:
        size = feed(recipe, photo).network.shape
        st.caption(
            _(
                "Every fault of this page is applied to the same photo and compared with your tensor, number by "
                "number; the nearest one is the likely culprit. {model} wants {height} × {width} pixels."
            ).format(model=coloured_title(card), height=size[0], width=size[1])
        )
        return
    name, tensor = held
    with errors_shown(about=name, where="detective"):
        if isinstance(tensor, VizError):
            raise tensor
        st.caption(f"{escaped(name)} · {tensor.shape[0]} × {tensor.shape[1]}")
        findings = diagnose(statistics_of(tensor), recipe)
        st.markdown(", ".join(finding_text(each) for each in findings))
        if all(each.code != "not_finite" for each in findings):  # else every difference is no number either
            _show_explanations(explain(tensor, photo, recipe), tensor.shape)


def _show_explanations(found: tuple[Explanation, ...], shape: tuple[int, ...]) -> None:
    if not found and shape[2] != CHANNELS:
        words = ngettext(
            "Your tensor has {n} channel, and every pipeline here makes 3: nothing can be compared number by number.",
            "Your tensor has {n} channels, and every pipeline here makes 3: nothing can be compared number by number.",
            shape[2],
        )
        st.error(words.format(n=shape[2]))
        return
    if not found:
        st.error(_("Your tensor is {height} × {width} pixels, and no pipeline here makes that size.").format(
            height=shape[0], width=shape[1]))  # fmt: skip
        return
    best = found[0]
    title = _("fed rightly") if best.name == RIGHT else variant_title(best.name)
    if best.name == RIGHT and best.difference < EXACT:
        st.success(_("Your tensor is the right one: the mean difference is {difference}.").format(
            difference=number(best.difference, 5)))  # fmt: skip
    elif best.difference < NEAR:
        st.warning(_("Nearest: **{fault}** (mean difference {difference}).").format(
            fault=title, difference=number(best.difference, 4)))  # fmt: skip
        if best.name != RIGHT:
            st.markdown(_(VARIANTS[best.name].remedy))
    else:
        st.info(_("No single fault explains it (nearest: {fault}, mean difference {difference}); perhaps two at once, "
                  "or another photo.").format(fault=title, difference=number(best.difference, 2)))  # fmt: skip
    show_table(
        [
            {
                _("Pipeline"): _("Fed rightly") if each.name == RIGHT else variant_title(each.name),
                _("Mean difference"): number(each.difference, 4),
            }
            for each in found[:SHOWN]
        ]
    )
