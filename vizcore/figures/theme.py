"""Which colour and size does every picture, plot and badge use? The only place that says so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from vizcore.i18n import N_
from vizcore.zoo.cards import Family


@dataclass(frozen=True)
class Accent:
    """One colour in two shades: `light` to be read as text on a light page, `dark` on a dark one (contrast >= 4.5)."""

    light: str
    dark: str

    def on(self, *, dark: bool) -> str:
        """The shade for a dark page or for a light one."""
        return self.dark if dark else self.light


# The page; .streamlit/config.toml repeats these four, and a test compares them.
PAPER = Accent(light="#ffffff", dark="#14171c")
PANEL = Accent(light="#f4f6f9", dark="#1c2027")
INK = Accent(light="#12161e", dark="#e8ebf0")
PRIMARY = Accent(light="#2456b8", dark="#6191f1")
MUTED_INK = Accent(light="#566074", dark="#a3adbd")


@dataclass(frozen=True)
class FamilyLook:
    """A family of models: its name as people write it, its accent for words, and the same as an area (bars, badges,
    boxes): one shade that stands out on light and dark pages (contrast >= 3)."""

    name: str
    accent: Accent
    area: str


# The same on every page; adding a family is adding a row. Families that stand side by side (cnn and vit, yolo and detr)
# lie far apart, also for eyes that confuse red and green.
FAMILIES: dict[Family, FamilyLook] = {
    "cnn": FamilyLook("CNN", Accent(light="#1f5fbf", dark="#7fb2ff"), "#3f7fdc"),
    "vit": FamilyLook("ViT", Accent(light="#b04a00", dark="#ffa65c"), "#cf5f10"),
    "swin": FamilyLook("Swin", Accent(light="#866000", dark="#e6c04d"), "#a87a00"),
    "yolo": FamilyLook("YOLO", Accent(light="#00707a", dark="#4fd0d8"), "#0f8a94"),
    "detr": FamilyLook("DETR", Accent(light="#a0307c", dark="#f28fd0"), "#bf4c9a"),
    "faster-rcnn": FamilyLook("Faster R-CNN", Accent(light="#4a6a00", dark="#b3d455"), "#6a8a10"),
    "sam": FamilyLook("SAM", Accent(light="#6a3fb5", dark="#c0a1ff"), "#8a62d6"),
    "deeplab": FamilyLook("DeepLab", Accent(light="#0f7048", dark="#5fd39d"), "#1f8f62"),
    "mask-rcnn": FamilyLook("Mask R-CNN", Accent(light="#8f3a3a", dark="#f5a3a3"), "#b75555"),
    "ppocr": FamilyLook("PP-OCR", Accent(light="#00695c", dark="#5fd0c0"), "#12897a"),
    "tesseract": FamilyLook("Tesseract", Accent(light="#8a3b12", dark="#f0a37c"), "#b8602f"),
    "classical": FamilyLook(N_("classical"), Accent(light="#566074", dark="#b4bdcc"), "#74809a"),
}
FAMILY_ACCENTS: dict[Family, Accent] = {family: look.accent for family, look in FAMILIES.items()}
FAMILY_COLOURS: dict[Family, str] = {family: look.area for family, look in FAMILIES.items()}

# Boxes and masks of classes: distinct on photographs, neighbours in the list far apart.
CLASS_COLOURS = (
    "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#8c6bd1",
    "#66c2a5", "#e7298a", "#a6761d", "#7fc97f", "#beaed4", "#fb8072", "#80b1d3", "#b3de69",
)  # fmt: skip

# A mask against its reference: in both, only in the reference, only in the mask. Apart for every kind of eye.
IN_BOTH, MISSED, TOO_MUCH = "#009e73", "#e69f00", "#cc79a7"

LABEL_INKS = ("#000000", "#ffffff")  # of words on these colours: one of both has a contrast of at least 4.5 on any

# What two detectors make of one object: told apart on photographs and by eyes that confuse red and green.
AGREEMENT_COLOURS = {
    "both": "#009e73",
    "class_conflict": "#cc79a7",
    "shifted": "#f0e442",
    "only_a": "#56b4e9",
    "only_b": "#e69f00",
}

# One step of non-maximum suppression: the box kept now, those it suppresses, those kept before, those still waiting.
SUPPRESSION_COLOURS = {"chosen": "#009e73", "dropped": "#d55e00", "kept": "#56b4e9", "waiting": "#c8ced8"}

COST_TERM_COLOURS = {"class": "#56b4e9", "l1": "#e69f00", "giou": "#009e73"}  # of Hungarian matching

# The three phases of a detector's time, in their order.
PHASE_COLOURS = {"pre": "#56b4e9", "model": "#0072b2", "post": "#e69f00"}

# Heat maps, from no evidence to most: growing in lightness all the way, so that they are readable in grey too.
HEAT_STOPS = ("#140b34", "#3b0f70", "#84206b", "#c5404f", "#ed6925", "#fbb61a", "#fcffa4")

# From the most negative value over zero to the most positive.
DIVERGING_SCALE = [[0.0, "#2166ac"], [0.25, "#92c5de"], [0.5, "#f7f7f7"], [0.75, "#f4a582"], [1.0, "#b2182b"]]

BAR_HEIGHT = 30  # of one horizontal bar in a figure, in pixels
LINE_WIDTH = 3  # of boxes and contours
FONT_SIZE = 15
DISPLAY_SIDE = 1024  # longest side of a picture on a page
THUMBNAIL_SIDE = 160


def family_accent(family: Family, *, dark: bool = False) -> str:
    """The family's colour for words, as "#rrggbb", on a light or a dark page."""
    return FAMILIES[family].accent.on(dark=dark)


def class_colour(label: str) -> str:
    """The colour of a class as "#rrggbb": the same label has the same colour on every page and in every run."""
    return CLASS_COLOURS[hashlib.sha256(label.encode()).digest()[0] % len(CLASS_COLOURS)]


def red_green_blue(colour: str) -> tuple[int, int, int]:
    """(r, g, b), each 0..255, of "#rrggbb"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
