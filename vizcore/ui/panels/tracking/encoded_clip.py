"""What is the segmenter given? The frames with what it keeps of each, so that a correction costs its decoder alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import streamlit as st

from vizcore.i18n import _
from vizcore.photo import Photo
from vizcore.segmentation.embed import embed
from vizcore.segmentation.results import ImageEmbedding
from vizcore.tracking.clip import Clip
from vizcore.tracking.propagation import EncodedFrame
from vizcore.ui.engine_call import answer
from vizcore.zoo.cards import ModelCard

MOST_KEPT_MB = 100  # of all frames together; a larger segmenter looks at the clip anew for each correction


def frames_for(card: ModelCard, clip: Clip) -> tuple[Photo, ...] | tuple[EncodedFrame, ...] | None:
    """None after an error was shown. The engine keeps the embeddings too, within its own budget."""
    look = cast("Callable[..., ImageEmbedding]", embed)  # the engine answers with the last snapshot's result
    first = answer(look, card, clip.frames[0])
    if first is None:
        return None
    if sum(each.nbytes for each in first.features) * len(clip) > MOST_KEPT_MB * 1e6:
        st.caption(_("This segmenter's view of the clip is too large to be kept: each correction looks at it anew."))
        return clip.frames
    done, place = [first], st.empty()
    for number, photo in enumerate(clip.frames[1:], 2):
        place.progress(number / len(clip), _("Looking at frame {n} of {all} …").format(n=number, all=len(clip)))
        found = answer(look, card, photo)
        if found is None:
            return None
        done.append(found)
    place.empty()
    return tuple(EncodedFrame(photo, each) for photo, each in zip(clip.frames, done, strict=True))
