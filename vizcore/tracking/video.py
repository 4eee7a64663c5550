"""A clip comes in: limits from the header before anything is decoded, and the decoding in a process of its own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from vizcore.errors import ClipTooLarge, ClipUnreadable
from vizcore.errors.tracking import ClipReason
from vizcore.photo import Note, Photo
from vizcore.settings import current
from vizcore.tracking.clip import Clip

MOST_SECONDS = 60
MOST_SIDE, MOST_PIXELS = 1920, 1920 * 1080
MOST_FRAMES = 150
OUTPUT_SIDE = 640  # longer side of the frames that are kept
TIMEOUT_S = 60
MEMORY_MB = 4000  # of address space: the decoder's threads and libraries count too
CHILD = Path(__file__).with_name("decode_child.py")
ACCEPTED = ("MP4", "MOV", "WebM", "MKV", "AVI")
EXTENSIONS = ("mp4", "mov", "m4v", "webm", "mkv", "avi")


@dataclass(frozen=True)
class ReadSettings:
    """fps: frames a second that are kept, at most; fewer where the clip has fewer or `MOST_FRAMES` would not do."""

    fps: float = 10.0


def open_clip(content: bytes, name: str, settings: ReadSettings | None = None) -> Clip:
    """The clip's frames at even steps of time. Errors: ClipUnreadable, ClipTooLarge; the process never dies of one."""
    limit_mb = current().clip_limit_mb
    if len(content) > limit_mb * 1e6:
        raise ClipTooLarge(reason="megabytes", limit=limit_mb, actual=round(len(content) / 1e6, 1), width=0, height=0)
    if not content:
        raise ClipUnreadable(reason="empty", accepted=list(ACCEPTED))
    if not _looks_like_a_clip(content[:64]):
        raise ClipUnreadable(reason="format", accepted=list(ACCEPTED))
    wanted = settings or ReadSettings()
    answer, pixels = _decoded(content, wanted)
    _raise_refusal(answer)
    return _as_clip(answer, pixels, name, wanted)


def _looks_like_a_clip(head: bytes) -> bool:
    """The first bytes of MP4 and MOV, of Matroska and WebM, and of AVI. Play lists and pictures are not among them."""
    return (
        head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
        or head[:4] == b"\x1a\x45\xdf\xa3"
        or (head[:4] == b"RIFF" and head[8:12] == b"AVI ")
    )


def _decoded(content: bytes, settings: ReadSettings) -> tuple[dict[str, Any], bytes]:
    """The child's line and the bytes after it. A child that hangs, crashes or says nothing met a damaged file."""
    limits = {
        "seconds": MOST_SECONDS, "side": MOST_SIDE, "pixels": MOST_PIXELS, "most": MOST_FRAMES, "fps": settings.fps,
        "output_side": OUTPUT_SIDE, "memory_mb": MEMORY_MB, "cpu_s": TIMEOUT_S,
    }  # fmt: skip
    with _as_file(content) as (path, descriptors):
        command = [sys.executable, "-P", str(CHILD), path, json.dumps(limits)]
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_S, check=False,
                pass_fds=descriptors,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise ClipUnreadable(reason="slow", accepted=list(ACCEPTED)) from None
    line, _newline, pixels = done.stdout.partition(b"\n")
    try:
        answer: dict[str, Any] = json.loads(line)
    except ValueError:
        raise ClipUnreadable(reason="damaged", accepted=list(ACCEPTED)) from None
    return answer, pixels


@contextlib.contextmanager
def _as_file(content: bytes) -> Iterator[tuple[str, tuple[int, ...]]]:
    """A path that the decoder can open: of memory on Linux, elsewhere of a temporary file that goes at once."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("clip")
        try:
            with open(descriptor, "wb", closefd=False) as file:
                file.write(content)
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip"
        path.write_bytes(content)
        yield str(path), ()


def _raise_refusal(answer: dict[str, Any]) -> None:
    reason: ClipReason | Literal["seconds", "pixels"] | None = answer.get("error")
    if reason == "seconds":
        raise ClipTooLarge(reason=reason, limit=MOST_SECONDS, actual=answer["seconds"], width=0, height=0)
    if reason == "pixels":
        raise ClipTooLarge(reason=reason, limit=MOST_SIDE, actual=0, width=answer["width"], height=answer["height"])
    if reason:
        raise ClipUnreadable(reason=reason, accepted=list(ACCEPTED))


def _as_clip(answer: dict[str, Any], pixels: bytes, name: str, settings: ReadSettings) -> Clip:
    height, width, count = answer["height"], answer["width"], answer["count"]
    if len(pixels) != count * height * width * 3:
        raise ClipUnreadable(reason="damaged", accepted=list(ACCEPTED))
    frames = np.frombuffer(pixels, np.uint8).reshape(count, height, width, 3)
    notes = [Note("clip_read", {"kept": count, "seen": answer["seen"], "fps": round(answer["fps"], 2)})]
    if answer["uneven"]:
        notes.append(Note("clip_uneven"))
    if answer["cut"]:
        notes.append(Note("clip_cut", {"seen": answer["seen"], "expected": answer["expected"]}))
    made = {"kind": "file", "fps_wanted": settings.fps, "source_fps": answer["source_fps"]}
    photos = tuple(Photo(frame, f"{name}-{place + 1}") for place, frame in enumerate(frames))
    return Clip(photos, float(answer["fps"]), name, None, made, tuple(notes))
