"""What can be learnt without a photo of one's own: vectors that ship, drawn shapes, and digits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from vizcore.i18n import N_
from vizcore.learning.bins import Bins, Example
from vizcore.photo import Photo

FOLDER = Path(__file__).parent / "starts"
SHAPES_A_CLASS = 24
DIGITS_A_CLASS = 40
DIGIT_SIDE = 128


@dataclass(frozen=True)
class Start:
    """title: to be translated. vectors: the file of vectors that ships, "" where photos are made and looked at here."""

    key: str
    title: str
    vectors: str = ""


STARTS: dict[str, Start] = {
    each.key: each
    for each in (
        Start("cats_dogs", N_("Cats against dogs"), "cats_dogs"),
        Start("breeds", N_("Oxford breeds"), "breeds"),
        Start("shapes", N_("Drawn shapes")),
        Start("digits", N_("Digits")),
    )
}


@dataclass(frozen=True, eq=False)
class StartData:
    """bins of one start, groups (n,) of near-twins, and vectors (n, D) of the model `model` where they ship."""

    bins: Bins
    groups: NDArray[np.int64]
    model: str = ""
    weights_sha256: str = ""
    vectors: NDArray[np.float32] | None = None


@lru_cache(maxsize=1)
def report() -> dict[str, Any]:
    """What the script that made the vectors wrote down: model, hashes, counts, time."""
    found: dict[str, Any] = json.loads((FOLDER / "starts.json").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def recorded_runs() -> dict[str, Any]:
    """Networks trained on the cats and dogs by a script, with script, machine and seed; {} where none were recorded."""
    path = FOLDER / "runs.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return found


@lru_cache(maxsize=len(STARTS))
def load_start(key: str) -> StartData:
    """The start's bins. KeyError for an unknown key."""
    start = STARTS[key]
    if start.vectors:
        return _shipped(start.vectors)
    photos = _shapes() if key == "shapes" else _digits()
    labels = tuple(dict.fromkeys(label for label, _ in photos))
    examples = tuple(Example(photo.sha256, photo.name, label, "", photo) for label, photo in photos)
    return StartData(Bins(labels, examples), np.arange(len(examples)))


def other_vectors() -> NDArray[np.float32]:
    """(120, D): photos of things and plants that are no cat or dog, seen by the same model; for "unknown"."""
    with np.load(FOLDER / "others.npz", allow_pickle=False) as data:
        vectors: NDArray[np.float32] = data["vectors"].astype(np.float32)
    return vectors


def _shipped(name: str) -> StartData:
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as data:
        labels = tuple(str(each) for each in data["labels"])
        rows = zip(data["sha256"].tolist(), data["names"].tolist(), data["classes"].tolist(), strict=True)
        examples = tuple(Example(sha, title, labels[place]) for sha, title, place in rows)
        vectors, groups = data["vectors"].astype(np.float32), data["groups"].astype(np.int64)
    known = report()
    return StartData(Bins(labels, examples), groups, str(known["model"]), str(known["weights_sha256"]), vectors)


def _shapes() -> list[tuple[str, Photo]]:
    """Scenes with one object, drawn anew from fixed seeds."""
    from vizcore.scenes import CLASS_NAMES, SceneSettings, draw_scene

    photos = []
    for place, name in enumerate(CLASS_NAMES):
        for number in range(SHAPES_A_CLASS):
            seed = 1000 * place + number
            settings = SceneSettings(seed, objects=1, size=0.6, width=160, height=160, classes=(name,))
            photos.append((name, Photo(draw_scene(settings).photo.rgb, f"{name}_{number + 1}")))
    return photos


def _digits() -> list[tuple[str, Photo]]:
    """scikit-learn's digits (UCI, 8 x 8), the first `DIGITS_A_CLASS` of each, dark on white, enlarged."""
    from sklearn.datasets import load_digits

    data = load_digits()
    photos, seen = [], np.zeros(10, np.int64)
    for grey, digit in zip(data.images, data.target.tolist(), strict=True):
        if seen[digit] < DIGITS_A_CLASS:
            seen[digit] += 1
            values = Image.fromarray((255 - grey * 15.9375).astype(np.uint8)).resize(
                (DIGIT_SIDE, DIGIT_SIDE), Image.Resampling.BICUBIC
            )
            rgb = np.repeat(np.asarray(values)[..., None], 3, axis=2)
            photos.append((str(digit), Photo(rgb, f"{digit}_{seen[digit]}")))
    return sorted(photos, key=lambda each: each[0])
