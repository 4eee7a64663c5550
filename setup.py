"""Puts the pages, the entry script and Streamlit's settings into the wheel, beside the code that serves them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent
EXTRAS = ("ray", "umap")


class BuildWithPages(build_py):
    """vizcore/_app/ exists in a wheel only; from its sources the app is run as it lies."""

    def run(self) -> None:
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, "vizcore", "_app")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / "pages", target / "pages", ignore=shutil.ignore_patterns("__pycache__"))
        (target / ".streamlit").mkdir()
        shutil.copy(ROOT / ".streamlit" / "config.toml", target / ".streamlit")
        shutil.copy(ROOT / "app.py", target)
        shutil.copy(ROOT / "LICENSE", target)


def extras() -> dict[str, list[str]]:
    """requirements-NAME.txt for each of EXTRAS that is there: `pip install ".[umap]"`."""
    files = {name: ROOT / f"requirements-{name}.txt" for name in EXTRAS}
    return {name: list(pins(path)) for name, path in files.items() if path.is_file()}


def pins(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        pin = line.partition("#")[0].strip()
        if pin and not pin.startswith("-"):
            yield pin


setup(cmdclass={"build_py": BuildWithPages}, extras_require=extras())
