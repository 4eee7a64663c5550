"""A real bus, people and a cat, cut out of built-in photos along outlines drawn by hand, that move over another photo.

The outline is the truth: whatever of the old ground it takes along belongs to the object here, so boxes, masks and
identities are exact, and real detectors can be tracked on real pixels.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from vizcore.samples import SAMPLES, load_sample
from vizcore.tracking.clip import Clip
from vizcore.tracking.compose import Actor, Floats, composed
from vizcore.tracking.paths import Motion, ways

CLASSES = ("person", "cat", "dog", "bus")
WIDTH, HEIGHT = 480, 320
SMOOTH = 4  # the outline is filled so many times too large and averaged down
GROUNDS = ("pagoda", "flower", "coffee")


@dataclass(frozen=True)
class Outline:
    """A polygon in the pixels of a built-in photo. height: of the object in the clip, as a share of its picture's."""

    sample: str
    label: str
    height: float
    points: tuple[tuple[int, int], ...]


# In this order the later ones stand nearer. The bus is what the two people before it leave free of it.
OUTLINES: dict[str, Outline] = {
    "bus": Outline(
        "bus", "bus", 0.6,
        ((198, 234), (249, 233), (293, 238), (395, 244), (513, 252), (630, 263), (696, 270), (721, 283), (740, 301),
         (780, 307), (791, 320), (800, 393), (791, 402), (787, 444), (787, 488), (772, 510), (769, 542), (732, 544),
         (721, 553), (727, 564), (748, 575), (757, 592), (751, 664), (732, 674), (707, 673), (693, 660), (687, 639),
         (659, 645), (460, 683), (457, 662), (428, 662), (428, 690), (385, 698), (379, 687), (372, 705), (359, 723),
         (343, 720), (338, 699), (337, 686), (331, 642), (324, 605), (322, 569), (343, 548), (343, 532), (334, 501),
         (321, 484), (303, 471), (300, 452), (302, 431), (300, 416), (290, 408), (274, 408), (264, 418), (264, 449),
         (268, 471), (252, 482), (242, 504), (236, 515), (220, 510), (199, 528), (185, 510), (173, 490), (154, 475),
         (151, 460), (155, 430), (157, 409), (146, 400), (110, 400), (104, 412), (104, 434), (108, 444), (82, 475),
         (67, 495), (29, 495), (25, 481), (28, 408), (37, 356), (45, 320), (59, 299), (73, 279), (81, 257), (139, 243),
         (176, 243)),
    ),
    "light coat": Outline(
        "bus", "person", 0.62,
        ((141, 400), (110, 404), (99, 418), (96, 467), (67, 490), (61, 507), (64, 583), (52, 692), (63, 729), (58, 780),
         (61, 823), (56, 860), (54, 885), (62, 900), (95, 903), (108, 890), (104, 868), (98, 850), (118, 775),
         (140, 745), (160, 790), (178, 850), (180, 878), (215, 890), (250, 882), (248, 866), (215, 855), (203, 840),
         (190, 770), (186, 740), (179, 696), (192, 688), (180, 599), (200, 583), (200, 555), (181, 521), (183, 484),
         (156, 465), (156, 406)),
    ),
    "dark coat": Outline(
        "bus", "person", 0.58,
        ((280, 412), (262, 414), (254, 428), (254, 451), (247, 460), (236, 524), (222, 530), (222, 545), (237, 557),
         (235, 584), (241, 601), (228, 697), (250, 706), (252, 755), (259, 822), (275, 821), (280, 790), (290, 802),
         (302, 815), (305, 800), (290, 780), (335, 721), (322, 567), (333, 566), (340, 555), (336, 509), (329, 489),
         (312, 484), (309, 470), (302, 469), (303, 425), (295, 413)),
    ),
    "cat": Outline(
        "cat", "cat", 0.42,
        ((14, 60), (40, 18), (90, 2), (330, 2), (392, 18), (432, 62), (448, 130), (446, 210), (420, 262), (360, 297),
         (110, 297), (50, 276), (14, 220), (4, 140)),
    ),
    "astronaut": Outline(
        "astronaut", "person", 0.66,
        ((165, 60), (190, 28), (228, 15), (270, 28), (296, 55), (305, 95), (298, 135), (272, 152), (300, 175),
         (316, 215), (318, 255), (345, 262), (370, 290), (378, 350), (330, 370), (300, 420), (295, 511), (40, 511),
         (20, 420), (40, 330), (75, 260), (120, 230), (121, 190), (150, 160), (178, 150), (160, 115)),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class CutoutSettings:
    """objects: how many of `OUTLINES`, in their order. speed: pixels a frame; ground: a built-in photo's key."""

    seed: int = 0
    objects: int = 4
    frames: int = 40
    speed: float = 8.0
    fps: float = 10.0
    motion: Motion = "crossing"
    ground: str = "pagoda"


def cutouts_available() -> bool:
    """Whether the photos that the objects are cut from are on this machine."""
    return {"bus", "astronaut", "cat", "pagoda"} <= set(SAMPLES)


@lru_cache(maxsize=4)
def cutout_clip(settings: CutoutSettings) -> Clip:
    """The clip of these settings, with its truth. UnknownSample where a photo is not on this machine."""
    outlines = list(OUTLINES.values())[: settings.objects]
    pieces = [_cut(outline) for outline in outlines]
    sizes = np.array([coverage.shape[::-1] for coverage, _colour in pieces], dtype=np.float64)
    all_ways = ways(settings.motion, sizes, (WIDTH, HEIGHT), settings.frames, settings.speed, settings.seed)
    actors = [
        Actor(*piece, CLASSES.index(outline.label), way.path, way.path[:, 1] + size[1], way.here)
        for piece, outline, way, size in zip(pieces, outlines, all_ways, sizes, strict=True)
    ]
    photos, truth = composed(_ground(settings.ground), actors, settings.frames, CLASSES, "cutouts")
    return Clip(photos, settings.fps, f"cutouts-{settings.seed}", truth, {"kind": "cutouts", **asdict(settings)})


def _ground(key: str) -> Floats:
    """The photo, its middle cut to the clip's shape."""
    rgb = load_sample(key).rgb
    share = min(rgb.shape[1] / WIDTH, rgb.shape[0] / HEIGHT)
    width, height = round(WIDTH * share), round(HEIGHT * share)
    left, top = (rgb.shape[1] - width) // 2, rgb.shape[0] - height
    part = np.ascontiguousarray(rgb[top : top + height, left : left + width])
    return np.asarray(cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.float64)


@lru_cache(maxsize=8)
def _cut(outline: Outline) -> tuple[Floats, Floats]:
    """Coverage (h, w) and colour times coverage (h, w, 3) of the object at its size in the clip."""
    rgb = load_sample(outline.sample).rgb
    points = np.array(outline.points, dtype=np.float64)
    low, high = points.min(axis=0).astype(int), points.max(axis=0).astype(int) + 1
    piece = np.ascontiguousarray(rgb[low[1] : high[1], low[0] : high[0]])
    height = round(outline.height * HEIGHT)
    scale = height / piece.shape[0]
    width = round(piece.shape[1] * scale)
    picture = Image.new("L", (width * SMOOTH, height * SMOOTH))
    ImageDraw.Draw(picture).polygon([tuple(each) for each in (points - low) * scale * SMOOTH], fill=255)
    shares = np.asarray(picture, dtype=np.float64).reshape(height, SMOOTH, width, SMOOTH).mean(axis=(1, 3)) / 255
    small = np.asarray(cv2.resize(piece, (width, height), interpolation=cv2.INTER_AREA), dtype=np.float64)
    return shares, small * shares[..., None]
