"""What is the same for every test: no network, one thread per model call, empty caches of its own, Chromium's place."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

GUARD = Path(__file__).parent / "guard"
SCRATCH = Path(tempfile.mkdtemp(prefix="vizcore-tests-"))

# Before any library is imported, since most of them read these only once.
for name in [name for name in os.environ if name.startswith("VIZCORE_") and name != "VIZCORE_REQUIRE_BROWSER"]:
    del os.environ[name]
os.environ.update(
    {
        "VIZCORE_OFFLINE": "1",
        "VIZCORE_START_CHECK": "false",
        "VIZCORE_RUNTIME": "torch",  # no test server exports models in the background; tests/runtimes tries it
        "VIZCORE_CACHE_DIR": str(SCRATCH / "cache"),
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HOME": str(SCRATCH / "huggingface"),
        "TORCH_HOME": str(SCRATCH / "torch"),
        "YOLO_OFFLINE": "1",
        "YOLO_AUTOINSTALL": "false",
        "YOLO_CONFIG_DIR": str(SCRATCH / "ultralytics"),
        "ULTRALYTICS_SAFE_LOAD": "1",
        "MPLCONFIGDIR": str(SCRATCH / "matplotlib"),
        "OMP_NUM_THREADS": "1",
        "OMP_WAIT_POLICY": "passive",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(GUARD), os.environ.get("PYTHONPATH")])),
    }
)

import network_guard  # noqa: E402

network_guard.install()

# Before any module of the package is imported: a conftest further down does so.
if note_lines := os.environ.get("NOTE_LINES") == "1":
    import executed_lines

    NOTES = executed_lines.ExecutedLines()


def pytest_configure(config: pytest.Config) -> None:
    if note_lines:
        config.pluginmanager.register(NOTES)


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fails a test that tried to reach another machine, even where the code under test swallowed the refusal."""
    before = len(network_guard.refused)
    yield
    attempts = network_guard.refused[before:]
    assert not attempts, f"expected no network, got {attempts}"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser for tests marked `browser`: CHROMIUM, or the first one found on the path."""
    from tests.browser.driver import chromium

    if found := chromium():
        return found
    reason = "Chromium is not installed (Debian: apt-get install chromium; elsewhere set CHROMIUM to its path)"
    if os.environ.get("VIZCORE_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    """Of several processes (pytest -n 2) one takes a whole file, so that tests of a file share what they started."""
    return LoadFileScheduling(config, log)


def pytest_collection_finish() -> None:
    """What libraries and the collected tests hold stays to the end, so no collection has to look at it: one over
    everything took 0.3 s on a fast machine and seconds on a slow one, and whatever was being measured waited for it."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish() -> None:
    shutil.rmtree(SCRATCH, ignore_errors=True)
