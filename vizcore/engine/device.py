"""On which device does work run, with how many threads, and was that error a lack of memory?"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

ACCELERATORS = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg", "/dev/kfd")
LOW_PRIORITY = 10  # nice: about a tenth of a core where an ordinary thread wants the same one


def prepare_process() -> None:
    """To be called before torch is first imported: waiting OpenMP threads then sleep instead of spinning.

    Spinning threads made model calls 17 times slower when several sessions shared the cores. Does not import torch.
    """
    if "torch" not in sys.modules:
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def resolve_device(wanted: str) -> str:
    """The device to use for "auto", "cpu", "mps", "cuda" or "cuda:N"; the CPU where the wanted one is absent."""
    if wanted == "cpu":
        return "cpu"
    import torch

    if wanted in {"auto", "cuda"} and torch.cuda.is_available():
        return "cuda:0"
    if wanted.startswith("cuda:") and int(wanted.removeprefix("cuda:")) < torch.cuda.device_count():
        return wanted
    if wanted in {"auto", "mps"} and torch.backends.mps.is_available():
        return "mps"
    return "cpu"


def computes_on_cpu(wanted: str) -> bool:
    """Whether this setting will end up on the CPU, as far as can be seen without torch."""
    seen = sys.platform == "darwin" or any(Path(each).exists() for each in ACCELERATORS) or shutil.which("nvidia-smi")
    return wanted == "cpu" or (wanted == "auto" and not seen)


def lower_priority() -> None:
    """Of the calling thread and of those it will begin. Elsewhere than on Linux the priority is the process's: kept."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOW_PRIORITY)


def loaded_torch() -> Any:
    """torch; None before it is loaded, and while another thread is loading it: it then lacks most of its names."""
    torch = sys.modules.get("torch")
    return None if getattr(getattr(torch, "__spec__", None), "_initializing", False) else torch


def limit_threads(threads: int) -> bool:
    """Sets the threads of this thread's model calls (0 = cores, at most 4); False while torch is not yet loaded."""
    torch = loaded_torch()
    if torch is None:
        return False
    torch.set_num_threads(threads or min(os.cpu_count() or 1, 4))
    return True


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that memory ran out, on any device, in any library's words."""
    names = {kind.__name__ for kind in type(error).__mro__}
    if names & {"MemoryError", "OutOfMemoryError"}:
        return True
    text = str(error).lower()
    signs = ("out of memory", "defaultcpuallocator", "can't allocate memory", "cublas_status_alloc_failed")
    return isinstance(error, RuntimeError) and any(sign in text for sign in signs)


def collect_all_garbage() -> None:
    """Finds every cycle of Python's that nobody refers to, among what a server put aside too (ui/server/garbage.py)."""
    gc.unfreeze()
    gc.collect()


def release_memory(device: str) -> None:
    """Gives back what nobody refers to any more: Python's cycles first, then the device's own cache."""
    collect_all_garbage()
    torch = loaded_torch()
    if torch is not None and device.startswith("cuda"):
        torch.cuda.empty_cache()
    if torch is not None and device == "mps":
        torch.mps.empty_cache()
