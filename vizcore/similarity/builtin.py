"""Which gallery is there without any upload? Built-in photos seen in three ways, and drawn scenes, in class folders."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from vizcore.photo import Photo
from vizcore.samples import SAMPLES, load_sample
from vizcore.scenes import CLASS_NAMES, SceneSettings, draw_scene
from vizcore.similarity.gallery import Gallery, GalleryPicture, gallery_photo

# Samples that show the same kind of thing share a folder; the others have one of their own.
FOLDERS = {
    "astronaut": "person",
    "officer": "person",
    "photographer": "person",
    "zidane": "person",
    "motorcycle-right": "motorcycle",
}
CLOSER = 0.7  # side of a closer view, as a share of the photo's
DRAWINGS = 4  # of each class


@lru_cache(maxsize=1)
def builtin_gallery() -> Gallery:
    """Each sample whole, closer, and closer from the other side mirrored; four drawings of each class of the scenes.

    The pictures are the same on every machine that has the samples' packages.
    """
    return Gallery(tuple(sorted([*_photos(), *_drawings()], key=lambda each: each.path)))


def _photos() -> Iterator[GalleryPicture]:
    for key in SAMPLES:
        folder = FOLDERS.get(key, key)
        whole = gallery_photo(load_sample(key))
        yield _picture(folder, key, whole)
        high, wide = round(CLOSER * whole.height), round(CLOSER * whole.width)
        yield _picture(folder, f"{key}-closer", Photo(whole.rgb[:high, :wide], ""))
        mirrored = np.ascontiguousarray(whole.rgb[-high:, -wide:][:, ::-1])
        yield _picture(folder, f"{key}-mirrored", Photo(mirrored, ""))


def _drawings() -> Iterator[GalleryPicture]:
    for place, name in enumerate(CLASS_NAMES):
        for number in range(DRAWINGS):
            settings = SceneSettings(10 * place + number, objects=1, size=0.7, width=320, height=240, classes=(name,))
            yield _picture(f"drawn-{name}", f"drawn-{name}-{number + 1}", draw_scene(settings).photo)


def _picture(folder: str, name: str, photo: Photo) -> GalleryPicture:
    return GalleryPicture(Photo(photo.rgb, name), f"{folder}/{name}", folder)
