"""What does each chosen detector propose for each photo? One engine call each; everything else only chooses from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vizcore.photo import Photo
from vizcore.results import Candidates
from vizcore.ui.engine_call import answer
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.detection.choosing import ChoiceSettings
    from vizcore.results import Detections

FLOOR = 0.01  # under it a candidate says nothing that a visitor could use


@dataclass(frozen=True, eq=False)
class Proposed:
    """One detector's candidates for one photo."""

    photo: Photo
    card: ModelCard
    candidates: Candidates

    def chosen(self, settings: ChoiceSettings, *, own_score: bool = False) -> Detections:
        """What passes these settings, or passes them at the score that its card calls best; no model runs."""
        from vizcore.detection.choosing import choose

        return choose(self.candidates, replace(settings, score=self.card.score) if own_score else settings)

    def nms_would_drop(self, found: Detections, settings: ChoiceSettings, *, own_score: bool = False) -> int:
        """How many of the boxes that pass NMS takes away, or would. found: what was chosen by the same settings."""
        other = self.chosen(replace(settings, always_nms=not settings.always_nms), own_score=own_score)
        return len(other) - len(found) if settings.always_nms else len(found) - len(other)


def propose_all(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> list[Proposed]:
    """Photo by photo and in the order of the cards; what failed was explained in place and is left out."""
    found = (propose_one(photo, card) for photo in photos for card in cards)
    return [each for each in found if each is not None]


def propose_one(photo: Photo, card: ModelCard) -> Proposed | None:
    """None after the error was shown in place."""
    from vizcore.detection.candidates import ProposeSettings, propose  # brings torch: only once there is work

    candidates = answer(propose, card, photo, ProposeSettings(floor=FLOOR))
    return Proposed(photo, card, candidates) if isinstance(candidates, Candidates) else None
