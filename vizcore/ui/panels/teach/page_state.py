"""What has this visitor put into classes, on which split, and what was computed of it? In the session's memory only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from vizcore.errors import VizError
from vizcore.learning.bins import Bins
from vizcore.learning.starts import StartData, load_start
from vizcore.ui.kept import kept_for_visit
from vizcore.ui.session import Visit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vizcore.learning.judged import Taught
    from vizcore.learning.split import Split

KEY = "teach"
OWN = "own"
MOST_VECTORS = 20_000


@dataclass
class Teaching:
    """edited: bins by start, as the visitor changed them. frozen: photo -> part by (start, share, seed).

    vectors: by (model, photo). twins: the thumbnail that finds near-twins, by photo. networks: what was trained on the
    split with this key. trained_on: that key of the newest job. refusals: (name, error) of what the last arrival
    brought. generation: counts arrivals, so that upload fields are left empty. bursts: how many the camera has
    taken; the number of one is never given again.
    """

    edited: dict[str, Bins] = field(default_factory=dict)
    frozen: dict[tuple[str, float, int], dict[str, int]] = field(default_factory=dict)
    vectors: dict[tuple[str, str], NDArray[np.float32]] = field(default_factory=dict)
    weights: dict[str, str] = field(default_factory=dict)
    twins: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    thumbnails: dict[str, bytes] = field(default_factory=dict)
    networks: dict[str, list[Taught]] = field(default_factory=dict)
    trained_on: str = ""
    refusals: list[tuple[str, VizError]] = field(default_factory=list)
    generation: int = 0
    bursts: int = 0
    visit: Visit | None = None

    def bins(self, start: str) -> Bins:
        """The bins of one start as they are now."""
        if start not in self.edited:
            self.edited[start] = Bins() if start == OWN else load_start(start).bins
        return self.edited[start]

    def change(self, start: str, bins: Bins) -> None:
        """Keeps changed bins; old refusals are off the page."""
        self.refusals.clear()
        self.edited[start] = bins

    def clear(self) -> None:
        """Forgets photos and everything computed of them."""
        for each in (self.edited, self.frozen, self.vectors, self.twins, self.thumbnails, self.networks):
            each.clear()
        self.refusals.clear()


@dataclass(frozen=True, eq=False)
class Source:
    """What is learnt now: the start's key, bins, their split, and vectors that ship with it (by photo)."""

    start: str
    bins: Bins
    split: Split
    data: StartData | None
    key: str

    @property
    def has_photos(self) -> bool:
        return all(each.photo is not None for each in self.bins.examples)

    @property
    def photos(self) -> tuple[Any, ...]:
        return tuple(each.photo for each in self.bins.examples)


def teaching() -> Teaching:
    """This session's state; emptied some minutes after the visit."""
    held: Teaching = st.session_state.setdefault(KEY, Teaching())
    return kept_for_visit(held, Teaching.clear)
