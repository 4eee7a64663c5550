"""Number plates drawn onto the samples' vehicles: five formats, askew, blurred, lit and sized at random.

No photo with a legible plate ships. The characters are random and belong to nobody; the places where a plate would be
were chosen by hand on the bus and on both photos of the motorcycle; each plate gets a cut of its photo of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

from vizcore.photo import Photo
from vizcore.samples import load_sample

SPOTS = {  # x, y of a plate's middle, in pixels of the sample
    "bus": ((40, 605), (220, 670)),
    "motorcycle": ((105, 260), (560, 285)),
    "motorcycle-right": ((75, 250), (520, 290)),
}
LETTERS, DIGITS = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"
TALL = 64  # pixels of a plate as it is drawn, before it is made small


@dataclass(frozen=True)
class Format:
    """pattern: A a letter, 0 a digit, a new line where it says so. wide: sides' ratio."""

    pattern: str
    wide: float
    ground: str = "white"
    ink: str = "black"
    band: bool = False  # a blue one at the left


FORMATS = (
    Format("AA-000-AA", 4.7, band=True),
    Format("AA00 AAA", 4.7, ground="#f2c500"),
    Format("0AAA000", 2.0, ink="#1b3a7a"),
    Format("000\nAAA", 1.3),
    Format("AA 0000", 4.0, ground="#141414", ink="white"),
)


def plate(kind: Format, rng: np.random.Generator) -> Image.Image:
    """A plate seen from the front, with random characters."""
    size = round(TALL * kind.wide), TALL
    made = Image.new("RGB", size, kind.ground)
    draw = ImageDraw.Draw(made)
    text = "".join(rng.choice(list(LETTERS if c == "A" else DIGITS)) if c in "A0" else c for c in kind.pattern)
    left = TALL // 4 if kind.band else 0
    if kind.band:
        draw.rectangle((0, 0, left, TALL), fill="#1c3f94")
    lines = text.count("\n") + 1
    font = ImageFont.load_default(
        size=min(0.8 * TALL / lines, 1.6 * (size[0] - left) / max(map(len, text.split("\n"))))
    )
    draw.text(((size[0] + left) / 2, TALL / 2), text, fill=kind.ink, font=font, anchor="mm", align="center", spacing=0)
    draw.rectangle((0, 0, size[0] - 1, TALL - 1), outline=kind.ink, width=2)
    return made


def askew(front: Image.Image, wide: int, tall: int, rng: np.random.Generator) -> Image.Image:
    """RGBA of wide x tall: the plate with each corner moved inwards by up to a fifth of its height."""
    shift = rng.uniform(0, 0.2 * tall, (4, 2))
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)])
    corners = np.array([(0, 0), (wide, 0), (wide, tall), (0, tall)]) + inwards * shift
    source = np.array([(0, 0), (front.width, 0), (front.width, front.height), (0, front.height)], float)
    rows, values = [], []
    for (x, y), (u, v) in zip(corners, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    factors = np.linalg.solve(np.array(rows), np.array(values))
    clear = front.convert("RGBA")
    moved = clear.transform((wide, tall), Image.Transform.PERSPECTIVE, factors.tolist(), Image.Resampling.BICUBIC)
    return moved.filter(ImageFilter.GaussianBlur(float(rng.uniform(0, tall / 20))))


def drawn_plates(count: int, *, seed: int = 0) -> list[tuple[Photo, np.ndarray]]:
    """Photos with one plate each, 12 to 40 pixels tall, and its box (1, 4)."""
    rng = np.random.default_rng(seed)
    places = [(key, spot) for key, spots in SPOTS.items() for spot in spots]
    return [_drawn(*places[i % len(places)], FORMATS[i % len(FORMATS)], rng) for i in range(count)]


def _drawn(key: str, spot: tuple[int, int], kind: Format, rng: np.random.Generator) -> tuple[Photo, np.ndarray]:
    whole = Image.fromarray(load_sample(key).rgb)
    share = rng.uniform(0.75, 1.0)
    size = share * np.array(whole.size)
    low = np.maximum(np.array(spot) - 0.9 * size, 0)
    high = np.maximum(np.minimum(np.array(spot) - 0.1 * size, np.array(whole.size) - size), low)
    corner = np.minimum(rng.uniform(low, high), np.array(whole.size) - size)
    scale = rng.uniform(450, 1000) / size.max()
    box = (*corner, *(corner + size))
    ground = whole.resize(tuple(np.round(scale * size).astype(int)), Image.Resampling.BICUBIC, box=box)
    tall = int(rng.integers(12, 41))
    made = askew(plate(kind, rng), round(tall * kind.wide), tall, rng)
    lit = ImageEnhance.Brightness(made).enhance(float(rng.uniform(0.6, 1.0)))
    lit.putalpha(made.getchannel("A"))
    middle = scale * (np.array(spot) - corner)
    if rng.random() < 0.5:
        ground, middle[0] = ImageOps.mirror(ground), ground.width - middle[0]
    left, top = np.clip(np.round(middle - np.array(made.size) / 2), 0, np.array(ground.size) - made.size).astype(int)
    ground.paste(lit, (int(left), int(top)), lit)
    return Photo(np.asarray(ground), key), np.array([[left, top, left + made.width, top + made.height]], float)
