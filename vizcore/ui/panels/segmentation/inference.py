"""What do the segmenters say to the prompts? The photo is embedded once; a click costs the decoder alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.prompting.answers import Answered, Found, of_given, packed
from vizcore.prompting.objects import PromptedObject
from vizcore.ui.engine_call import answer
from vizcore.ui.job_panel import begin_job, show_job
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.session import engine, session_id, visit
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.segmentation import ImageEmbedding
    from vizcore.segmentation.rle import Rle

QUICK_MILLION = 15.0  # parameters; a larger encoder takes seconds on a CPU and is shown as a job
FED_BACK = 16  # clicks after which the chain of fed-back logits begins anew


def looked_at(state: PageState, photo: Photo, cards: Sequence[ModelCard]) -> list[ModelCard]:
    """The cards whose embedding of the photo is there; a job or an error is shown for each other one."""
    return [card for card in cards if embedding_of(state, card, photo) is not None]


def embedding_of(state: PageState, card: ModelCard, photo: Photo) -> ImageEmbedding | None:
    """The photo's embedding; None while it is made or after its error was shown. A large encoder runs as a job."""
    from vizcore.segmentation import embed

    if card.key not in state.embeddings:
        made = answer(cast(Any, embed), card, photo) if is_quick(card) else _embedded_by_job(card, photo)
        if made is None:
            return None
        state.embeddings[card.key] = made
    kept: ImageEmbedding = state.embeddings[card.key]
    return kept


def is_quick(card: ModelCard) -> bool:
    """Whether looking at a photo takes well under a second on any machine, or the machine has a GPU."""
    return card.parameters_m <= QUICK_MILLION or not engine().status().device.startswith("cpu")


def ask(
    state: PageState, card: ModelCard, embedding: ImageEmbedding, objects: Sequence[PromptedObject]
) -> list[Answered]:
    """One answer for each object that something points at; what failed was explained in place and is left out.

    An object from a file needs no answer: its mask is the given one, whichever the segmenter.
    """
    found = ((asked, _found(state, card, embedding, asked)) for asked in objects)
    return [Answered(asked, each) for asked, each in found if each is not None]


def _found(state: PageState, card: ModelCard, embedding: ImageEmbedding, asked: PromptedObject) -> Found | None:
    """The answer to all prompts, with the logits of the answer before the last one fed back, as SAM wants it."""
    from vizcore.segmentation import SegmentSettings, segment

    if asked.from_file and asked.given is not None:
        return _given(state, asked.given)
    hints = [each.hints for each in asked.grown() if not each.from_file]
    first = (len(hints) - 1) // FED_BACK * FED_BACK
    found: Found | None = None
    picked = asked.chosen or 0
    for hint in hints[first:]:
        key = (card.key, hint, None if found is None else picked, first)
        previous = None
        if found is not None:
            previous = found.logits[min(picked if len(found.rles) > 1 else 0, len(found.rles) - 1)]
        found = state.answers.get(key)
        if found is None:
            masks = answer(segment, card, embedding, SegmentSettings(hint, previous))
            if masks is None:
                return None
            found = packed(masks)
            state.remember(key, found)
    return found


def _given(state: PageState, rle: Rle) -> Found:
    key = ("given", rle)
    if key not in state.answers:
        state.remember(key, of_given(rle))
    found: Found = state.answers[key]
    return found


def _embedded_by_job(card: ModelCard, photo: Photo) -> ImageEmbedding | None:
    """Begins by itself, shows how far it is and can be stopped; the page runs again at its end."""
    from vizcore.segmentation import embed

    key = f"segmentation.embed.{card.key}.{photo.sha256}"

    def start() -> JobHandle:
        return engine().start(embed, card.key, photo, session=session_id())

    if key not in visit().jobs and key not in visit().refusals:
        begin_job(key, start)
    job = visit().jobs.get(key)
    if job and job.state == "done":
        made: Any = visit().jobs.pop(key).result()
        return made  # type: ignore[no-any-return]
    st.info(_("The encoder looks at the photo once; every click after that is quick."), icon=":material/visibility:")
    show_job(key, start)
    return None
