"""Do the locks leave out what they must, name a hash for every package, and notice a changed pin?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import lock

ROOT = Path(__file__).parent.parent
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def packages(name: str) -> dict[str, str]:
    return dict(ENTRY.findall((ROOT / name).read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_has_a_hash_and_none_needs_libgl(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 80
    assert not [entry[:60] for entry in entries if "--hash=sha256:" not in entry]
    assert "opencv-python-headless" in packages(name)
    assert not packages(name).keys() & {"opencv-python", "av"}


def test_direct_pins_are_the_locked_ones() -> None:
    pins = packages("requirements.txt") | packages("requirements-ocr.txt")
    assert "rapidocr" in pins
    assert len(pins) > 30
    locked = {name.lower(): version for name, version in packages("requirements.lock").items()}
    headless = {name.replace("opencv-python", "opencv-python-headless").lower(): pin for name, pin in pins.items()}
    assert {name: locked.get(name) for name in headless} == headless


def test_headless_takes_the_pinned_version() -> None:
    assert lock.headless("numpy==1.0\nopencv-python==5.0.0.93\n") == "opencv-python-headless==5.0.0.93\n"
    with pytest.raises(ValueError, match="expected a pin"):
        lock.headless("numpy==1.0\n")


def test_a_changed_pin_is_noticed_and_a_comment_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "ROOT", tmp_path)
    (tmp_path / "a.txt").write_text("numpy==1.0\n")
    (tmp_path / lock.OVERRIDES).write_text("")
    (tmp_path / "a.lock").write_text(lock.HEADER.format(inputs="a.txt", digest=lock.digest(("a.txt",))))
    assert not lock.stale("a.lock", ("a.txt",))
    (tmp_path / "a.txt").write_text("# why\nnumpy==1.0  # not 2\n")
    assert not lock.stale("a.lock", ("a.txt",))
    (tmp_path / "a.txt").write_text("numpy==1.1\n")
    assert lock.stale("a.lock", ("a.txt",))
    assert lock.stale("b.lock", ("a.txt",))


def test_a_clone_installs_the_app_and_what_reads_text() -> None:
    first = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()[0]
    assert "requirements.txt, requirements-ocr.txt" in first
    assert {"streamlit", "torch", "rapidocr"} <= packages("requirements.lock").keys()
