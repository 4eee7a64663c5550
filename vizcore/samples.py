"""Which photos are there without any upload? Real ones that installed packages ship, read from the packages' own files.

No package is imported for this, and nothing is downloaded: a photo whose package is absent is simply not listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vizcore.errors import UnknownSample
from vizcore.i18n import N_
from vizcore.images import open_photo, open_preview
from vizcore.photo import Photo


@dataclass(frozen=True)
class Sample:
    """One photo. title: English, to be translated where it is shown. package: the import name of who ships it.

    credit, licence: as the package's documentation states them. source: the page that says so or that it came from.
    path: inside the package's folder.
    """

    key: str
    title: str
    credit: str
    licence: str
    source: str
    package: str
    path: str


CC0 = "CC0-1.0"
PUBLIC_DOMAIN = N_("Public domain")
ULTRALYTICS = N_("Not stated; shipped with Ultralytics (AGPL-3.0)")
SKIMAGE_DOCS = "https://scikit-image.org/docs/stable/api/skimage.data.html"
ULTRALYTICS_ASSETS = "https://github.com/ultralytics/ultralytics/tree/main/ultralytics/assets"


def _skimage(key: str, title: str, file: str, credit: str, licence: str, source: str = SKIMAGE_DOCS) -> Sample:
    return Sample(key, title, credit, licence, source, "skimage", f"data/{file}")


KNOWN_SAMPLES: tuple[Sample, ...] = (
    _skimage("cat", N_("A cat"), "chelsea.png", "Stéfan van der Walt", CC0),
    _skimage("astronaut", N_("An astronaut"), "astronaut.png", "NASA", PUBLIC_DOMAIN, "https://flic.kr/p/r9qvLn"),
    _skimage("coffee", N_("A cup of coffee"), "coffee.png", "Rachel Michetti, Pikolo Espresso Bar", CC0),
    Sample(
        "bus", N_("A bus and people"), "Ultralytics", ULTRALYTICS, ULTRALYTICS_ASSETS, "ultralytics", "assets/bus.jpg"
    ),
    Sample(
        key="zidane",
        title=N_("Two football coaches"),
        credit="Ultralytics",
        licence=ULTRALYTICS,
        source=ULTRALYTICS_ASSETS,
        package="ultralytics",
        path="assets/zidane.jpg",
    ),
    _skimage(
        "motorcycle",
        N_("A motorcycle"),
        "motorcycle_left.png",
        "Middlebury 2014 stereo benchmark (D. Scharstein et al.)",
        N_("Not stated by scikit-image; cite the benchmark"),
        "https://vision.middlebury.edu/stereo/data/scenes2014/",
    ),
    _skimage(
        "motorcycle-right",
        N_("The same motorcycle, camera 19 cm further right"),
        "motorcycle_right.png",
        "Middlebury 2014 stereo benchmark (D. Scharstein et al.)",
        N_("Not stated by scikit-image; cite the benchmark"),
        "https://vision.middlebury.edu/stereo/data/scenes2014/",
    ),
    _skimage(
        "rocket",
        N_("A rocket on its launch pad"),
        "rocket.jpg",
        "SpaceX",
        PUBLIC_DOMAIN,
        "https://www.flickr.com/photos/spacexphotos/16511594820/in/photostream/",
    ),
    Sample(
        key="flower",
        title=N_("A dahlia"),
        credit="vultilion (Flickr), linked by scikit-learn's image README",
        licence="CC-BY-2.0",
        source="https://www.flickr.com/photos/vultilion/6056698931/sizes/z/in/photostream/",
        package="sklearn",
        path="datasets/images/flower.jpg",
    ),
    Sample(
        key="pagoda",
        title=N_("A pagoda in China"),
        credit="danielbuechele (Flickr)",
        licence="CC-BY-2.0",
        source="https://www.flickr.com/photos/danielbuechele/6061409035/sizes/z/in/photostream/",
        package="sklearn",
        path="datasets/images/china.jpg",
    ),
    Sample(
        key="officer",
        title=N_("Grace Hopper in uniform"),
        credit="United States Navy",
        licence=PUBLIC_DOMAIN,
        source="https://commons.wikimedia.org/wiki/File:Grace_Hopper.jpg",
        package="matplotlib",
        path="mpl-data/sample_data/grace_hopper.jpg",
    ),
    _skimage("photographer", N_("A photographer (grey)"), "camera.png", "Lav Varshney", CC0),
    _skimage(
        "coins",
        N_("Greek coins (grey)"),
        "coins.png",
        "Brooklyn Museum",
        N_("No known copyright restrictions"),
        "https://www.brooklynmuseum.org/opencollection/archives/image/51611",
    ),
    _skimage(
        "retina",
        N_("The back of an eye"),
        "retina.jpg",
        "Mikael Häggström",
        CC0,
        "https://commons.wikimedia.org/wiki/File:Fundus_photograph_of_normal_left_eye.jpg",
    ),
    _skimage(
        "galaxies",
        N_("Far galaxies"),
        "hubble_deep_field.jpg",
        "NASA",
        PUBLIC_DOMAIN,
        "http://hubblesite.org/newscenter/archive/releases/2012/37/image/a/",
    ),
)


def sample_file(sample: Sample) -> Path | None:
    """Where the photo lies on this machine; None where its package is absent or came without it."""
    found = find_spec(sample.package)  # finds the folder of a top-level package without running any of its code
    folders = (found.submodule_search_locations or []) if found else []
    candidates = (Path(folder) / sample.path for folder in folders)
    return next((file for file in candidates if file.is_file()), None)


# The only work at import: looking whether some fifteen files exist (under 5 ms).
SAMPLES: dict[str, Sample] = {sample.key: sample for sample in KNOWN_SAMPLES if sample_file(sample)}


@lru_cache(maxsize=4)
def load_sample(key: str) -> Photo:
    """The sample as a photo named by its key; UnknownSample where this machine does not have it."""
    return open_photo(_bytes_of(key), name=key)


def sample_preview(key: str, longest_side: int) -> NDArray[np.uint8]:
    """The sample small, for display only: (h, w, 3). UnknownSample as `load_sample`; a JPEG costs a part of it."""
    return open_preview(_bytes_of(key), longest_side)


def _bytes_of(key: str) -> bytes:
    file = sample_file(SAMPLES[key]) if key in SAMPLES else None
    if file is None:
        raise UnknownSample(key=key, known=list(SAMPLES))
    return file.read_bytes()
