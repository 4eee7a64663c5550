"""Clips in and out: frames come back in time and colour, limits hold before decoding, a bad file is one sentence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from vizcore.errors import ClipTooLarge, ClipUnreadable
from vizcore.tracking import video as module
from vizcore.tracking.video import ReadSettings, open_clip
from vizcore.tracking.webm import webm_bytes


def frames(count: int = 20, size_hw: tuple[int, int] = (48, 64)) -> list[np.ndarray]:
    """A red bar that walks over blue."""
    made = []
    for place in range(count):
        frame = np.zeros((*size_hw, 3), np.uint8)
        frame[..., 2] = 120
        frame[:, 2 * place : 2 * place + 12] = (220, 30, 30)
        made.append(frame)
    return made


def written(fourcc: str, name: str, folder: Path, fps: float = 10.0) -> bytes:
    path = folder / name
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*fourcc), fps, (64, 48))
    for frame in frames():
        writer.write(np.ascontiguousarray(frame[..., ::-1]))
    writer.release()
    return path.read_bytes()


def test_webm_goes_out_and_comes_in_again() -> None:
    clip = open_clip(webm_bytes(frames(), 10.0), "bar")
    assert (len(clip), clip.fps, clip.size_wh, clip.seconds) == (20, 10.0, (64, 48), 2.0)
    for shown, meant in zip(clip.frames, frames(), strict=True):
        assert np.abs(shown.rgb.astype(int) - meant).mean() < 6
    assert clip.notes[0].values == {"kept": 20, "seen": 20, "fps": 10.0}


@pytest.mark.parametrize(
    ("fourcc", "name"), [("mp4v", "a.mp4"), ("VP90", "a.webm"), ("MJPG", "a.avi"), ("mp4v", "a.mov")]
)
def test_usual_files(fourcc: str, name: str, tmp_path: Path) -> None:
    clip = open_clip(written(fourcc, name, tmp_path), name)
    assert (len(clip), clip.size_wh) == (20, (64, 48))
    assert clip.frames[0].rgb[24, 5, 0] > 150


def test_fewer_frames_a_second_are_even_in_time() -> None:
    clip = open_clip(webm_bytes(frames(30), 30.0), "bar", ReadSettings(fps=10))
    assert (len(clip), clip.fps) == (10, 10.0)
    left = [int(np.argmax(frame.rgb[24, :, 0] > 128)) for frame in clip.frames]
    assert np.abs(np.diff(left) - 6).max() <= 1  # three steps of two pixels


def test_large_pictures_become_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OUTPUT_SIDE", 32)
    assert open_clip(webm_bytes(frames(), 10.0), "bar").size_wh == (32, 24)


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [("MOST_SECONDS", 1, "seconds"), ("MOST_SIDE", 60, "pixels"), ("MOST_PIXELS", 999, "pixels")],
)
def test_limits_from_the_header(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, reason: str) -> None:
    monkeypatch.setattr(module, limit, value)
    with pytest.raises(ClipTooLarge) as caught:
        open_clip(webm_bytes(frames(), 10.0), "bar")
    assert caught.value.values["reason"] == reason


def test_a_long_clip_is_cut_to_the_most_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_FRAMES", 5)
    clip = open_clip(webm_bytes(frames(), 10.0), "bar")
    assert len(clip) == 5
    assert clip.fps == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"GIF89a" + b"\0" * 99, "format"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "format"),
        (b"\0\0\0\x18ftypisom" + b"\0" * 200, "no_video"),
        (b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 4, "no_video"),
        (b"RIFF\0\0\0\0AVI " + b"\xff" * 500, "no_video"),
    ],
)
def test_bad_files_are_one_error(content: bytes, reason: str) -> None:
    with pytest.raises(ClipUnreadable) as caught:
        open_clip(content, "bad")
    assert caught.value.values["reason"] == reason


def opened(content: bytes) -> tuple[int, str]:
    """How many frames came out, or why none did."""
    try:
        return len(open_clip(content, "clip")), ""
    except (ClipUnreadable, ClipTooLarge) as refused:
        return 0, str(refused.values["reason"])


def test_a_file_cut_in_the_middle_says_so() -> None:
    whole = webm_bytes(frames(), 10.0)
    for share in (0.9, 0.6):
        count, reason = opened(whole[: int(len(whole) * share)])
        assert 0 < count < 20 or reason in {"damaged", "no_video"}


@pytest.mark.parametrize("seed", range(6))
def test_random_damage_never_ends_the_process(seed: int) -> None:
    content = bytearray(webm_bytes(frames(), 10.0))
    draws = np.random.default_rng(seed)
    for place in draws.integers(0, len(content), 60):
        content[place] = draws.integers(256)
    count, reason = opened(bytes(content))
    assert count > 0 or reason


def test_sound_alone_has_no_video(tmp_path: Path) -> None:
    import wave

    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    with pytest.raises(ClipUnreadable):
        open_clip(b"RIFF\0\0\0\0AVI " + path.read_bytes()[12:], "sound")


def test_a_child_that_crashes_or_hangs_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    good = webm_bytes(frames(), 10.0)
    crash = tmp_path / "crash.py"
    crash.write_text("import os; os.kill(os.getpid(), 11)")
    monkeypatch.setattr(module, "CHILD", crash)
    with pytest.raises(ClipUnreadable) as caught:
        open_clip(good, "bar")
    assert caught.value.values["reason"] == "damaged"
    crash.write_text("import time; time.sleep(30)")
    monkeypatch.setattr(module, "TIMEOUT_S", 0.5)
    with pytest.raises(ClipUnreadable) as caught:
        open_clip(good, "bar")
    assert caught.value.values["reason"] == "slow"


def test_too_many_megabytes_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    from vizcore.settings import Settings

    monkeypatch.setattr(module, "current", lambda: Settings(clip_limit_mb=0.0001))
    monkeypatch.setattr(subprocess, "run", lambda *_arguments, **_named: pytest.fail("nothing may be started"))
    with pytest.raises(ClipTooLarge) as caught:
        open_clip(webm_bytes(frames(), 10.0), "bar")
    assert caught.value.values["reason"] == "megabytes"
