"""Puts the pages, the entry script and Streamlit's settings into the wheel, beside the code that serves them."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


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


setup(cmdclass={"build_py": BuildWithPages})
