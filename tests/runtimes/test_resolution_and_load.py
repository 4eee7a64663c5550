"""Other sides of the input are prepared, compared and timed; a load by the clock is really waited for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.tiny_detectors import tiny_queries
from tests.tiny_models import noise_photo, tiny_cnn, tiny_vit
from vizcore.errors import ModelCannot, SettingOutOfRange
from vizcore.runtimes.real_load import RealLoad, RealLoadSettings, real_load
from vizcore.runtimes.resolution import ResolutionSettings, ResolutionSweep, pixels_at, resolution_sweep
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

PHOTO = noise_photo()


def last(steps: Any) -> Any:
    return list(steps)[-1].result


def test_every_side_of_a_cnn() -> None:
    model = tiny_cnn()
    found = last(resolution_sweep(model, PHOTO, ResolutionSettings(runs=5, photos=4)))
    assert isinstance(found, ResolutionSweep)
    assert [row.side for row in found.rows] == [64, 96, 128, 160, 192]
    assert all(len(row.ms) == 5 and (row.ms > 0).all() for row in found.rows)
    usual = next(row for row in found.rows if row.side == found.usual)
    assert (usual.slices[0].agreed, usual.slices[0].n) == (4, 4)
    assert pixels_at(model, [PHOTO], 64).shape == (1, 3, 64, 64)
    assert np.allclose(pixels_at(model, [PHOTO], 128), model.pixels([model.prepare(PHOTO)]))


def test_every_side_of_a_detector_whose_candidates_grow_with_it() -> None:
    model = load_model(card("yolo-mini"), "cpu")
    found = last(resolution_sweep(model, PHOTO, ResolutionSettings(runs=5, photos=2)))
    assert [row.side for row in found.rows] == [160, 256, 320, 384, 480]
    whole = found.rows[found.usual_row].slices[0]
    assert (whole.agreed, whole.n) == (2, 2)
    assert all(row.slices[0].n == 2 for row in found.rows)


def test_positions_learnt_for_one_size_are_refused_in_one_sentence() -> None:
    with pytest.raises(ModelCannot) as caught:
        list(resolution_sweep(tiny_vit(), PHOTO, ResolutionSettings(runs=5, photos=1)))
    assert caught.value.values["ability"] == "resolution"
    with pytest.raises(ModelCannot):  # sides that follow the photo
        list(resolution_sweep(tiny_queries("detr-resnet-50"), PHOTO, ResolutionSettings(runs=5, photos=1)))
    with pytest.raises(SettingOutOfRange):
        ResolutionSettings(runs=1)


def test_a_load_for_real() -> None:
    settings = RealLoadSettings(shares=(0.3,), clients=(1, 3), requests=8)
    found = last(real_load(tiny_cnn(), PHOTO, settings))
    assert isinstance(found, RealLoad)
    assert [(row.name, row.clients, len(row.ms)) for row in found.rows] == [
        ("open", 0, 8),
        ("closed", 1, 8),
        ("closed", 3, 8),
    ]
    least = found.service_ms.min()
    assert all((row.ms > 0.2 * least).all() for row in found.rows)
    alone, crowd = found.rows[1].ms, found.rows[2].ms
    assert np.median(crowd) > np.median(alone)
    for wrong in ({"requests": 1}, {"shares": (1.0,)}, {"clients": (0,)}):
        with pytest.raises((SettingOutOfRange, ValueError)):
            RealLoadSettings(**wrong)  # type: ignore[arg-type]
