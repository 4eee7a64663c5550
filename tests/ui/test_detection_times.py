"""Which measured times does the page show, while those of another photo are still held?"""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ui.test_detection_parts import card
from vizcore.detection.timing import Timing
from vizcore.photo import Photo
from vizcore.results import Provenance
from vizcore.ui.panels.detection.latency import finished

HERE, ELSEWHERE = (Photo(np.full((4, 4, 3), value, np.uint8), str(value)) for value in (0, 255))


class Ended:
    """A job that has measured one pass on this photo."""

    def __init__(self, photo: Photo) -> None:
        self.photo = photo

    def done(self) -> bool:
        return True

    def result(self, timeout: float) -> Timing:
        one = np.ones(1)
        return Timing(Provenance(photos_sha256=(self.photo.sha256,)), one, one, one, np.zeros(0), 1, (4, 4), 1)


def test_times_are_shown_under_their_own_photo_only() -> None:
    cards = [card("one"), card("two"), card("three")]
    jobs: dict[str, Any] = {"one": Ended(HERE), "two": Ended(ELSEWHERE)}
    assert [each.key for each, _found in finished(cards, jobs, HERE)] == ["one"]
    assert [each.key for each, _found in finished(cards, jobs, ELSEWHERE)] == ["two"]
