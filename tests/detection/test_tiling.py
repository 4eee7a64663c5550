"""Tiles cover the photo, and one tile is the photo itself."""

from __future__ import annotations

import numpy as np
import pytest

from tests.tiny_detectors import tiny_yolo
from tests.tiny_models import noise_photo
from vizcore.detection.detect import detect
from vizcore.detection.tiling import TileSettings, detect_tiled, tile_boxes
from vizcore.errors import SettingOutOfRange


@pytest.mark.parametrize("size_wh", [(400, 300), (300, 400), (1000, 90), (64, 64), (7, 5)])
@pytest.mark.parametrize("across", [1, 2, 3, 6])
@pytest.mark.parametrize("overlap", [0.0, 0.25, 0.5])
def test_every_pixel_lies_in_a_tile(size_wh: tuple[int, int], across: int, overlap: float) -> None:
    width, height = size_wh
    seen = np.zeros((height, width), bool)
    for x0, y0, x1, y1 in tile_boxes(size_wh, across, overlap):
        assert 0 <= x0 < x1 <= width
        assert 0 <= y0 < y1 <= height
        seen[y0:y1, x0:x1] = True
    assert seen.all()


def test_by_hand() -> None:
    assert tile_boxes((400, 200), 2, 0.0) == ((0, 0, 200, 200), (200, 0, 400, 200))
    assert tile_boxes((300, 300), 1, 0.25) == ((0, 0, 300, 300),)
    assert len(tile_boxes((300, 300), 2, 0.0)) == 4


def test_one_tile_is_the_whole_photo() -> None:
    model, photo = tiny_yolo(), noise_photo(200, 240, 1)
    found = detect_tiled(model, photo, TileSettings(across=1))
    whole = detect(model, photo)
    assert np.array_equal(found.whole.boxes_xyxy, whole.boxes_xyxy)
    assert found.tiles == ((0, 0, 240, 200),)
    assert found.dropped == 0
    assert len(found.joined) <= len(whole)  # NMS at IoU 0.5 once more


def test_boxes_come_back_to_their_place() -> None:
    model, photo = tiny_yolo(), noise_photo(200, 400, 2)
    kept = detect_tiled(model, photo, TileSettings(2, 0.0, cut_boxes=True))
    assert sum(kept.by_tile) >= len(kept.joined) > 0
    part = detect(model, type(photo)(photo.rgb[:, 200:], ""))
    moved = part.boxes_xyxy + np.array([200, 0, 200, 0])
    best = int(np.argmax(part.scores))
    assert any(np.allclose(moved[best], box, atol=1e-3) for box in kept.joined.boxes_xyxy) or len(part) == 0
    inner = detect_tiled(model, photo, TileSettings(2, 0.0))
    assert inner.dropped + sum(inner.by_tile) == sum(kept.by_tile)


@pytest.mark.parametrize("settings", [{"across": 9}, {"across": 0}, {"overlap": 0.6}])
def test_limits(settings: dict[str, float]) -> None:
    with pytest.raises(SettingOutOfRange):
        TileSettings(**settings)  # type: ignore[arg-type]
