"""Which letters are drawn with? Fonts that come inside installed packages, never the system's."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Literal

from PIL import ImageFont

Face = Literal["sans", "serif", "mono"]
FACES: dict[Face, str] = {"sans": "DejaVuSans", "serif": "DejaVuSerif", "mono": "DejaVuSansMono"}


@lru_cache(maxsize=64)
def font(face: Face, size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """DejaVu as matplotlib ships it; Pillow's own font where that is missing. size: in pixels."""
    folder = _matplotlib_fonts()
    path = folder / f"{FACES[face]}{'-Bold' if bold else ''}.ttf" if folder else None
    return ImageFont.truetype(str(path), size) if path and path.is_file() else ImageFont.load_default(size)


@lru_cache(maxsize=1)
def _matplotlib_fonts() -> Path | None:
    """The folder, found without importing the library."""
    found = importlib.util.find_spec("matplotlib")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" if found and found.origin else None
