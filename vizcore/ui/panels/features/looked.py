"""What each chosen model made of each chosen photo, gathered once and shown by all sections of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vizcore.photo import Photo
from vizcore.ui.engine_call import answer
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.features.look import Look


@dataclass(frozen=True)
class Looked:
    """The answers that came, by photo and model; a missing one was explained on the page where it failed."""

    photos: tuple[Photo, ...]
    cards: tuple[ModelCard, ...]
    looks: dict[tuple[str, str], Look]

    def of(self, photo: Photo, card: ModelCard) -> Look | None:
        return self.looks.get((photo.sha256, card.key))

    def of_photo(self, photo: Photo) -> list[tuple[ModelCard, Look]]:
        """The models that answered for this photo, in the order of the columns."""
        return [(card, found) for card in self.cards if (found := self.of(photo, card))]

    def of_card(self, card: ModelCard) -> list[tuple[Photo, Look]]:
        """The photos that this model answered for."""
        return [(photo, found) for photo in self.photos if (found := self.of(photo, card))]

    def everything(self) -> list[Look]:
        return list(self.looks.values())


def look_at(photos: Sequence[Photo], cards: Sequence[ModelCard]) -> Looked:
    """One engine call for each model and photo; errors are shown in place and the others go on."""
    from vizcore.features.look import Look, LookSettings, look  # brings torch: only once there is something to do

    looks = {}
    for card in cards:
        for photo in photos:
            found = answer(look, card, photo, LookSettings())
            if isinstance(found, Look):
                looks[photo.sha256, card.key] = found
    return Looked(tuple(photos), tuple(cards), looks)
