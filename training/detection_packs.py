"""Photos with boxes of persons, cats and dogs from the packs (see README), and cut-outs to paste, in memory.

Boxes drawn by people come from COCO, Oxford-IIIT Pet (bounds of the trimap), Penn-Fudan and Tiny-ImageNet; the photos
of photos192 carry the boxes of teacher B, corrected by what is known about each photo. Only human boxes are evaluated.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from torchvision.ops import nms

from training.packs import CAT, DOG

PERSON, CAT_BOX, DOG_BOX = 0, 1, 2
OURS_OF_COCO = {0: PERSON, 15: CAT_BOX, 16: DOG_BOX}
COCO_ANIMALS = np.arange(15, 24)  # cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe
SURE, UNSURE = 0.5, 0.3  # teacher B's scores: trusted anywhere, trusted where the species is known
SPECIES_OF_LABEL = {"dalmatian": DOG}  # one of Caltech's classes; its other animals are neither cats nor dogs
NOT_FOR_TRAINING = ("Leopards", "wild_cat", "garfield", "snoopy", "cougar_body", "cougar_face")
DOG_OR_CAT_NAMES = {
    CAT_BOX: ("tabby", "Persian cat", "Egyptian cat"),
    DOG_BOX: ("Chihuahua", "Yorkshire", "golden ret", "Labrador", "German shep", "standard poodle"),
}
CATLIKE_NAMES = ("cougar", "lion")  # Tiny-ImageNet's animals that are left out of the negatives
LAST_ANIMAL = 44


@dataclass(frozen=True)
class BoxedPhoto:
    """rgb (H, W, 3) uint8; boxes (n, 4) x0, y0, x1, y1 in its pixels; classes (n,) in 0..2."""

    rgb: np.ndarray
    boxes: np.ndarray
    classes: np.ndarray


@dataclass(frozen=True)
class CutOut:
    """An object without its background: rgb (h, w, 3), alpha (h, w) of 0 or 255, its class."""

    rgb: np.ndarray
    alpha: np.ndarray
    class_id: int


Pools = dict[str, list[BoxedPhoto]]


def _open(blob: np.ndarray, offsets: np.ndarray, row: int, mode: str = "RGB") -> np.ndarray:
    picture = Image.open(io.BytesIO(blob[offsets[row] : offsets[row + 1]].tobytes()))
    return np.asarray(picture.convert(mode) if mode else picture)


def read_human_boxes(packs: Path, split: str) -> Pools:
    """COCO, pets and Penn-Fudan of segdet320; split "train" or "val". Photos without a box of ours are kept."""
    with np.load(packs / "segdet320.npz", allow_pickle=False) as file:
        pack = {key: file[key] for key in file.files if key not in ("mblob", "moff")}
    ours = np.array([OURS_OF_COCO.get(int(c), -1) for c in pack["box_cls"]])
    pools: Pools = {}
    for place, name in enumerate(str(s) for s in pack["sets"]):
        if name == "bsds500":  # it has no boxes
            continue
        wanted = (pack["img_set"] == place) & (pack["img_split"] == (split == "val"))
        for row in np.flatnonzero(wanted):
            mine = (pack["box_img"] == row) & (ours >= 0)
            if name == "pets" and not mine.any():
                continue  # the one empty trimap
            rgb = _open(pack["iblob"], pack["ioff"], row)
            pools.setdefault(name, []).append(BoxedPhoto(rgb, pack["box"][mine].astype(np.float32), ours[mine]))
    return pools


def read_cut_outs(packs: Path) -> list[CutOut]:
    """Pets and pedestrians of segdet320's training split, cut along their masks."""
    with np.load(packs / "segdet320.npz", allow_pickle=False) as file:
        pack = dict(file.items())
    sets = [str(s) for s in pack["sets"]]
    found = []
    for row, photo in enumerate(pack["mask_img"]):
        name = sets[pack["img_set"][photo]]
        if name not in ("pets", "pennfudan") or pack["img_split"][photo]:
            continue
        rgb = _open(pack["iblob"], pack["ioff"], photo)
        labels = _open(pack["mblob"], pack["moff"], row, mode="")
        species = DOG_BOX if str(pack["img_name"][photo]).startswith("american_bulldog") else CAT_BOX
        for value in np.unique(labels[labels > 0]):
            cut = _cut(rgb, labels == value, species if name == "pets" else PERSON)
            found += [cut] if cut else []
    return found


