"""What does a detector find in scenes of digits? Their boxes, each with the digit it is taken for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vizcore.figures.theme import CLASS_COLOURS, MUTED_INK, red_green_blue
from vizcore.results import FloatArray

ENLARGED = 2
COLUMNS = 4
GAP = 6
TEXT = 18  # pixels


def scene_sheet(scenes: NDArray[np.uint8], found: FloatArray, *, least_score: float) -> NDArray[np.uint8]:
    """scenes (k, s, s); found (n, 7): rows of place, x0, y0, x1, y1, score, digit. -> RGB, four scenes in a row.

    ValueError for no scene.
    """
    if not len(scenes):
        raise ValueError("expected at least one scene, got none")
    side = scenes.shape[1] * ENLARGED
    rows = -(-len(scenes) // COLUMNS)
    columns = min(COLUMNS, len(scenes))
    sheet = Image.new("RGB", (columns * (side + GAP) - GAP, rows * (side + GAP) - GAP), red_green_blue(MUTED_INK.light))
    for place, scene in enumerate(scenes):
        corner = (place % COLUMNS * (side + GAP), place // COLUMNS * (side + GAP))
        sure = found[(found[:, 0] == place) & (found[:, 5] >= least_score)]
        sheet.paste(_drawn(scene, sure), corner)
    return np.asarray(sheet)


def _drawn(scene: NDArray[np.uint8], found: FloatArray) -> Image.Image:
    picture = Image.fromarray(scene.repeat(ENLARGED, 0).repeat(ENLARGED, 1)).convert("RGB")
    draw = ImageDraw.Draw(picture)
    for row in found:
        box, digit = [float(each) * ENLARGED for each in row[1:5]], int(row[6])
        colour = CLASS_COLOURS[digit]
        draw.rectangle(box, outline=colour, width=2)
        top = box[1] - TEXT - 3 if box[1] > TEXT + 3 else box[3] + 1
        draw.text((box[0] + 1, top), str(digit), fill=colour, font_size=TEXT)
    return picture
