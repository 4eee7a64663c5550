"""What does the session keep for a photo on this page: prompts, answers as run lengths, a reference mask?"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from vizcore.errors import VizError
from vizcore.photo import Note, Photo
from vizcore.prompting.editing import begun_at
from vizcore.prompting.objects import PromptHistory
from vizcore.samples import SAMPLES, load_sample
from vizcore.ui import tray
from vizcore.ui.kept import kept_for_visit
from vizcore.ui.panels.segmentation import inputs
from vizcore.ui.panels.segmentation.truth import ReferenceHistory
from vizcore.ui.session import Visit

KEY = "segmentation.state"
MOST_BYTES = 64_000_000  # of answers; what is dropped is asked for again
SMALL = 1_000  # bytes of anything that does not say its own size


@dataclass
class PageState:
    """One photo's state. answers: by model and prompts, oldest first. made: small things made from them, by name.

    reference: what masks are compared with; reference_notes: of its file; reference_refusal: of a file that was none.
    refusal: of the last file of objects. arrived: what the last one led to, by its name.
    waiting: a file (name, bytes, names of its pictures) of which the visitor is asked which picture is meant.
    generation: of the fields for files.
    in_tray: whether its photo lay there, and so leaves with it.
    """

    steps: PromptHistory = field(default_factory=PromptHistory)
    answers: OrderedDict[Any, Any] = field(default_factory=OrderedDict)
    embeddings: dict[str, Any] = field(default_factory=dict)
    made: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    reference: ReferenceHistory = field(default_factory=ReferenceHistory)
    refusal: VizError | None = None
    arrived: tuple[str, int, tuple[Note, ...]] | None = None
    reference_notes: tuple[Note, ...] = ()
    reference_refusal: VizError | None = None
    waiting: tuple[str, bytes, list[str]] | None = None
    generation: int = 0
    in_tray: bool = False

    def remember(self, key: Any, value: Any) -> None:
        """Keeps the value, and lets the oldest ones go where all of them together are too large."""
        self.answers[key] = value
        total = sum(_bytes(each) for each in self.answers.values())
        while total > MOST_BYTES and len(self.answers) > 1:
            total -= _bytes(self.answers.popitem(last=False)[1])

    def refer_to(self, reference: ReferenceHistory, notes: tuple[Note, ...] = ()) -> None:
        """Another reference, with the notes of its file; what was said of the last file goes."""
        self.reference, self.reference_notes, self.reference_refusal = reference, notes, None

    def once(self, name: str, signature: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, made again only when the signature is another one."""
        if name not in self.made or self.made[name][0] != signature:
            self.made[name] = (signature, make())
        return self.made[name][1]


@dataclass
class _Photos:
    by_sha256: dict[str, PageState] = field(default_factory=dict)
    visit: Visit | None = None


def state_for(photo: Photo) -> PageState:
    """The photo's state. That of pictures which have left the tray is gone, and so is what was computed for others."""
    held: _Photos = st.session_state.setdefault(KEY, _Photos())
    photos = kept_for_visit(held, lambda each: each.by_sha256.clear())
    present = {each.sha256 for each in tray.photos()}
    for sha256, state in list(photos.by_sha256.items()):
        if state.in_tray and sha256 not in present:
            del photos.by_sha256[sha256]
    for sha256, other in photos.by_sha256.items():
        if sha256 != photo.sha256:
            for kept in (other.embeddings, other.made, other.answers):
                kept.clear()
    state = photos.by_sha256.setdefault(photo.sha256, PageState(begun_at(inputs.first_point(photo))))
    state.in_tray = state.in_tray or photo.sha256 in present
    return state


def opening_sample(section: str) -> str:
    """The sample that the section shows while nothing was picked: its own, or the one that the visitor worked on."""
    first, others = inputs.SAMPLES_HERE[0], inputs.OPENS_ON
    own = others.get(section, first)
    return next(filter(_worked_on, dict.fromkeys([own, first, *others.values()])), own)


def _worked_on(key: str) -> bool:
    held: _Photos | None = st.session_state.get(KEY)
    if not held or not held.by_sha256 or key not in SAMPLES:
        return False
    photo = load_sample(key)
    state = held.by_sha256.get(photo.sha256)
    if state is None:
        return False
    return state.reference.now.given or state.steps.now != begun_at(inputs.first_point(photo)).now


def _bytes(value: Any) -> int:
    return int(getattr(value, "nbytes", SMALL))
