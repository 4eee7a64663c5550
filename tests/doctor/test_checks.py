"""Do the checks of this machine hold here, and does each of them fail when its subject is broken?"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from pathlib import Path

import pytest

from tests.cli.invocation import invoke
from vizcore.doctor import checks
from vizcore.doctor.findings import Failed
from vizcore.doctor.inference import INFERENCES
from vizcore.errors import VizError
from vizcore.settings import Settings
from vizcore.zoo.catalogue import visible_cards


def test_everything_holds_here_and_says_so_in_one_line() -> None:
    answer = invoke("doctor", "--json")
    [line] = answer.lines
    assert {"schema", "file", "provenance", "checks"} == set(line)
    names = [each["name"] for each in line["checks"]]
    assert {"python", "disk", "clock", "bundled weights", "inference: segment"} <= set(names)
    wrong = [each for each in line["checks"] if not each["ok"]]
    assert wrong == []


def test_a_remedy_stands_beside_every_failure_only() -> None:
    [line] = invoke("doctor", "--json").lines
    assert all(bool(each["remedy"]) != each["ok"] for each in line["checks"])


def test_an_absent_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "timm" else object())
    with pytest.raises(Failed, match="timm"):
        checks.libraries(Settings())


def test_a_pin_is_held_by_what_the_lock_installs_for_it_in_the_same_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "STAND_INS", {"opencv-python": ("pytest",)})
    installed = importlib.metadata.version

    def version(name: str) -> str:
        if name.startswith("opencv"):
            raise importlib.metadata.PackageNotFoundError(name)
        return installed(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    assert checks._version("opencv-python") == installed("pytest")
    assert checks._version("opencv-contrib") == "-"


def test_what_is_pinned_for_some_systems_may_be_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = checks.pins(Settings())
    known = checks._version
    monkeypatch.setattr(checks, "_version", lambda name: "-" if name == "uvloop" else known(name))
    assert checks.pins(Settings()) == pinned
    monkeypatch.setattr(checks, "_version", lambda name: "0.1" if name == "uvloop" else "-")
    with pytest.raises(Failed, match=r"numpy -.*uvloop 0\.1"):
        checks.pins(Settings())


def test_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checks, "FREE_GB", 1e9)
    with pytest.raises(Failed, match="GB"):
        checks.disk(Settings(cache_dir=str(tmp_path)))


def test_a_cache_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with pytest.raises((OSError, VizError)):
        checks.disk(Settings(cache_dir=str(tmp_path / "cache")))


@pytest.mark.parametrize(
    ("setting", "cards", "found"),
    [("cuda:7", 2, "cuda"), ("cuda:7,cpu", 0, "cpu"), ("cuda:0,cuda:2", 2, "cuda"), ("cuda", 0, "cpu")],
)
def test_one_absent_device_among_several(setting: str, cards: int, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: cards > 0)
    monkeypatch.setattr("torch.cuda.device_count", lambda: cards)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(Failed, match=f"^{found}$"):
        checks.device(Settings(device=setting))
    for present in ("auto", "cpu", *(f"cuda:{number}" for number in range(cards))):
        assert checks.device(Settings(device=present)).startswith(found)


def test_a_device_that_is_not_here() -> None:
    with pytest.raises(Failed):
        checks.device(Settings(device="mps"))


def test_an_administrator_s_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(Failed):
        checks.official_weights(Settings(weights=str(tmp_path / "gone")))


def test_a_folder_of_lectures(tmp_path: Path) -> None:
    assert checks.lectures(Settings()) == "-"
    (tmp_path / "a.md").write_text("")
    (tmp_path / "b.txt").write_text("")
    assert checks.lectures(Settings(lectures=str(tmp_path))) == "1"
    for wrong in (tmp_path / "gone", tmp_path / "a.md"):
        with pytest.raises(Failed, match="no folder"):
            checks.lectures(Settings(lectures=str(wrong)))


def test_an_event_log_is_looked_at_and_not_made(tmp_path: Path) -> None:
    assert checks.event_log(Settings()) == "-"
    file = tmp_path / "events.jsonl"
    assert checks.event_log(Settings(event_log=str(file))) == "can be written"
    assert not file.exists()
    file.write_text("")
    assert checks.event_log(Settings(event_log=str(file))) == "can be written"
    for wrong in (tmp_path, tmp_path / "gone" / "events.jsonl", file / "events.jsonl"):
        with pytest.raises(Failed, match="cannot be written"):
            checks.event_log(Settings(event_log=str(wrong)))


def test_with_permissive_models_only_those_that_are_shown_are_asked() -> None:
    settings = Settings(permissive_only=True, offline=True)
    shown = {card.key for card in visible_cards(settings)}
    for name, look in INFERENCES.items():
        found = look(settings)
        assert found == "-" or found.partition(":")[0] in shown, name
    assert INFERENCES["classify"](settings).startswith("efficientnet-lite0: ")
    assert INFERENCES["detect"](settings) == "-", "no permissive detector ships"


def test_a_model_that_fails_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("vizcore.zoo.load.load_model", no_room)
    with pytest.raises(Failed, match=r"^yolo-mini: MemoryError$"):
        INFERENCES["detect"](Settings())
