"""Can a sticker that anyone can print make the model see the target wherever it lies?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from vizcore.figures.bars import short_label
from vizcore.i18n import _
from vizcore.i18n.numbers import percent
from vizcore.pictures import encode_jpeg, encode_png
from vizcore.ui import downloads, url_state
from vizcore.ui.class_labels import class_labels
from vizcore.ui.counted_shares import mean_share, say_few
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.job_panel import show_job
from vizcore.ui.job_series import result_of
from vizcore.ui.last_start import asked_as_now, say_last_start
from vizcore.ui.markdown_escape import escaped, visible
from vizcore.ui.panels.adversarial.studied_photos import choose_photos, names_of
from vizcore.ui.panels.adversarial.study import Study
from vizcore.ui.session import engine, session_id
from vizcore.ui.session_models import card_of
from vizcore.zoo.cards import ModelCard
from vizcore.zoo.catalogue import visible_cards

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.generation.studies.patch import PatchResult

OTHER = {"efficientnet-lite0": "vit-mini", "cnn-mini": "vit-mini", "vit-mini": "efficientnet-lite0"}


def show(study: Study) -> None:
    """Learns a patch on the photos, shows it on each of them, and on the other bundled model."""
    from vizcore.generation.studies.patch import PatchResult, PatchSettings, printed_patch
    from vizcore.generation.studies.placement import PlacementRange

    target = study.wanted.index
    if target is None:
        st.info(_("A patch needs a class: choose a target above."))
        return
    photos = choose_photos("adversarial")
    columns = st.columns(2)
    with columns[0]:
        steps = st.slider(_("Steps of the patch"), 20, 400, 150, 10, **url_state.bound("adversarial.patch.steps"))
    with columns[1]:
        side = st.slider(
            _("Side of the patch, in % of the picture"), 15, 60, 40, 5, **url_state.bound("adversarial.patch.side")
        )
    settings = PatchSettings(target, steps=steps, places=PlacementRange(side_share=side / 100))

    def start() -> JobHandle:
        return engine().start(printed_patch, study.card.key, photos, settings, session=session_id())

    job = show_job("adversarial.patch", start, preview=_("The patch so far, on one photo"), stays=False)
    found = result_of(job)
    if job is not None and isinstance(found, PatchResult):
        say_last_start(unless=asked_as_now(job, study.card.key, photos, settings))
        _show_patch(found, names_of(job.request.photo))
        _show_other(found, job)


def _show_patch(found: PatchResult, names: list[str]) -> None:
    card = card_of(found.provenance.model)
    model_heading(card)
    words = _("With the patch the model says **{label}** in {rate} of fresh placements on these photos.")
    st.markdown(rate_words(found, words))
    say_few(len(found.judged_rates))
    with st.container(horizontal=True):
        with st.container(width=180):
            st.image(encode_png(found.patch.rgb), width="stretch", alt=_("The patch"))
            downloads.download_png(
                found.patch.rgb,
                name=f"patch-{card.key}-{found.target}",
                key="adversarial.patch.png",
                label=_("Patch (PNG)"),
                about=downloads.caption(found, ", ".join(names), card.title, found.label),
            )
        _show_examples(found, names)
    downloads.show_exports("adversarial.patch", [found])
    st.caption(
        _(
            "Print it, lay it beside something and take a photo. Place, size, turn and brightness were varied while it "
            "was learned; paper, ink and your camera were not, so expect less from a print."
        )
    )


def _show_examples(found: PatchResult, names: list[str]) -> None:
    for i, (example, name) in enumerate(zip(found.examples, names, strict=True)):
        with st.container(width=160):
            alt = _("{name} with the patch").format(name=visible(name))
            st.image(encode_jpeg(example.rgb), width="stretch", alt=alt)
            st.caption(
                _("{name}: {before} → {after}").format(
                    name=escaped(name, longest=14),
                    before=percent(float(found.confidence_without[i]), 0),
                    after=percent(float(found.confidence[i]), 0),
                )
            )


def _show_other(found: PatchResult, job: JobHandle) -> None:
    """The same patch on a model of the other family, when asked for."""
    other = OTHER.get(found.provenance.model)
    if other is None or other not in {card.key for card in visible_cards()}:
        return
    card = card_of(other)
    label = _("Try the patch on {model}").format(model=escaped(card.title))
    if st.toggle(label, **url_state.bound("adversarial.patch.other")):
        _show_tried(found, card, job)


def _show_tried(found: PatchResult, card: ModelCard, job: JobHandle) -> None:
    from dataclasses import replace

    from vizcore.generation.class_names import same_class
    from vizcore.generation.studies.patch import try_patch

    photos = job.request.photo
    target = same_class(class_labels(card), found.label)
    if target is None:
        st.info(_("{model} has no such class.").format(model=escaped(card.title)))
        return
    settings = replace(job.request.settings, target=target)
    tried = answer(try_patch, card, (found.patch, *photos), settings)
    if tried:
        words = _("{model} says **{label}** in {rate} of placements, without having been attacked.")
        st.markdown(rate_words(tried, words))


def rate_words(found: PatchResult, words: str) -> str:
    """The success in words, Markdown, over the photos in which the model does not see the target anyhow.

    words: with the places {label}, {rate} and perhaps {model}.
    """
    label, model = escaped(short_label(found.label)), escaped(card_of(found.provenance.model).title)
    if found.already.all():
        return _("{model} sees **{label}** in all these photos already: choose others to judge the patch.").format(
            model=model, label=label
        )
    said = words.format(model=model, label=label, rate=mean_share(found.judged_rates))
    if left_out := int(found.already.sum()):
        said += " " + _("Left out, since the model already sees the target: {n}.").format(n=left_out)
    return said
