"""What do the segmenters say to the prompts? The photo is embedded once; a click costs the decoder alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.results import FloatArray, Provenance
from vizcore.ui.engine_call import answer
from vizcore.ui.job_panel import begin_job, show_job
from vizcore.ui.panels.segmentation.page_state import PageState
from vizcore.ui.panels.segmentation.prompts import PromptedObject
from vizcore.ui.session import engine, session_id, visit
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.segmentation import ImageEmbedding, Masks, Prompts
    from vizcore.segmentation.rle import Rle

QUICK_MILLION = 15.0  # parameters; a larger encoder takes seconds on a CPU and is shown as a job
FED_BACK = 16  # clicks after which the chain of fed-back logits begins anew


@dataclass(frozen=True, eq=False)
class Found:
    """Candidates for one object, best first, as run lengths: a visitor's objects fit into little memory."""

    rles: tuple[Rle, ...]
    predicted_iou: FloatArray
    stability: FloatArray
    boxes_xyxy: FloatArray
    areas: NDArray[np.integer[Any]]
    logits: FloatArray
    provenance: Provenance

    @property
    def nbytes(self) -> int:
        """What keeping it costs."""
        return int(self.logits.nbytes) + sum(int(each.counts.nbytes) for each in self.rles)


@dataclass(frozen=True, eq=False)
class Answered:
    """One object with its candidates; `rank` is the one that counts."""

    asked: PromptedObject
    found: Found

    @property
    def rank(self) -> int:
        return min(self.asked.chosen or 0, len(self.found.rles) - 1)

    @property
    def rle(self) -> Rle:
        return self.found.rles[self.rank]

    @property
    def mask(self) -> NDArray[np.bool_]:
        return self.rle.decode()

    @property
    def area(self) -> int:
        return int(self.found.areas[self.rank])


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


def hints_of(asked: PromptedObject) -> list[Prompts]:
    """The prompts as they grew: the box first, then click by click; each step says where the object is."""
    from vizcore.segmentation import Prompts

    grown = []
    for count in range(len(asked.points) + 1):
        points = asked.points[:count]
        if asked.box or any(point.positive for point in points):
            places = tuple((point.x, point.y) for point in points)
            grown.append(Prompts(places, tuple(int(point.positive) for point in points), asked.box))
    return grown


def _found(state: PageState, card: ModelCard, embedding: ImageEmbedding, asked: PromptedObject) -> Found | None:
    """The answer to all prompts, with the logits of the answer before the last one fed back, as SAM wants it."""
    from vizcore.segmentation import SegmentSettings, segment

    if asked.from_file and asked.given is not None:
        return _given(state, asked.given)
    hints = hints_of(asked)
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
        unknown = np.array([np.nan])
        box, area = np.array([rle.box_xyxy()], np.float64), np.array([rle.area])
        none = np.zeros((1, 1, 1), np.float32)
        state.remember(key, Found((rle,), unknown, unknown, box, area, none, Provenance(operation="file")))
    found: Found = state.answers[key]
    return found


def packed(masks: Masks) -> Found:
    """The same in little memory."""
    rles = tuple(masks.rle(place) for place in range(len(masks)))
    numbers = (masks.predicted_iou, masks.stability, masks.boxes_xyxy, masks.areas)
    return Found(rles, *numbers, masks.low_res_logits, masks.provenance)


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
