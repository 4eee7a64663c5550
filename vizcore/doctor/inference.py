"""Does one real inference come back for each task, on a drawn picture, with a model that visitors are offered?"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vizcore.doctor.findings import Failed
from vizcore.errors import VizError
from vizcore.photo import Photo
from vizcore.settings import Settings

if TYPE_CHECKING:
    from vizcore.segmentation.results import ImageEmbedding
    from vizcore.zoo.cards import ModelCard, Task

log = logging.getLogger(__name__)


def drawn_photo() -> Photo:
    """A bright disc on a dark ground, 96 x 128: enough for every model to compute on."""
    rows, columns = np.mgrid[:96, :128]
    inside = (rows - 48) ** 2 + (columns - 64) ** 2 < 30**2
    return Photo(np.where(inside[..., None], (230, 190, 80), (30, 40, 60)).astype(np.uint8), "drawn")


def offered(tasks: Collection[Task], settings: Settings, family: str = "") -> ModelCard | None:
    """The first model for one of these tasks that is here that visitors are shown, of this family if possible."""
    from vizcore.zoo.catalogue import visible_cards
    from vizcore.zoo.weights import availability

    fitting = [card for card in visible_cards(settings) if card.task in tasks]
    here = [card for card in fitting if availability(card, settings) in ("here", "bundled")]
    return next((card for card in here if card.family == family), here[0] if here else None)


def classify(settings: Settings) -> str:
    from vizcore.features.classes import classify as operation

    def look(model: Any) -> str:
        ((_index, label, _probability),) = operation(model, drawn_photo()).top(1)
        return label

    return _looked(offered(["classify"], settings), settings, look)


def embed(settings: Settings) -> str:
    from vizcore.features.embedding import embed as operation

    card = offered(["classify", "embed"], settings, family="vit")
    return _looked(card, settings, lambda model: f"{operation(model, drawn_photo()).vector.size}")


def detect(settings: Settings) -> str:
    from vizcore.detection.detect import detect as operation

    card = offered(["detect"], settings)
    return _looked(card, settings, lambda model: f"{len(operation(model, drawn_photo()).boxes_xyxy)}")


def segment(settings: Settings) -> str:
    from vizcore.segmentation.embed import embed as encode
    from vizcore.segmentation.prompts import Prompts
    from vizcore.segmentation.segment import SegmentSettings
    from vizcore.segmentation.segment import segment as operation

    def look(model: Any) -> str:
        *_parts, last = encode(model, drawn_photo())
        settings = SegmentSettings(Prompts(box_xyxy=(34, 18, 94, 78)))
        return f"{len(operation(model, cast('ImageEmbedding', last.result), settings).masks)}"

    return _looked(offered(["promptable"], settings), settings, look)


def _looked(card: ModelCard | None, settings: Settings, look: Callable[[Any], str]) -> str:
    """What the model of this card answered, after its key; "-" where none is offered, which is nobody's mistake.

    Failed names the model and the error.
    """
    from vizcore.zoo.load import load_model

    if card is None:
        return "-"
    try:
        return f"{card.key}: {look(load_model(card, 'cpu', settings))}"
    except Exception as error:  # a border, as in `findings`: whatever it is, which model fails is to be said
        log.exception("inference with %s", card.key)
        reason = error.code if isinstance(error, VizError) else type(error).__name__
        raise Failed(f"{card.key}: {reason}") from None


INFERENCES: Mapping[str, Callable[[Settings], str]] = {
    "classify": classify,
    "embed": embed,
    "detect": detect,
    "segment": segment,
}
