"""The lock for a machine without a GPU: `python cpu_lock.py LOCK REST TORCH` splits it in two.

REST: every package with its hashes, without torch, torchvision and what only CUDA's torch asks for. TORCH: the pins of
those two, whose builds for CPUs come from PyTorch's own index and so have other hashes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)")
OWN_BUILDS = {"torch", "torchvision"}
CUDA_ONLY = re.compile(r"^(nvidia-(?!ml-py).*|cuda-.*|triton)$")


def split(lock: str) -> tuple[str, str]:
    """(rest, torch). A package is its pinned line and the indented lines below it."""
    rest, torch = [], []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        found = PINNED.match(entry)
        if found and found[1] in OWN_BUILDS:
            torch.append(f"{found[1]}=={found[2]}")
        elif not (found and CUDA_ONLY.match(found[1])):
            rest.append(entry)
    return "\n".join(rest) + "\n", "\n".join(torch) + "\n"


if __name__ == "__main__":
    source, rest_file, torch_file = map(Path, sys.argv[1:])
    for path, text in zip((rest_file, torch_file), split(source.read_text(encoding="utf-8")), strict=True):
        path.write_text(text, encoding="utf-8")
