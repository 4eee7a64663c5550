"""Is the process the same after a library came in as before, and did it stay at home and off the network?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from tests.patience import PATIENCE_S
from tests.time_bounds import held_to
from vizcore.zoo.guards import ULTRALYTICS_ENVIRONMENT, huggingface_offline, process_kept

# Runs in a process of its own, with a home folder of its own and every write, look-up and sub-process noted.
WATCHER = """
import json, os, sys, warnings
import cv2, numpy, torch, torchvision, PIL.Image, PIL.ImageFile

events = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        events.append(["write", str(arguments[0])])
    elif event in ("os.mkdir", "os.remove", "os.rename", "os.rmdir"):
        events.append(["write", str(arguments[0])])
    elif event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        events.append(["network", event])
    elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        events.append(["process", str(arguments[0])])

def snapshot():
    return {
        "open": id(PIL.Image.open), "save": id(torch.save), "load": id(torch.load), "imread": id(cv2.imread),
        "threads": torch.get_num_threads(), "cv2": cv2.getNumThreads(),
        "numpy": repr(numpy.get_printoptions()), "torch": repr(torch._tensor_str.get_printoptions()),
        "filters": repr(warnings.filters), "environment": dict(os.environ),
        "unpicklable": sorted(map(repr, torch.serialization.get_safe_globals())),
        "truncated": PIL.ImageFile.LOAD_TRUNCATED_IMAGES, "pixels": PIL.Image.MAX_IMAGE_PIXELS,
        "folder": os.getcwd(), "default": str(torch.get_default_dtype()),
    }

sys.dont_write_bytecode = True
torch.set_num_threads(2)
cv2.setNumThreads(2)
numpy.set_printoptions(precision=3)
torch.set_printoptions(precision=7)
before = snapshot()
sys.addaudithook(watch)
ACTION
seen = list(events)
print(json.dumps({"before": before, "after": snapshot(), "events": seen, "extra": extra}))
"""

GUARDED = """
from vizcore.settings import Settings
from vizcore.zoo.guards import import_ultralytics
library = import_ultralytics(Settings(cache_dir=CACHE))
extra = {"sync": library.settings["sync"], "file": str(library.settings.file_path),
         "constants": [library.utils.ONLINE, library.utils.AUTOINSTALL, library.nn.tasks.SAFE_LOAD]}
"""

PREDICTING = (
    GUARDED
    + """
import io
from vizcore.zoo.guards import process_kept
with process_kept():
    model = library.YOLO("yolo11n.yaml", verbose=False)
    model.predict(numpy.zeros((64, 64, 3), numpy.uint8), imgsz=64, verbose=False, save=False)
try:
    PIL.Image.open(io.BytesIO(b"not a picture at all"))
except Exception as problem:
    extra["error"] = type(problem).__name__
