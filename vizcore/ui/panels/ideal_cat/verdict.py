"""What did it come to? The model's answer to its own 8-bit picture, what the others say, and what it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.figures.bars import compared_bars, compared_rows, short_label
from vizcore.i18n import _
from vizcore.i18n.class_names import first_name
from vizcore.i18n.counts import counted
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Photo
from vizcore.pictures import encode_png
from vizcore.ui.aligned_columns import aligned_columns
from vizcore.ui.charts import show_chart
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.ideal_cat.live_view import heading, target_words
from vizcore.ui.panels.ideal_cat.run_group import RunConfig, RunGroup
from vizcore.ui.theme_now import dark_now
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from vizcore.generation.ideal.results import IdealResult

Found = list[tuple[RunConfig, "IdealResult"]]


def show(shown: RunGroup, found: Found) -> None:
    """The plain sentence, then one column for each climb."""
    st.header(_("What the network says about its picture"), anchor=False)
    st.info(plain_words(found), icon=":material/visibility:")
    if shown.experiment == "ablation":
        _compare_recipes(found)
    columns = {1: 2, 2: 2, 4: 2}.get(len(found), 3)
    for first in range(0, len(found), columns):
        beside = found[first : first + columns]
        bars = _bars(beside)
        for (config, result), place in zip(beside, aligned_columns(columns, f"ideal_cat.said.{first}"), strict=False):
            with place:
                heading(shown.experiment, config)
                _show_answer(config, result, bars.get(config.name))
                if shown.experiment == "pair":
                    _ask_others(config, result, [each.card for each, _result in found])


def plain_words(found: Found) -> str:
    """What the picture is for, in one or two sentences."""
    result = found[0][1]
    if result.mixed:
        (first, _share), (second, _other) = result.mixed
        return _(
            "This picture is made for the network, not for us. It is **neither a picture of {first} nor of {second}**: "
            "nothing in the loss asks for one. It is what drives {sum} highest."
        ).format(
            first=escaped(short_label(first)),
            second=escaped(short_label(second)),
            sum=" ".join(_weighted(*each) for each in result.mixed).removeprefix("+ "),
        )
    if result.target_class is None:
        return _(
            "This picture is made for the network, not for us: it is what drives {target} highest among all pictures "
            "met on the way, whatever we see in it."
        ).format(target=target_words(result))
    return _(
        "This picture is made for the network, not for us. It is **not a picture of {target}**: nothing in the loss "
        "asks for one. It is what drives the number for {target} highest, and {model} answers with {percent}."
    ).format(
        target=target_words(result),
        model=escaped(found[0][0].card.title),
        percent=percent(result.probability(), 1),
    )


def _weighted(label: str, weight: float) -> str:
    """ "+ 0.5 · tabby", with a true minus sign."""
    return f"{'−' if weight < 0 else '+'} {number(abs(weight), 2)} · {escaped(short_label(label))}"


def _bars(found: Found) -> dict[str, tuple[go.Figure, str]]:
    """The chart of each run's classes and its words, by the run's name, with the same rows where classes are the same.

    Runs with several pictures, and models without classes, have none.
    """
    asked = [(config, result.classification()) for config, result in found
             if result.labels and len(result.pictures) == 1]  # fmt: skip
    rows = compared_rows([answer for _config, answer in asked])
    figures = compared_bars(rows, [config.card.family for config, _answer in asked], dark=dark_now())
    words = [", ".join(f"{short_label(label)} {percent(share, 0)}" for label, share in each) for each in rows]
    names = [config.name for config, _answer in asked]
    return dict(zip(names, zip(figures, words, strict=True), strict=True))


def _show_answer(config: RunConfig, result: IdealResult, bars: tuple[go.Figure, str] | None) -> None:
    if len(result.pictures) > 1:
        _show_several(result)
        return
    if bars is not None:
        figure, words = bars
        alt = _("Probability of each class: {classes}").format(classes=words)
        show_chart(figure, key=f"ideal_cat.bars.{config.name}", alt=alt)
    st.markdown("  \n".join(facts(result)))


def facts(result: IdealResult, picture: int = 0) -> list[str]:
    """Lines of Markdown: the number climbed, the certainty under fresh shifts, the total variation, the best step."""
    lines = [_("Activation: **{value}**").format(value=number(float(result.activation[picture]), 2))]
    classes = [
        _("{target}: **{percent}**").format(target=escaped(short_label(label)), percent=percent(share, 2))
        for label, share in result.class_probabilities(picture)
    ]
    lines = [*classes, *lines]
    if np.isfinite(result.jittered[picture]):
        lines.insert(
            1, _("shifted at random: **{percent}**").format(percent=percent(float(result.jittered[picture]), 1))
        )
    return [
        *lines,
        _("Total variation: **{value}**").format(value=number(float(result.total_variation[picture]), 4)),
        _("Best of {steps}: step {step}").format(
            steps=counted("step", result.steps), step=int(result.best_step[picture])
        ),
    ]


def _show_several(result: IdealResult) -> None:
    """The pictures one by one, each with what the model says to it."""
    for index, picture in enumerate(result.pictures):
        left, right = st.columns([1, 2], vertical_alignment="center")
        alt = _("Ideal picture {n}").format(n=index + 1)
        left.image(encode_png(picture.rgb), width="stretch", alt=alt)
        best = [f"{escaped(short_label(label))} **{percent(share, 1)}**" for _i, label, share in result.top(index, 3)]
        right.markdown("  \n".join(best or facts(result, index)))


def _compare_recipes(found: Found) -> None:
    """How much smoother each recipe made it, against the first one."""
    first = found[0][1]
    if found[0][0].name != "pixels" or len(found) < 2:
        return
    words = _("What changes is what we see. Total variation, as a share of the plain pixels': {list}.")
    shares = ", ".join(percent(each.roughness_against(first), 0) for _c, each in found)
    st.markdown(words.format(list=shares))


def _ask_others(config: RunConfig, result: IdealResult, cards: list[ModelCard]) -> None:
    """What the other model says to this picture."""
    from vizcore.features.classes import classify

    for other in cards:
        if other.key == config.card.key:
            continue
        said = answer(classify, other, result.pictures[0])
        if said is None:
            continue
        _index, label, share = said.top(1)[0]
        words = _("Shown to {model}, it is: **{label}** ({percent}).")
        st.markdown(
            words.format(model=coloured_title(other), label=escaped(short_label(label)), percent=percent(share, 0))
        )


def named(picture: Photo, config: RunConfig) -> Photo:
    """The picture under a name for the tray: "ideal tabby (cnn-mini)"; a mix of two has both."""
    return Photo(picture.rgb, f"ideal {visible(first_name(picture.name), longest=48)} ({config.card.key})")
