"""How sure a classifier is of each photo, for one photo too."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_models import noise_photo, tiny_cnn
from vizcore.features.classes import classify
from vizcore.monitoring.sureness import BATCH, TopScores, top_scores


@pytest.mark.parametrize("count", [0, 1, BATCH + 1])
def test_the_top_probability_of_each(count: int) -> None:
    model, photos = tiny_cnn(), tuple(noise_photo(seed=seed) for seed in range(count))
    *_, last = top_scores(model, photos)
    assert isinstance(last.result, TopScores)
    assert np.allclose(last.result.scores, [classify(model, photo).top(1)[0][2] for photo in photos], atol=1e-5)
