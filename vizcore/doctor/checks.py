"""What does the app need of this machine: libraries, disk, clock, device, weights, one inference for each task?"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from vizcore.doctor.findings import CheckOf, Failed, Finding, find
from vizcore.doctor.inference import INFERENCES
from vizcore.doctor.login import login
from vizcore.i18n import N_
from vizcore.settings import Settings, wanted_devices

Check = CheckOf[Settings]

FREE_GB = 2.0
OLDEST_PYTHON = (3, 11)
LIBRARIES = ("streamlit", "torch", "torchvision", "transformers", "ultralytics", "timm", "plotly", "pandas")
STAND_INS = {"opencv-python": ("opencv-python-headless",)}  # what the lock installs for it: the same cv2
BORN = datetime(2026, 11, 1, tzinfo=UTC)  # nobody runs this before it was written


def python(_settings: Settings) -> str:
    version = sys.version_info[:3]
    if version < OLDEST_PYTHON:
        raise Failed(".".join(map(str, version)))
    return ".".join(map(str, version))


def libraries(_settings: Settings) -> str:
    """Versions of the large libraries, looked up without importing them."""
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise Failed(", ".join(missing))
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)


def pins(_settings: Settings) -> str:
    """Installed versions against the pins of what the app needs, where it runs from sources. Extras may be absent, and
    what is pinned for some systems only."""
    file = Path(__file__).parents[2] / "requirements.txt"
    if not file.is_file():
        return "not run from sources"
    lines = (line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    pinned = dict(line.split("==", 1) for line in lines if "==" in line)
    wanted = {name: (version.partition(";")[0].strip(), ";" in version) for name, version in pinned.items()}
    others = [
        f"{name} {here}"
        for name, (version, for_some) in wanted.items()
        if (here := _version(name)) != version and not (for_some and here == "-")
    ]
    if others:
        raise Failed(", ".join(others))
    return f"{len(pinned)}"


def _version(name: str) -> str:
    for each in (name, *STAND_INS.get(name, ())):
        try:
            return importlib.metadata.version(each)
        except importlib.metadata.PackageNotFoundError:
            continue
    return "-"


def disk(settings: Settings) -> str:
    """Free space where downloads and exports go, and whether a file can be written there."""
    from vizcore.zoo.weights import cache_folder

    folder = cache_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(b"1")
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < FREE_GB:
        raise Failed(f"{free_gb:.1f} GB")
    return f"{free_gb:.0f} GB"


def clock(_settings: Settings) -> str:
    now = datetime.now(UTC)
    if now < BORN:
        raise Failed(now.isoformat(timespec="seconds"))
    before = time.monotonic()
    if time.monotonic() < before:
        raise Failed("not monotonic")
    return now.isoformat(timespec="seconds")


def device(settings: Settings) -> str:
    """The devices that the setting asks for are those that are used."""
    import torch

    cuda = torch.cuda.device_count() if torch.cuda.is_available() else 0
    mps = torch.backends.mps.is_available()
    here = "cuda" if cuda else "mps" if mps else "cpu"
    known = {"auto", "cpu", *(["cuda"] if cuda else []), *(["mps"] if mps else [])}
    if not known.union(f"cuda:{number}" for number in range(cuda)).issuperset(wanted_devices(settings.device)):
        raise Failed(here)
    return f"{here}, {os.cpu_count()} cores"


def bundled_weights(settings: Settings) -> str:
    """Every file that ships with the project has the hash that its card states."""
    from vizcore.zoo.catalogue import CARDS
    from vizcore.zoo.weights import require

    bundled = [card for card in CARDS.values() if card.bundled]
    for card in bundled:
        require(card, settings)
    return ", ".join(card.key for card in bundled)


def official_weights(settings: Settings) -> str:
    """What is in the administrator's folder, verified; an empty setting is fine."""
    from vizcore.zoo.catalogue import CARDS
    from vizcore.zoo.weights import availability

    if not settings.weights:
        return "-"
    if not Path(settings.weights).is_dir():
        raise Failed("no folder")
    here = [card.key for card in CARDS.values() if not card.bundled and availability(card) == "here"]
    return ", ".join(here) or "0"


def lectures(settings: Settings) -> str:
    """How many lectures of one's own there are; an empty setting is fine."""
    if not settings.lectures:
        return "-"
    if not Path(settings.lectures).is_dir():
        raise Failed("no folder")
    return str(len(list(Path(settings.lectures).glob("*.md"))))


def event_log(settings: Settings) -> str:
    """Whether the file can be written, without making it: it would belong to whoever examines the machine."""
    if not settings.event_log:
        return "-"
    file = Path(settings.event_log)
    writable = os.access(file if file.exists() else file.parent, os.W_OK)
    if not writable or file.is_dir() or not file.parent.is_dir():
        raise Failed("cannot be written")
    return "can be written"


CHECKS: tuple[Check, ...] = (
    Check("python", python, N_("Install Python 3.11 or newer and make the virtual environment again.")),
    Check("libraries", libraries, N_("Run `make run` again, which installs what is missing.")),
    Check("pins", pins, N_("Run `make run` again, which installs the versions that the project was tested with.")),
    Check("disk", disk, N_("Free some space where VIZCORE_CACHE_DIR lies, or choose a folder that can be written to.")),
    Check("clock", clock, N_("Set the machine's clock, since the end of a sign-in is checked against it.")),
    Check(
        "login",
        login,
        N_("Complete [auth] in .streamlit/secrets.toml and the lists; let the server reach the provider."),
    ),
    Check(
        "device",
        device,
        N_("This device is not here; set VIZCORE_DEVICE to auto or install its driver."),
    ),
    Check("bundled weights", bundled_weights, N_("A file of the project is damaged; install or check it out again.")),
    Check("official weights", official_weights, N_("Correct VIZCORE_WEIGHTS, or fetch again with `fetch KEY`.")),
    Check("lectures", lectures, N_("Correct VIZCORE_LECTURES: it names the folder of your own lectures.")),
    Check(
        "event log", event_log, N_("Correct VIZCORE_EVENT_LOG: it names a file in a folder that the app may write to.")
    ),
    *(
        Check(f"inference: {name}", look, N_("This task fails with the model that is named; the log says why."))
        for name, look in INFERENCES.items()
    ),
)


def examine(settings: Settings) -> list[Finding]:
    """All CHECKS on this machine. Takes some seconds: models are loaded."""
    return find(CHECKS, settings)
