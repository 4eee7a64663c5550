"""The candidates of all pictures of a set as one answer of the engine."""

from __future__ import annotations

from vizcore.detection.candidates import CandidatesOfMany, ProposeSettings, propose_each
from vizcore.photo import Photo
from vizcore.zoo.protocols import Detector


def propose_all(model: Detector, photo: tuple[Photo, ...], settings: ProposeSettings) -> CandidatesOfMany:
    """What the detector proposes in each picture, in their order."""
    last = None
    for snapshot in propose_each(model, photo, settings):
        last = snapshot.result
    if not isinstance(last, CandidatesOfMany):
        raise ValueError(f"expected candidates of many photos, got {type(last).__name__}")
    return last