"""
)


def watched(action: str, tmp_path: Path, environment: dict[str, str] | None = None) -> dict[str, Any]:
    """What the watcher saw while `action` ran; CACHE in it stands for our cache folder."""
    script = WATCHER.replace("ACTION", action.replace("CACHE", repr(str(tmp_path / "cache"))))
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("YOLO", "ULTRALYTICS", "OMP_NUM", "XDG"))
    }
    home = tmp_path / "home"
    home.mkdir(exist_ok=True)
    python_path = os.pathsep.join([os.getcwd(), plain.get("PYTHONPATH", "")])
    given = plain | {"HOME": str(home), "PYTHONPATH": python_path, "PYTHONDONTWRITEBYTECODE": "1"} | (environment or {})
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_S, check=False, cwd=tmp_path, env=given
    )
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    report["output"] = done.stdout.splitlines()[:-1]
    return report


def changed(report: dict[str, Any]) -> set[str]:
    return {name for name in report["before"] if report["before"][name] != report["after"][name]} - {"environment"}


def changed_variables(report: dict[str, Any]) -> set[str]:
    before, after = report["before"]["environment"], report["after"]["environment"]
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def wrote_outside(report: dict[str, Any], tmp_path: Path) -> list[str]:
    paths = [path for kind, path in report["events"] if kind == "write"]
    return [path for path in paths if not path.startswith((str(tmp_path / "cache"), "/dev/", "/proc/"))]


def test_ultralytics_leaves_the_process_alone(tmp_path: Path) -> None:
    """Imported, a model built, a prediction made, and a file opened that is no picture."""
    report = watched(PREDICTING, tmp_path)
    assert changed(report) == set()
    assert changed_variables(report) == {*ULTRALYTICS_ENVIRONMENT, "YOLO_CONFIG_DIR"}
    assert [event for event in report["events"] if event[0] in {"network", "process"}] == []
    assert wrote_outside(report, tmp_path) == []
    assert list((tmp_path / "home").iterdir()) == []
    assert report["extra"]["sync"] is False
    assert report["extra"]["file"].startswith(str(tmp_path / "cache"))
    assert report["extra"]["constants"] == [False, False, True]
    assert report["extra"]["error"] == "UnidentifiedImageError", "as without the library"


def test_the_watcher_sees_an_unguarded_import(tmp_path: Path) -> None:
    """Without the guard this very check finds changes; otherwise it would prove nothing."""
    report = watched("import ultralytics; extra = {}", tmp_path, {"YOLO_OFFLINE": "true"})
    assert {"open", "save", "numpy", "torch"} <= changed(report)
    assert wrote_outside(report, tmp_path)


def test_an_earlier_import_by_somebody_else_is_put_right(tmp_path: Path) -> None:
    action = "import ultralytics; theirs = id(PIL.Image.open)\n" + GUARDED + "extra['theirs'] = theirs\n"
    report = watched(action, tmp_path, {"YOLO_OFFLINE": "true"})
    assert report["after"]["open"] == report["before"]["open"] != report["extra"]["theirs"]
    assert report["after"]["save"] == report["before"]["save"]
    assert report["extra"]["constants"] == [False, False, True]
    assert report["extra"]["sync"] is False


def test_process_kept_puts_back_after_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIZCORE_TEST_KEPT", "before")
    opener, threads = Image.open, torch.get_num_threads()
    printing = np.get_printoptions()

    def change_everything() -> None:
        Image.open = None
        torch.set_num_threads(threads + 1)
        np.set_printoptions(precision=1)
        os.environ["VIZCORE_TEST_KEPT"] = "after"
        os.environ["VIZCORE_TEST_NEW"] = "after"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), process_kept():
        change_everything()
    assert Image.open is opener
    assert torch.get_num_threads() == threads
    assert np.get_printoptions() == printing
    assert os.environ["VIZCORE_TEST_KEPT"] == "before"
    assert "VIZCORE_TEST_NEW" not in os.environ


def test_process_kept_takes_unpicklable_classes_back() -> None:
    class Mine:
        pass

    with process_kept():
        torch.serialization.add_safe_globals([Mine])
    assert Mine not in torch.serialization.get_safe_globals()


@pytest.mark.parametrize("imported_before", [True, False])
def test_huggingface_answers_at_once(imported_before: bool, tmp_path: Path) -> None:
    script = f"""
import os, sys, time
os.environ.update(HF_HUB_OFFLINE="0", TRANSFORMERS_OFFLINE="0", HF_HOME={str(tmp_path)!r})
if {imported_before}:
    import huggingface_hub.constants
from vizcore.zoo.guards import huggingface_offline
huggingface_offline()
sys.addaudithook(lambda event, arguments: event.startswith(("socket.connect", "socket.getaddr")) and sys.exit(3))
from huggingface_hub import hf_hub_download
slept = []
time.sleep = slept.append
began = time.monotonic()
try:
    hf_hub_download("someone/something", "config.json")
except Exception as problem:
    print(type(problem).__name__, sum(slept), time.monotonic() - began)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )
    assert done.returncode == 0, done.stderr
    problem, slept, spent = done.stdout.split()
    assert (problem, float(slept)) == ("LocalEntryNotFoundError", 0)
    held_to(5, float(spent), clock=time.monotonic)


def test_huggingface_offline_sets_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    huggingface_offline()
    assert os.environ["HF_HUB_OFFLINE"] == "1"
