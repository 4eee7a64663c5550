"""What can be measured of a photo without any model, and what a model adds to it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from vizcore.i18n import N_
from vizcore.photo import Photo
from vizcore.pictures import shrunk
from vizcore.results import FloatArray

SIDE = 256  # of the longest side on which brightness, contrast, colour and sharpness are measured


@dataclass(frozen=True)
class Property:
    """title: to be translated when shown. measure: of one photo and its small copy (h, w, 3) uint8."""

    title: str
    measure: Callable[[Photo, np.ndarray], float]


def _grey(small: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.float64)


def _colour(photo: Photo, small: np.ndarray) -> float:
    """Colourfulness (Hasler and Suesstrunk 2003) over 100."""
    red, green, blue = (small[..., channel].astype(np.float64) for channel in range(3))
    first, second = red - green, (red + green) / 2 - blue
    spread = float(np.hypot(first.std(), second.std()))
    return (spread + 0.3 * float(np.hypot(first.mean(), second.mean()))) / 100


PROPERTIES: dict[str, Property] = {
    "brightness": Property(N_("Brightness"), lambda photo, small: float(_grey(small).mean()) / 255),
    "contrast": Property(N_("Contrast"), lambda photo, small: float(_grey(small).std()) / 255),
    "sharpness": Property(
        N_("Sharpness"), lambda photo, small: float(np.log10(cv2.Laplacian(_grey(small), cv2.CV_64F).var() + 1))
    ),
    "colour": Property(N_("Colourfulness"), _colour),
    "width": Property(N_("Width"), lambda photo, small: float(photo.width)),
    "height": Property(N_("Height"), lambda photo, small: float(photo.height)),
}
OF_MODELS = {"scores": N_("Score of the first answer"), "boxes": N_("Boxes in a photo")}


def measured(photos: Sequence[Photo]) -> dict[str, FloatArray]:
    """{name: (n,)} of every property; sharpness is the logarithm of the Laplacian's variance."""
    small = [shrunk(photo.rgb, SIDE) for photo in photos]
    return {
        name: np.array([each.measure(photo, copy) for photo, copy in zip(photos, small, strict=True)])
        for name, each in PROPERTIES.items()
    }


def property_title(name: str) -> str:
    """The English name, to be translated where it is shown."""
    return PROPERTIES[name].title if name in PROPERTIES else OF_MODELS[name]
