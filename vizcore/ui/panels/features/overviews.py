"""What each chosen model made of each chosen photo, gathered once and shown by all sections of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vizcore.photo import Photo
from vizcore.ui.engine_call import answer
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.overview import Overview


@dataclass(frozen=True)
class Overviews:
    """The answers that came, by photo and model; a missing one was explained on the page where it failed."""

    photos: tuple[Photo, ...]
    cards: tuple[ModelCard, ...]
    looks: dict[tuple[str, str], Overview]

    def of(self, photo: Photo, card: ModelCard) -> Overview | None:
        return self.looks.get((photo.sha256, card.key))

    def of_photo(self, photo: Photo) -> list[tuple[ModelCard, Overview]]:
        """The models that answered for this photo, in the order of the columns."""
        return [(card, found) for card in self.cards if (found := self.of(photo, card))]

    def of_card(self, card: ModelCard) -> list[tuple[Photo, Overview]]:
        """The photos that this model answered for."""
        return [(photo, found) for photo in self.photos if (found := self.of(photo, card))]

    def everything(self) -> list[Overview]:
        return list(self.looks.values())


def gather_overviews(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> Overviews:
    """One engine call for each model and photo; errors are shown in place and the others go on."""
    from vizcore.features.overview import (  # brings torch: only once there is something to do
        Overview,
        OverviewSettings,
        overview,
    )

    looks = {}
    for card in cards:
        for photo in photos:
            found = answer(overview, card, photo, OverviewSettings())
            if isinstance(found, Overview):
                looks[photo.sha256, card.key] = found
    return Overviews(tuple(photos), tuple(cards), looks)
