"""A clip goes out: frames as a WebM that every browser plays. OpenCV writes VP8; H.264 it does not have."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vizcore.errors import ClipUnreadable

IN_MEMORY = Path("/dev/shm")  # a folder of memory where there is one: a visitor's pictures do not touch the disk


def webm_bytes(frames: Iterable[NDArray[np.uint8]], fps: float) -> bytes:
    """frames (H, W, 3) RGB of one size, at least one; an odd row or column at the edge is left out."""
    folder = IN_MEMORY if IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "clip.webm"
        writer: cv2.VideoWriter | None = None
        for frame in frames:
            height, width = (frame.shape[0] // 2) * 2, (frame.shape[1] // 2) * 2
            if writer is None:
                writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP80"), fps, (width, height))
                if not writer.isOpened():
                    raise ClipUnreadable(reason="not_written", accepted=[])
            writer.write(np.ascontiguousarray(frame[:height, :width, ::-1]))
        if writer is None:
            raise ValueError("expected at least one frame")
        writer.release()
        return path.read_bytes()
