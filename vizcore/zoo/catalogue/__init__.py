"""Which models are there? One table of cards for each library; adding a model is adding a card to one of them."""

from __future__ import annotations

from vizcore import settings as configuration
from vizcore.errors import UnknownModel
from vizcore.settings import Settings
from vizcore.zoo import session_cards
from vizcore.zoo.cards import ModelCard, Task
from vizcore.zoo.catalogue.bundled_cards import BUNDLED_CARDS
from vizcore.zoo.catalogue.bundled_detector_cards import BUNDLED_DETECTORS
from vizcore.zoo.catalogue.huggingface_cards import HUGGINGFACE_CARDS
from vizcore.zoo.catalogue.huggingface_detector_cards import HUGGINGFACE_DETECTORS
from vizcore.zoo.catalogue.latencies import with_latency
from vizcore.zoo.catalogue.packaged_cards import PACKAGED_CARDS
from vizcore.zoo.catalogue.promptable_cards import PROMPTABLE_CARDS
from vizcore.zoo.catalogue.reader_cards import READER_CARDS
from vizcore.zoo.catalogue.segmenter_cards import SEGMENTER_CARDS
from vizcore.zoo.catalogue.text_image_cards import TEXT_IMAGE_CARDS
from vizcore.zoo.catalogue.torchvision_cards import TORCHVISION_CARDS
from vizcore.zoo.catalogue.torchvision_detector_cards import TORCHVISION_DETECTORS
from vizcore.zoo.catalogue.ultralytics_cards import ULTRALYTICS_CARDS
from vizcore.zoo.catalogue.video_cards import VIDEO_CARDS

# The order is the order in which pickers list them.
TABLES = (
    BUNDLED_CARDS,
    PACKAGED_CARDS,
    BUNDLED_DETECTORS,
    TORCHVISION_CARDS,
    HUGGINGFACE_CARDS,
    TEXT_IMAGE_CARDS,
    ULTRALYTICS_CARDS,
    HUGGINGFACE_DETECTORS,
    TORCHVISION_DETECTORS,
    PROMPTABLE_CARDS,
    VIDEO_CARDS,
    SEGMENTER_CARDS,
    READER_CARDS,
)
CARDS: dict[str, ModelCard] = {card.key: with_latency(card) for table in TABLES for card in table}


def visible_cards(settings: Settings | None = None) -> list[ModelCard]:
    """All cards, or only the permissive ones where the settings ask for that."""
    settings = settings or configuration.current()
    return [card for card in CARDS.values() if card.licences.permissive or not settings.permissive_only]


def cards_for(task: Task, settings: Settings | None = None) -> list[ModelCard]:
    """The visible cards of one task, bundled ones first; a classifier's card is not listed under "embed"."""
    return [card for card in visible_cards(settings) if card.task == task]


def card(key: str, settings: Settings | None = None) -> ModelCard:
    """The visible card with this key, or one that a visit made; UnknownModel lists the keys there are."""
    if made := session_cards.find(key):
        return made.card
    known = {each.key: each for each in visible_cards(settings)}
    if key not in known:
        raise UnknownModel(key=key, known=list(known))
    return known[key]
