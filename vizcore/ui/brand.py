"""What are the project's name and sign?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from vizcore.figures.theme import FAMILY_COLOURS

if TYPE_CHECKING:
    from PIL.Image import Image

NAME = "Vis-à-vis"
SIDE = 96


@lru_cache(maxsize=1)
def icon() -> Image:
    """Two discs face to face, in the colours of the CNN and the ViT.

    A picture of our own: Streamlit's named icons in a browser tab are fetched from another host.
    """
    from PIL import Image, ImageDraw

    picture = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((2, 20, 58, 76), fill=FAMILY_COLOURS["cnn"])
    draw.ellipse((38, 20, 94, 76), fill=FAMILY_COLOURS["vit"])
    draw.ellipse((38, 31, 58, 65), fill="#ffffff")
    return picture
