"""What vector stands for each photo in a model? Computed once for each photo and model, and kept for the visit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from vizcore.i18n import _
from vizcore.i18n.counts import counted
from vizcore.photo import Photo
from vizcore.results import FloatArray
from vizcore.ui.engine_call import answer
from vizcore.ui.job_panel import show_job
from vizcore.ui.markdown_escape import escaped
from vizcore.ui.panels.teach.page_state import MOST_VECTORS, Source, Teaching, teaching
from vizcore.ui.session import engine, session_id, visit
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.similarity.many import Embeddings

AT_ONCE = 64


def vectors_of(source: Source, card: ModelCard) -> FloatArray | None:
    """(n, D) of the source's photos; None after saying on the page why there are none yet."""
    held = teaching()
    if source.data is not None and source.data.vectors is not None:
        return _shipped(held, source, card)
    missing = _missing(held, source, card)
    if missing and not _look(held, missing, card):
        return None
    return np.stack([held.vectors[card.key, each.sha256] for each in source.bins.examples])


def vector_of(photo: Photo, card: ModelCard) -> FloatArray | None:
    """(D,) of one photo."""
    from vizcore.similarity.many import ManySettings, embed_photos

    found = answer(embed_photos, card, (photo,), ManySettings())
    return None if found is None else np.asarray(found.vectors[0])


def weights_of(source: Source, card: ModelCard) -> str:
    """The hash of the weights that the vectors come from."""
    if source.data is not None and source.data.vectors is not None:
        return source.data.weights_sha256
    return teaching().weights.get(card.key, card.files[0].sha256 or "" if card.files else "")


def _shipped(held: Teaching, source: Source, card: ModelCard) -> FloatArray | None:
    data = source.data
    assert data is not None
    assert data.vectors is not None
    if card.key != data.model:
        st.info(
            _(
                "**{model}** cannot learn from this start: it ships as numbers of EfficientNet-Lite0, without photos."
                " With photos of your own, every model can."
            ).format(model=escaped(card.title)),
            icon=":material/info:",
        )
        return None
    rows = [data.bins.place(each.sha256) for each in source.bins.examples]
    return data.vectors[rows]


def _missing(held: Teaching, source: Source, card: ModelCard) -> list[Photo]:
    return [
        each.photo
        for each in source.bins.examples
        if (card.key, each.sha256) not in held.vectors and each.photo is not None
    ]


def _look(held: Teaching, missing: Sequence[Photo], card: ModelCard) -> bool:
    """Computes what is missing; whether everything is there now. Many photos are a job with a Stop button."""
    from vizcore.similarity.many import Embeddings, ManySettings, embed_gallery, embed_photos

    photos = tuple(missing)
    if len(photos) <= AT_ONCE:
        found = answer(embed_photos, card, photos, ManySettings())
        return found is not None and _keep(held, photos, found, card)
    digest = hashlib.sha256("".join(each.sha256 for each in photos).encode()).hexdigest()[:16]
    key = f"teach.look.{card.key}"

    def start() -> JobHandle:
        visit()
        return engine().start(embed_gallery, card.key, photos, ManySettings(), session=session_id())

    st.caption(
        _("{model} looks at {photos} once; afterwards every training takes seconds.").format(
            model=escaped(card.title), photos=counted("photo", len(photos))
        )
    )
    job = show_job(key, start, once_for=digest)
    snapshot = job.snapshot() if job is not None and job.state == "done" else None
    result = snapshot.result if snapshot else None
    if not isinstance(result, Embeddings):
        return False
    if set(result.provenance.photos_sha256) >= {each.sha256 for each in photos}:
        _keep(held, photos, result, card)
        st.rerun()
    return False


def _keep(held: Teaching, photos: Sequence[Photo], found: Embeddings, card: ModelCard) -> bool:
    places = {sha: place for place, sha in enumerate(found.provenance.photos_sha256)}
    for each in photos:
        held.vectors[card.key, each.sha256] = np.asarray(found.vectors[places[each.sha256]], np.float32)
    held.weights[card.key] = found.provenance.weights_sha256
    while len(held.vectors) > MOST_VECTORS:
        held.vectors.pop(next(iter(held.vectors)))
    return True
