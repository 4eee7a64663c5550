"""How are libraries kept from changing this process, talking to the network or writing outside our cache folder?"""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from types import ModuleType
from typing import Any

from vizcore import settings as configuration
from vizcore.errors import LibraryMissing
from vizcore.settings import Settings
from vizcore.zoo.weights.folders import cache_folder

HUGGINGFACE_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN": "1",
}
ULTRALYTICS_ENVIRONMENT = {
    "YOLO_OFFLINE": "true",
    "YOLO_AUTOINSTALL": "false",
    "YOLO_VERBOSE": "false",
    "ULTRALYTICS_SAFE_LOAD": "1",
}
# Read from the environment once, at import: set as well where something imported the library before us.
ULTRALYTICS_CONSTANTS = {"ONLINE": False, "AUTOINSTALL": False, "SAFE_LOAD": True, "VERBOSE": False}
# Everything that reports to somebody or looks for other services.
ULTRALYTICS_SWITCHES = ("sync", "clearml", "comet", "dvc", "mlflow", "raytune", "tensorboard", "wandb")

_ultralytics_lock = RLock()


def huggingface_offline() -> None:
    """From here on transformers and its hub client answer at once instead of after 25 to 95 s of trying.

    All downloads are ours (`vizcore.zoo.weights.fetch`), so nothing is lost.
    """
    os.environ.update(HUGGINGFACE_ENVIRONMENT)
    if constants := sys.modules.get("huggingface_hub.constants"):
        constants.HF_HUB_OFFLINE = True  # type: ignore[attr-defined]


def import_ultralytics(settings: Settings | None = None) -> ModuleType:
    """The ultralytics module, with safe loading on and with no install, telemetry, network or patched libraries.

    Use `process_kept` around its `predict` and around loading its files, which change the process again.
    LibraryMissing where it is absent or broken.
    """
    folder = cache_folder(settings or configuration.current()) / "ultralytics"
    ours = ULTRALYTICS_ENVIRONMENT | {"YOLO_CONFIG_DIR": str(folder)}
    with _ultralytics_lock, process_kept(environment=ours):
        try:
            library = importlib.import_module("ultralytics")
            for name in ("utils", "nn.tasks", "models"):
                importlib.import_module(f"ultralytics.{name}")
        except ImportError as problem:
            raise LibraryMissing(library="ultralytics", model="") from problem
        _silence(library, folder)
    _take_patches_out()
    return library


@contextmanager
def process_kept(environment: dict[str, str] | None = None) -> Iterator[None]:
    """Puts back what libraries change for the whole process, also after an error; `environment` is set and stays.

    Kept: PIL.Image.open, torch.save, thread numbers, print options, warning filters, the classes that torch may
    unpickle, and environment variables.
    """
    import cv2
    import numpy as np
    import torch
    from PIL import Image

    os.environ.update(environment or {})
    variables = dict(os.environ)
    opener, saver = Image.open, torch.save
    threads, cv2_threads = torch.get_num_threads(), cv2.getNumThreads()
    numpy_print, torch_print = np.get_printoptions(), torch._tensor_str.get_printoptions()
    unpicklable = torch.serialization.get_safe_globals()
    try:
        with warnings.catch_warnings():
            yield
    finally:
        _put_variables_back(variables)
        Image.open, torch.save = opener, saver
        torch.set_num_threads(threads)
        cv2.setNumThreads(cv2_threads)
        np.set_printoptions(**numpy_print)
        torch.set_printoptions(**torch_print)  # type: ignore[no-untyped-call]
        torch.serialization.clear_safe_globals()
        torch.serialization.add_safe_globals(unpicklable)


def _put_variables_back(variables: dict[str, str]) -> None:
    for name in os.environ.keys() - variables.keys():
        del os.environ[name]
    os.environ.update(variables)


def _take_patches_out() -> None:
    """For the case that somebody imported the library before us, so that `process_kept` saw its patches already."""
    import torch
    from PIL import Image

    patches: Any = sys.modules["ultralytics.utils.patches"]
    if Image.open is patches.image_open:
        Image.open = patches._image_open
    if torch.save is patches.torch_save:
        torch.save = patches._torch_save


def _silence(library: Any, folder: Path) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("ultralytics"):
            for constant, value in ULTRALYTICS_CONSTANTS.items():
                if hasattr(module, constant):
                    setattr(module, constant, value)
    wanted = dict.fromkeys(ULTRALYTICS_SWITCHES, False) | {
        f"{kind}_dir": str(folder / kind) for kind in ("datasets", "weights", "runs")
    }
    if any(library.settings.get(name) != value for name, value in wanted.items()):
        library.settings.update(wanted)
