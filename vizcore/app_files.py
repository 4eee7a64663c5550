"""Where do the entry script and the pages lie: beside the sources, or inside the installed package?"""

from __future__ import annotations

from pathlib import Path

FROM_SOURCES = Path(__file__).parents[1]
FROM_WHEEL = Path(__file__).parent / "_app"  # made when a wheel is built (setup.py)
HOME = FROM_WHEEL if FROM_WHEEL.is_dir() else FROM_SOURCES
PAGES = HOME / "pages"
