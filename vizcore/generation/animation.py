"""How do the pictures of a climb become a film: GIF everywhere, WebM where OpenCV can write it, or single frames?"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from vizcore.generation.attacks.rounding import RgbArray

SHORTEST_SIDE = 256  # small pictures are enlarged by whole factors, pixel by pixel
HOLD_LAST_S = 1.5
MOST_COMMENT = 60_000  # bytes; a zip's comment ends at 65,535


def gif(frames: Sequence[bytes], frames_per_second: float = 12.0, *, about: str = "") -> bytes:
    """An endless GIF of JPEG frames; the last stays a little. about: the file's comment. ValueError without frames."""
    pictures = [Image.fromarray(rgb) for rgb in decoded(frames)]
    durations = [round(1000 / frames_per_second)] * (len(pictures) - 1) + [round(1000 * HOLD_LAST_S)]
    buffer = io.BytesIO()
    first, *others = [each.quantize(128, dither=Image.Dither.FLOYDSTEINBERG) for each in pictures]
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=durations, loop=0,
               comment=about.encode())  # fmt: skip
    return buffer.getvalue()


def webm(frames: Sequence[bytes], frames_per_second: float = 12.0) -> bytes | None:
    """A VP8 film that browsers play; None where this OpenCV cannot write one. ValueError without frames."""
    pictures = decoded(frames)
    pictures += [pictures[-1]] * round(HOLD_LAST_S * frames_per_second)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.webm"
        height, width = (side - side % 2 for side in pictures[0].shape[:2])
        writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"VP80"), frames_per_second, (width, height))
        if not writer.isOpened():
            return None
        for rgb in pictures:
            writer.write(np.ascontiguousarray(rgb[:height, :width, ::-1]))
        writer.release()
        written = path.read_bytes() if path.is_file() else b""
    return written or None


def frames_zip(frames: Sequence[bytes], steps: Sequence[int], *, about: str = "") -> bytes:
    """The JPEG files as they are, named by their steps. about: the archive's comment."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = about.encode()[:MOST_COMMENT]
        for frame, step in zip(frames, steps, strict=True):
            archive.writestr(f"step-{step:05d}.jpg", frame)
    return buffer.getvalue()


def decoded(frames: Sequence[bytes]) -> list[RgbArray]:
    """Pictures (H, W, 3), the shorter side at least SHORTEST_SIDE. ValueError without frames."""
    if not frames:
        raise ValueError("expected at least one frame, got none")
    pictures = [np.asarray(Image.open(io.BytesIO(frame)).convert("RGB")) for frame in frames]
    factor = -(-SHORTEST_SIDE // min(pictures[0].shape[:2]))
    return [each.repeat(factor, axis=0).repeat(factor, axis=1) for each in pictures]