def _cut(rgb: np.ndarray, mask: np.ndarray, class_id: int) -> CutOut | None:
    ys, xs = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if mask.sum() < 400 or len(ys) < 24:
        return None
    part = np.s_[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1]
    return CutOut(rgb[part].copy(), (mask[part] * 255).astype(np.uint8), class_id)


def read_natural_photos(packs: Path, split: str) -> tuple[Pools, list[tuple[np.ndarray, int]]]:
    """photos192: (pools "pets", "people" and "nothing" with corrected teacher boxes, photos whose species is known).

    The second list, (rgb, CAT_BOX or DOG_BOX), is what people said about the photo; it has no boxes.
    """
    pools: Pools = {"pets": [], "people": [], "nothing": []}
    known: list[tuple[np.ndarray, int]] = []
    for file in sorted(packs.glob("photos192_*.npz")):
        with np.load(file, allow_pickle=False) as opened:
            pack = dict(opened.items())
        names = [str(name) for name in pack["labels"]]
        for row in np.flatnonzero(pack["split"] == (split == "val")):
            name = names[pack["label"][row]] if pack["label"][row] >= 0 else ""
            species = SPECIES_OF_LABEL.get(name, int(pack["species"][row]))
            if name in NOT_FOR_TRAINING:
                continue
            rgb = _open(pack["blob"], pack["off"], row)
            if species in (CAT, DOG):
                known.append((rgb, CAT_BOX if species == CAT else DOG_BOX))
            part = slice(pack["b_off"][row], pack["b_off"][row + 1])
            taught = taught_boxes(pack["b_box"][part], pack["b_cls"][part], pack["b_score"][part], species)
            if taught is not None:
                boxes, classes = taught
                pool = "nothing" if not len(boxes) else "pets" if (classes != PERSON).any() else "people"
                pools[pool].append(BoxedPhoto(rgb, boxes, classes))
    return pools, known


def taught_boxes(
    boxes: np.ndarray, coco: np.ndarray, scores: np.ndarray, species: int
) -> tuple[np.ndarray, np.ndarray] | None:
    """Teacher B's boxes of one photo as ours, (boxes, classes), or None where they cannot be trusted.

    Where the species is known every animal counts as that species, at a lower score, and a photo without such a box
    is not used; where it is known to be neither (255 and no cat or dog in its source) a cat or dog box is a mistake.
    """
    boxes, scores = boxes.astype(np.float32), scores.astype(np.float32)
    people = (coco == 0) & (scores >= SURE)
    kept, classes = [boxes[people]], [np.full(people.sum(), PERSON)]
    if species in (CAT, DOG):
        animals = np.flatnonzero(np.isin(coco, COCO_ANIMALS) & (scores >= UNSURE))
        if not len(animals):
            return None
        best = nms(*_tensors(boxes[animals], scores[animals]), 0.5).numpy()  # type: ignore[call-arg]
        best = [i for i in best if scores[animals[i]] >= SURE] or [best[0]]
        kept.append(boxes[animals[best]])
        classes.append(np.full(len(best), CAT_BOX if species == CAT else DOG_BOX))
    elif ((coco == 15) | (coco == 16)).any() or ((coco == 0) & (scores < SURE)).any():
        return None
    return np.concatenate(kept), np.concatenate(classes).astype(np.int64)


def _tensors(*arrays: np.ndarray) -> list:
    import torch

    return [torch.from_numpy(a) for a in arrays]


def read_boxed_thumbnails(packs: Path) -> Pools:
    """Tiny-ImageNet's animals, 64 px, one box drawn by a person each: "tiny" cats and dogs, "tiny_other" the rest."""
    rows = json.loads((packs / "tiny104_classes.json").read_text())
    class_of = {
        i: c for i, r in enumerate(rows) for c, names in DOG_OR_CAT_NAMES.items() if r["name"].startswith(names)
    }
    pools: Pools = {"tiny": [], "tiny_other": []}
    nothing = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    for file in sorted(packs.glob("tiny104_train_*.npz")):
        with np.load(file, allow_pickle=False) as pack:
            blob, offsets, labels, boxes = (pack[key] for key in ("blob", "off", "label", "box"))
        for row, label in enumerate(labels.tolist()):
            if label in class_of:
                box = boxes[row : row + 1].astype(np.float32)
                pools["tiny"].append(BoxedPhoto(_open(blob, offsets, row), box, np.array([class_of[label]])))
            elif label <= LAST_ANIMAL and row % 4 == 0 and not rows[label]["name"].startswith(CATLIKE_NAMES):
                pools["tiny_other"].append(BoxedPhoto(_open(blob, offsets, row), *nothing))
    return pools
