"""What the model sees: every step from the photo to the numbers that go in, and what each step costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.preprocessing import outlined_region, step_picture
from vizcore.i18n import N_, _
from vizcore.i18n.numbers import number, percent
from vizcore.photo import Note, Photo
from vizcore.pictures import encode_jpeg
from vizcore.ui import downloads
from vizcore.ui.derivation import derivation, latex
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import coloured_title
from vizcore.ui.markdown_escape import visible
from vizcore.ui.panels.features.choices import choose_photo
from vizcore.ui.photo_names import photo_name
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.preprocessing_view import PreprocessingView, ViewedStep

STEPS = {
    "photo": N_("The photo: {width} x {height} px"),
    "resize_shorter_side": N_("Resized: shorter side {length} px"),
    "centre_crop": N_("Cropped: {size} x {size} px"),
    "stretch": N_("Stretched: {size} x {size} px"),
    "normalise": N_("Normalised by the recipe"),
}
EXPLAINED = {
    "photo": N_("In the frame: what the model will be given. The darker rest never reaches it."),
    "resize_shorter_side": N_("Fine texture is averaged away; the shape stays."),
    "centre_crop": N_("What stands at the edge is gone, whatever it was."),
    "stretch": N_("Everything stays in the picture, but a photo that is not square changes its shape."),
    "normalise": N_(
        "The same picture as numbers: less the recipe's mean, divided by its deviation, the same for every photo. "
        "Drawn from the lowest (black) to the highest (white)."
    ),
}
ENLARGED = N_("No detail is gained: there are only more pixels of it; the shape stays.")
EFFECTS = {
    "cropped_away": N_("**{share}** of the photo's area is cut off."),
    "shrunk": N_("Lengths shrink to **{factor}** of their size: detail finer than {pixels} px of the photo is lost."),
    "enlarged": N_("Lengths grow to **{factor}** of their size: the photo has less detail than the model could see."),
    "stretched": N_("Things become **{ratio}** times as wide as they should be for their height."),
    "normalised": N_("The numbers run from **{low}** to **{high}**."),
}
CHANNELS = (N_("red"), N_("green"), N_("blue"))


def show(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> None:
    """One row of pictures for each way of preparing a photo, and its effects in words."""
    from vizcore.features.preprocessing_view import PreprocessingView, view_preprocessing

    photo = choose_photo(photos)
    found = []
    for alike in same_recipe(cards):
        st.markdown("#### " + ", ".join(coloured_title(card) for card in alike))
        if len(alike) > 1:
            st.caption(_("These models are given exactly the same numbers."))
        seen = answer(view_preprocessing, alike[0], photo)
        if isinstance(seen, PreprocessingView):
            found.append(seen)
            _show_steps(photo, alike[0], seen)
            st.markdown("\n".join(f"- {effect_text(effect)}" for effect in seen.effects))
            _show_working(seen)
    if found:
        downloads.show_exports("features.seen", found)


def same_recipe(cards: Sequence[ModelCard]) -> list[list[ModelCard]]:
    """The models in groups of one recipe each, in the order of the page."""
    groups: dict[str, list[ModelCard]] = {}
    for card in cards:
        groups.setdefault(card.recipe, []).append(card)
    return list(groups.values())


def effect_text(effect: Note) -> str:
    """What a step did to the photo, as a sentence of Markdown."""
    values = {name: float(value) for name, value in effect.values.items()}
    written = {name: percent(value, 0) if name == "share" else number(value, 2) for name, value in values.items()}
    if "factor" in values:
        written["pixels"] = number(max(1.0, 1 / values["factor"]), 1)
    return _(EFFECTS[effect.code]).format(**written)


def step_title(step: ViewedStep) -> str:
    """The step with its sizes."""
    return _(STEPS[step.name]).format(**{name: visible(str(value)) for name, value in step.values.items()})


def explained(name: str, scale: float) -> str:
    """What the step of this name does. scale: by how much lengths grow on the way into the model."""
    words = ENLARGED if name == "resize_shorter_side" and scale > 1 else EXPLAINED[name]
    return _(words)


def _show_steps(photo: Photo, card: ModelCard, seen: PreprocessingView) -> None:
    for column, step in zip(st.columns(len(seen.steps)), seen.steps, strict=True):
        first = step.name == "photo"
        picture = outlined_region(photo.rgb, seen.region_xyxy) if first else step_picture(step.rgb)
        with column:
            title = step_title(step)
            words = _("{name} for {model}: {step}").format(
                name=visible(photo_name(photo)), model=visible(card.title), step=title
            )
            st.image(encode_jpeg(picture, quality=92), width="stretch", alt=words)
            st.markdown(f"**{title}**  \n:small[{explained(step.name, seen.scale_xy[0])}]")


def _show_working(seen: PreprocessingView) -> None:
    step = next((each for each in seen.steps if each.name == "normalise"), None)
    if step is None:
        return
    means, deviations = (str(step.values[name]).split() for name in ("mean", "deviation"))
    with derivation():
        latex(r"x' = \frac{x / 255 - \mu}{\sigma}")
        st.markdown(_("The recipe fixes one mean and one deviation for each colour, the same for every photo."))
        lines = [
            rf"\text{{{_(name)}}}:\quad x' = \frac{{x / 255 - {mean}}}{{{deviation}}}"
            rf"\qquad \bar{{x'}} = {average:.3f},\ s = {spread:.3f}"
            for name, mean, deviation, average, spread in zip(
                CHANNELS, means, deviations, seen.channel_mean, seen.channel_deviation, strict=True
            )
        ]
        for line in lines:
            latex(line)
        across, down = seen.scale_xy
        latex(rf"s_x = {across:.4f},\ s_y = {down:.4f},\ s_x / s_y = {seen.aspect_distortion:.4f}")
        st.caption(
            _("Lengths across and down are multiplied by these two; their ratio is 1 where nothing is stretched.")
        )
