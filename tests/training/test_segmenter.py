"""How sure are the numbers of the segmenter's card?"""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate_segmenter import interval


def test_interval_over_photos_is_wider_than_over_their_alike_objects() -> None:
    rng = np.random.default_rng(0)
    of_photo = rng.random(40)
    scores = {"box": np.repeat(of_photo, 10), "photo": np.repeat(np.arange(40), 10)}
    low, high = interval(scores, lambda s: float(s["box"].mean()))
    assert low < of_photo.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * of_photo.std() / 40**0.5, rel=0.15)
