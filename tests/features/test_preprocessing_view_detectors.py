"""Is a detector's preprocessing shown step by step, the letterbox's filling among its effects?"""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_detectors import tiny_queries, tiny_rcnn, tiny_yolo
from tests.tiny_models import noise_photo
from vizcore.features import view_preprocessing
from vizcore.i18n.sentences import sentence_for_note

PHOTO = noise_photo(100, 400)


def test_the_letterbox_of_yolo() -> None:
    """400 x 100 becomes 640 x 160, and 160 is a multiple of 32: nothing is filled; of 400 x 110, 16 of 192 rows."""
    seen = view_preprocessing(tiny_yolo(), PHOTO)
    assert [step.name for step in seen.steps] == ["photo", "letterbox", "normalise"]
    assert seen.steps[1].rgb.shape == (160, 640, 3)
    assert {note.code for note in seen.effects} == {"enlarged", "normalised"}
    framed = {note.code: note for note in view_preprocessing(tiny_yolo(), noise_photo(110, 400)).effects}["framed"]
    assert framed.values["share"] == pytest.approx(16 / 192)
    assert "8%" in sentence_for_note(framed)
    assert seen.cropped_share == 0


def test_stretch_and_exact_resize() -> None:
    stretched = view_preprocessing(tiny_queries("dfine-nano"), PHOTO)
    assert stretched.aspect_distortion == pytest.approx(0.25)
    assert "stretched" in {note.code for note in stretched.effects}
    model = tiny_rcnn()
    exact = view_preprocessing(model, PHOTO)
    given = model.normalised(model.pixels([model.prepare(PHOTO)]))[0].numpy()
    assert np.allclose(exact.channel_mean, given.mean((1, 2)), atol=1e-4)
