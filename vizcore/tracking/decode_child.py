"""Decodes a clip in a process of its own: whatever a bad file does to the decoder, the server lives on.

    python decode_child.py PATH LIMITS_AS_JSON

Standard output: one line of JSON (an error with its values, or the size of what follows), then raw RGB frames. Nothing
of the project is imported here.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
# Files only: no list of segments may make the decoder open another file or address.
os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "protocol_whitelist;file"

import cv2
import numpy as np


def main() -> int:
    """0 also for a file that is refused: the line says why."""
    path, limits = sys.argv[1], json.loads(sys.argv[2])
    _lower_limits(limits)
    cv2.setNumThreads(1)
    capture = cv2.VideoCapture(path, cv2.CAP_FFMPEG)
    if not capture.isOpened():
        return _say({"error": "no_video"})
    if refused := _refused_by_header(capture, limits):
        return _say(refused)
    frames, answer = _sampled(capture, limits)
    _say({**answer, "count": len(frames)})
    for frame in frames:
        sys.stdout.buffer.write(frame.tobytes())
    return 0


def _say(answer: dict[str, Any]) -> int:
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
    return 0


def _lower_limits(limits: dict[str, Any]) -> None:
    """Memory and processor time of this process, where the system can limit them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_mb"] * 1_000_000,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_s"],) * 2)


def _refused_by_header(capture: cv2.VideoCapture, limits: dict[str, Any]) -> dict[str, Any] | None:
    """What the header says, before a frame is decoded. A header that says nothing is checked while reading."""
    width, height = (int(capture.get(each)) for each in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    if width <= 0 or height <= 0:
        return {"error": "no_video"}
    if width * height > limits["pixels"] or max(width, height) > limits["side"]:
        return {"error": "pixels", "width": width, "height": height}
    fps, count = capture.get(cv2.CAP_PROP_FPS), capture.get(cv2.CAP_PROP_FRAME_COUNT)
    if fps > 0 and count > 0 and count / fps > limits["seconds"]:
        return {"error": "seconds", "seconds": round(count / fps, 1)}
    return None


def _sampled(capture: cv2.VideoCapture, limits: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Frames at even steps of time, whatever the rate of the file: the first frame at or after each step."""
    source_fps = capture.get(cv2.CAP_PROP_FPS)
    fps = source_fps if 0 < source_fps <= 240 else 25.0
    count = max(capture.get(cv2.CAP_PROP_FRAME_COUNT), 0)
    wanted = min(limits["fps"], fps, limits["most"] * fps / count if count else limits["fps"])
    frames: list[Any] = []
    seen, steps, last_ms = 0, [], -1.0
    while len(frames) < limits["most"] and capture.grab():
        time_ms = capture.get(cv2.CAP_PROP_POS_MSEC)
        if time_ms <= last_ms:  # a file without usable times: count
            time_ms = last_ms + 1000 / fps
        if seen:
            steps.append(time_ms - last_ms)
        last_ms, seen = time_ms, seen + 1
        if time_ms > limits["seconds"] * 1000:
            return [], {"error": "seconds", "seconds": round(time_ms / 1000, 1)}
        if time_ms + 1 < len(frames) * 1000 / wanted:
            continue
        ok, frame = capture.retrieve()
        if ok and frame is not None and frame.ndim == 3:
            frames.append(_small_rgb(frame, limits["output_side"]))
            if frames[-1].shape != frames[0].shape:
                return [], {"error": "size_changes"}
    if not frames:
        return [], {"error": "damaged"}
    uneven = len(steps) > 2 and max(steps) > 1.5 * float(np.median(steps))
    height, width = frames[0].shape[:2]
    known = {"width": width, "height": height, "fps": wanted, "source_fps": fps, "uneven": uneven}
    return frames, {**known, "seen": seen, "expected": int(count), "cut": seen < count and len(frames) < limits["most"]}


def _small_rgb(frame: Any, side: int) -> Any:
    height, width = frame.shape[:2]
    share = min(1.0, side / max(height, width))
    if share < 1:
        size = max(2, round(width * share)), max(2, round(height * share))
        frame = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(frame[:, :, ::-1])


if __name__ == "__main__":
    sys.exit(main())
