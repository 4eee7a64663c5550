"""What vector stands for each picture of the gallery inside each model? At once for few, as a job for many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.numbers import number
from vizcore.photo import Photo
from vizcore.results import FloatArray
from vizcore.ui.engine_call import answer
from vizcore.ui.headings import model_heading
from vizcore.ui.job_panel import show_job
from vizcore.ui.panels.similarity.own import JOBS
from vizcore.ui.panels.similarity.sources import LayerName, Pictures
from vizcore.ui.session import engine, session_id, visit
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.similarity.many import Embeddings

AT_ONCE = 100  # pictures that are embedded without asking; more are a job with a Stop button


@dataclass(frozen=True)
class Embedded:
    """The vectors of one gallery in one model."""

    card: ModelCard
    pictures: Pictures
    result: Embeddings

    @property
    def vectors(self) -> FloatArray:
        return self.result.vectors

    @property
    def key(self) -> tuple[str, str, str, str]:
        """The same for the same vectors."""
        return self.pictures.key, self.card.key, self.result.provenance.weights_sha256, self.result.layer


def embed_all(pictures: Pictures, cards: Sequence[ModelCard], layer: LayerName) -> list[Embedded]:
    """One answer for each model that has one now; errors and jobs under way are shown in place."""
    different = len({photo.sha256 for photo in pictures.photos})
    ask = _at_once if different <= AT_ONCE else _by_job
    answers = [(card, ask(pictures, card, layer)) for card in cards]
    return [Embedded(card, pictures, result) for card, result in answers if result is not None]


def embed_one(photo: Photo, found: Embedded) -> FloatArray | None:
    """The vector (D,) of a picture that is not in the gallery."""
    from vizcore.similarity.many import ManySettings, embed_photos

    result = answer(embed_photos, found.card, (photo,), ManySettings(layer=cast(LayerName, found.result.layer)))
    return np.asarray(result.vectors[0]) if result is not None else None


def _at_once(pictures: Pictures, card: ModelCard, layer: LayerName) -> Embeddings | None:
    from vizcore.similarity.many import ManySettings, embed_photos

    return answer(embed_photos, card, pictures.photos, ManySettings(layer=layer))


def _by_job(pictures: Pictures, card: ModelCard, layer: LayerName) -> Embeddings | None:
    from vizcore.similarity.many import Embeddings, ManySettings, embed_gallery

    def start() -> JobHandle:
        settings = ManySettings(layer=layer)
        return engine().start(embed_gallery, card.key, pictures.photos, settings, session=session_id())

    key = f"{JOBS}{pictures.key}.{layer}.{card.key}"
    job = visit().jobs.get(key)
    if job is None or job.state != "done":
        model_heading(card)
        st.caption(_("{n} pictures to look at: press Start.").format(n=number(len(pictures.photos))))
        job = show_job(key, start)
    snapshot = job.snapshot() if job is not None and job.state == "done" else None
    return snapshot.result if snapshot is not None and isinstance(snapshot.result, Embeddings) else None
