"""Does one real inference come back for each task, on a drawn picture, with the model that ships?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from vizcore.photo import Photo
from vizcore.settings import Settings

if TYPE_CHECKING:
    from vizcore.segmentation.results import ImageEmbedding


def drawn_photo() -> Photo:
    """A bright disc on a dark ground, 96 x 128: enough for every model to compute on."""
    rows, columns = np.mgrid[:96, :128]
    inside = (rows - 48) ** 2 + (columns - 64) ** 2 < 30**2
    return Photo(np.where(inside[..., None], (230, 190, 80), (30, 40, 60)).astype(np.uint8), "drawn")


def _loaded(key: str, settings: Settings) -> Any:
    from vizcore.zoo.catalogue import card
    from vizcore.zoo.load import load_model

    return load_model(card(key), "cpu", settings)


def classify(settings: Settings) -> str:
    from vizcore.features.classes import classify as operation

    ((_index, label, _probability),) = operation(_loaded("cnn-mini", settings), drawn_photo()).top(1)
    return label


def embed(settings: Settings) -> str:
    from vizcore.features.embedding import embed as operation

    return f"{operation(_loaded('vit-mini', settings), drawn_photo()).vector.size}"


def detect(settings: Settings) -> str:
    from vizcore.detection.detect import detect as operation

    return f"{len(operation(_loaded('yolo-mini', settings), drawn_photo()).boxes_xyxy)}"


def segment(settings: Settings) -> str:
    from vizcore.segmentation.embed import embed as encode
    from vizcore.segmentation.prompts import Prompts
    from vizcore.segmentation.segment import SegmentSettings
    from vizcore.segmentation.segment import segment as operation

    model = _loaded("sam-mini", settings)
    *_parts, last = encode(model, drawn_photo())
    masks = operation(model, cast("ImageEmbedding", last.result), SegmentSettings(Prompts(box_xyxy=(34, 18, 94, 78))))
    return f"{len(masks.masks)}"


INFERENCES: Mapping[str, Callable[[Settings], str]] = {
    "classify": classify,
    "embed": embed,
    "detect": detect,
    "segment": segment,
}
