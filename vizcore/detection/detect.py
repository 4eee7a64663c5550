"""What is in this photo, and where? Candidates and choice in one operation, for the command line and for scripts.

Pages ask for the candidates once and choose among them again and again, without the model.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vizcore.detection.candidates import ProposeSettings, propose
from vizcore.detection.choosing import ChoiceSettings, choose
from vizcore.photo import Photo
from vizcore.results import Detections
from vizcore.zoo.protocols import Detector


@dataclass(frozen=True)
class DetectSettings:
    """Both halves: what is proposed, and what of it is chosen."""

    propose: ProposeSettings = field(default_factory=ProposeSettings)
    choice: ChoiceSettings = field(default_factory=ChoiceSettings)


def detect(model: Detector, photo: Photo, settings: DetectSettings | None = None) -> Detections:
    """The detections of one photo, best first; nothing found is an empty result. Errors: InvalidOutput."""
    settings = settings or DetectSettings()
    floor = min(settings.propose.floor, settings.choice.score)
    found = choose(propose(model, photo, replace(settings.propose, floor=floor)), settings.choice)
    return replace(found, provenance=replace(found.provenance, operation="detect"))
