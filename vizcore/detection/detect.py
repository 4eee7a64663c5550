"""What is in this photo, and where? Candidates and choice in one operation, for the command line and for scripts.

Pages ask for the candidates once and choose among them again and again, without the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.photo import Photo
from vizcore.results import Detections
from vizcore.zoo.labels import find_class
from vizcore.zoo.protocols import Detector


@dataclass(frozen=True)
class DetectSettings:
    """Both halves: what is proposed, and what of it is chosen.

    classes: as a person names them, an index or part of a label each; they take the place of those in `choice`.
    """

    propose: ProposeSettings = field(default_factory=ProposeSettings)
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)
    classes: tuple[str, ...] = ()


def detect(model: Detector, photo: Photo, settings: DetectSettings | None = None) -> Detections:
    """The detections of one photo, best first; nothing found is an empty result.

    Errors: InvalidOutput; UnknownClass or AmbiguousClass for `classes`, before the model runs.
    """
    settings = settings or DetectSettings()
    choice = settings.choice
    if settings.classes:
        wanted = [model.labels[find_class(model.labels, words, model.card.key)] for words in settings.classes]
        choice = replace(choice, classes=tuple(wanted))
    floor = min(settings.propose.floor, choice.score)
    found = choose(propose(model, photo, replace(settings.propose, floor=floor)), choice)
    return replace(found, provenance=replace(found.provenance, operation="detect"))
