"""Reads the training packs (see README): thumbnails and natural photos, with their labels, as arrays in memory."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

CAT, DOG = 0, 1
PHOTO_SHORT_SIDE = 160

# Labels of the natural photos that name one of the 104 classes: (label in the pack, start of the class's name).
SAME_CLASS = {
    "binocular": "binoculars",
    "chihuahua": "Chihuahua",
    "cougar_body": "cougar",
    "cougar_face": "cougar",
    "dragonfly": "dragonfly",
    "elephant": "African elephant",
    "german_shepherd": "German shepherd",
    "golden_retriever": "golden retriever",
    "labrador_retriever": "Labrador retriever",
    "lamp": "lampshade",
    "lobster": "American lobster",
    "pizza": "pizza",
    "scorpion": "scorpion",
    "standard_poodle": "standard poodle",
    "umbrella": "umbrella",
    "yorkshire_terrier": "Yorkshire terrier",
}
DOMESTIC_CATS = ("tabby", "Persian cat", "Egyptian cat")
DOGS = (
    "Chihuahua",
    "Yorkshire terrier",
    "golden retriever",
    "Labrador retriever",
    "German shepherd",
    "standard poodle",
)


@dataclass(frozen=True)
class ClassTable:
    """The 104 classes: their names, their ids among ImageNet's 1,000, and the two groups we score."""

    names: list[str]
    imagenet: np.ndarray
    cats: list[int]
    dogs: list[int]

    def starting_with(self, prefix: str) -> int:
        """Index of the one class whose name starts with `prefix`."""
        (index,) = [i for i, name in enumerate(self.names) if name.startswith(prefix)]
        return index


@dataclass(frozen=True)
class Thumbnails:
    """Tiny-ImageNet pictures: rgb (n, 64, 64, 3) uint8, label (n,) in 0..103."""

    rgb: np.ndarray
    label: np.ndarray


@dataclass(frozen=True)
class NaturalPhotos:
    """Photos of natural aspect, short side 160.

    label: index among the 104 classes or -1; species: 0 cat, 1 dog, 255 neither known.
    """

    rgb: list[np.ndarray]
    label: np.ndarray
    species: np.ndarray


@dataclass(frozen=True)
class SoftAnswers:
    """The teacher's K largest logits (n, K) of n pictures (`teacher_labels`) and their ids among ImageNet's 1,000."""

    ids: np.ndarray
    logits: np.ndarray


def read_classes(packs: Path) -> ClassTable:
    rows = json.loads((packs / "tiny104_classes.json").read_text())
    names = [row["name"] for row in rows]

    def group(prefixes: tuple[str, ...]) -> list[int]:
        return [i for i, name in enumerate(names) if name.startswith(prefixes)]

    return ClassTable(names, np.array([row["imagenet1001"] - 1 for row in rows]), group(DOMESTIC_CATS), group(DOGS))


def _pictures(pack: np.lib.npyio.NpzFile, rows: np.ndarray) -> list[Image.Image]:
    blob, offsets = pack["blob"], pack["off"]
    return [Image.open(io.BytesIO(blob[offsets[i] : offsets[i + 1]].tobytes())).convert("RGB") for i in rows]


def read_thumbnails(packs: Path, split: str) -> Thumbnails:
    """split: "train" (two shards) or "val"."""
    rgb, label = [], []
    for file in sorted(packs.glob(f"tiny104_{split}*.npz")):
        with np.load(file, allow_pickle=False) as pack:
            labels = pack["label"]
            rgb.append(np.stack([np.asarray(p) for p in _pictures(pack, np.arange(len(labels)))]))
            label.append(labels.astype(np.int64))
    return Thumbnails(np.concatenate(rgb), np.concatenate(label))


def read_photos(packs: Path, split: str, classes: ClassTable) -> NaturalPhotos:
    """split: "train" or "val", as the pack assigns them."""
    columns: dict[str, list[np.ndarray]] = {"label": [], "species": []}
    rgb: list[np.ndarray] = []
    for file in sorted(packs.glob("photos192_*.npz")):
        with np.load(file, allow_pickle=False) as pack:
            rows = np.flatnonzero(pack["split"] == (split == "val"))
            names = [str(name) for name in pack["labels"]]
            ours = np.array([classes.starting_with(SAME_CLASS[n]) if n in SAME_CLASS else -1 for n in names] + [-1])
            columns["label"].append(ours[pack["label"][rows]])
            columns["species"].append(pack["species"][rows])
            rgb += [np.asarray(_short_side(p, PHOTO_SHORT_SIDE)) for p in _pictures(pack, rows)]
    return NaturalPhotos(rgb, np.concatenate(columns["label"]), np.concatenate(columns["species"]))


def read_soft_answers(file: Path) -> SoftAnswers:
    """For the natural training photos, in the order of `read_photos`."""
    with np.load(file, allow_pickle=False) as kept:
        return SoftAnswers(kept["ids"].astype(np.int64), kept["logits"])


def _short_side(picture: Image.Image, length: int) -> Image.Image:
    scale = length / min(picture.size)
    width, height = (max(length, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BILINEAR)
