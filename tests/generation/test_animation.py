"""Do films hold their frames, in order, and play?"""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from vizcore.generation.animation import decoded, frames_zip, gif, webm
from vizcore.pictures import encode_jpeg

GREYS = (20, 120, 220)
FRAMES = [encode_jpeg(np.full((65, 70, 3), grey, dtype=np.uint8)) for grey in GREYS]


def test_gif() -> None:
    film = Image.open(io.BytesIO(gif(FRAMES, 10)))
    assert (film.n_frames, film.info["loop"]) == (3, 0)  # type: ignore[attr-defined]
    for index, grey in enumerate(GREYS):
        film.seek(index)
        assert np.abs(np.asarray(film.convert("RGB")).astype(int) - grey).max() < 8
        assert film.info["duration"] == (100 if index < 2 else 1500)


def test_webm_can_be_read_again() -> None:
    film = webm(FRAMES, 10)
    if film is None:
        pytest.skip("this OpenCV was built without a VP8 encoder; the app then offers the GIF alone")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.webm"
        path.write_bytes(film)
        reader, means = cv2.VideoCapture(str(path)), []
        while (step := reader.read())[0]:
            means.append(float(step[1].mean()))
    assert len(means) == 3 + 15
    assert means[:3] == pytest.approx(GREYS, abs=8)


def test_zip() -> None:
    archive = zipfile.ZipFile(io.BytesIO(frames_zip(FRAMES, [1, 20, 300])))
    assert archive.namelist() == ["step-00001.jpg", "step-00020.jpg", "step-00300.jpg"]
    assert archive.read("step-00020.jpg") == FRAMES[1]


def test_small_frames_are_enlarged_by_whole_factors() -> None:
    assert decoded(FRAMES)[0].shape == (65 * 4, 70 * 4, 3)


@pytest.mark.parametrize("make", [gif, webm])
def test_no_frames(make: object) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        make([])  # type: ignore[operator]
