"""Photos with boxes of the seven classes from the packs (see README), and cut-outs to paste, in memory.

Boxes drawn by people come from the street photos and COCO photos of voc320 and from COCO, Oxford-IIIT Pet (bounds of
the trimap) and Penn-Fudan of segdet320; the photos of photos192 carry the boxes of teacher B, corrected by what is
known about each photo. Only human boxes are evaluated. A class that a set does not label is unknown on its photos:
there it is neither a negative in training nor a false detection in the evaluation.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision.ops import nms

from training.packs import CAT, DOG
from vizcore.zoo.bundled.mini_detectors import LABELS

COUNT = len(LABELS)
PERSON, CAT_BOX, DOG_BOX = (LABELS.index(name) for name in ("person", "cat", "dog"))
COCO_NUMBERS = {"person": 0, "car": 2, "motorbike": 3, "bus": 5, "truck": 7, "cat": 15, "dog": 16}
OURS_OF_COCO = {number: LABELS.index(name) for name, number in COCO_NUMBERS.items()}
VEHICLES = tuple(COCO_NUMBERS[name] for name in ("car", "motorbike", "bus", "truck"))
COCO_ANIMALS = np.arange(15, 24)  # cat, dog, horse, sheep, cow, elephant, bear, zebra, giraffe
SURE, UNSURE = 0.5, 0.3  # teacher B's scores: trusted anywhere, trusted where the species is known
SPECIES_OF_LABEL = {"dalmatian": DOG}  # one of Caltech's classes; its other animals are neither cats nor dogs
NOT_FOR_TRAINING = ("Leopards", "wild_cat", "garfield", "snoopy", "cougar_body", "cougar_face")
LABELLED = {  # what people labelled in the sets of segdet320; the others label every class
    "pets": ("cat", "dog"),
    "pennfudan": ("person",),
}
VOC_SETS = {"highway": "street", "coco_b": "coco_b"}  # coco_a is segdet320's coco, home is one flat


@dataclass(frozen=True)
class BoxedPhoto:
    """rgb (H, W, 3) uint8; boxes (n, 4) x0, y0, x1, y1 in its pixels; classes (n,); known (C,) bool: labelled here."""

    rgb: np.ndarray
    boxes: np.ndarray
    classes: np.ndarray
    known: np.ndarray


@dataclass(frozen=True)
class CutOut:
    """An object without its background: rgb (h, w, 3), alpha (h, w) of 0 or 255, its class."""

    rgb: np.ndarray
    alpha: np.ndarray
    class_id: int


Pools = dict[str, list[BoxedPhoto]]


def known_classes(names: tuple[str, ...] = LABELS) -> np.ndarray:
    """(C,) bool: True for the named classes."""
    return np.isin(LABELS, names)


def _open(blob: np.ndarray, offsets: np.ndarray, row: int, mode: str = "RGB") -> np.ndarray:
    picture = Image.open(io.BytesIO(blob[offsets[row] : offsets[row + 1]].tobytes()))
    return np.asarray(picture.convert(mode) if mode else picture)


def _read(file: Path) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as opened:
        return {key: opened[key] for key in opened.files if key not in ("mblob", "moff")}


def read_human_boxes(packs: Path, split: str) -> Pools:
    """Every photo with boxes drawn by people; split "train" or "val". Photos without a box of ours are kept."""
    return _segdet(packs, split) | _voc(packs, split)


def _segdet(packs: Path, split: str) -> Pools:
    pack = _read(packs / "segdet320.npz")
    ours = np.array([OURS_OF_COCO.get(int(c), -1) for c in pack["box_cls"]])
    pools: Pools = {}
    for place, name in enumerate(str(s) for s in pack["sets"]):
        if name == "bsds500":  # it has no boxes
            continue
        known = known_classes(LABELLED.get(name, LABELS))
        wanted = (pack["img_set"] == place) & (pack["img_split"] == (split == "val"))
        for row in np.flatnonzero(wanted):
            mine = (pack["box_img"] == row) & (ours >= 0)
            if name == "pets" and not mine.any():
                continue  # the one empty trimap
            rgb = _open(pack["iblob"], pack["ioff"], row)
            boxes = pack["box"][mine].astype(np.float32)
            pools.setdefault(f"human_{name}", []).append(BoxedPhoto(rgb, boxes, ours[mine], known))
    return pools


def _voc(packs: Path, split: str) -> Pools:
    pack = _read(packs / "voc320.npz")
    names = [str(name) for name in pack["classes"]]
    ours = np.array([LABELS.index(name) if name in LABELS else -1 for name in names] + [-1])[pack["box_cls"]]
    pools: Pools = {}
    for place, name in enumerate(str(s) for s in pack["sets"]):
        if name not in VOC_SETS:
            continue
        known = np.array([bool(pack["labelled"][place, names.index(label)]) for label in LABELS])
        for row in np.flatnonzero((pack["img_set"] == place) & (pack["img_split"] == (split == "val"))):
            mine = (pack["box_img"] == row) & (ours >= 0)
            rgb = _open(pack["iblob"], pack["ioff"], row)
            boxes = pack["box"][mine].astype(np.float32)
            pools.setdefault(VOC_SETS[name], []).append(BoxedPhoto(rgb, boxes, ours[mine], known))
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
    stated: list[tuple[np.ndarray, int]] = []
    for file in sorted(packs.glob("photos192_*.npz")):
        pack = _read(file)
        names = [str(name) for name in pack["labels"]]
        for row in np.flatnonzero(pack["split"] == (split == "val")):
            name = names[pack["label"][row]] if pack["label"][row] >= 0 else ""
            species = SPECIES_OF_LABEL.get(name, int(pack["species"][row]))
            if name in NOT_FOR_TRAINING:
                continue
            rgb = _open(pack["blob"], pack["off"], row)
            if species in (CAT, DOG):
                stated.append((rgb, CAT_BOX if species == CAT else DOG_BOX))
            part = slice(pack["b_off"][row], pack["b_off"][row + 1])
            taught = taught_boxes(pack["b_box"][part], pack["b_cls"][part], pack["b_score"][part], species)
            if taught is not None:
                pets = np.isin(taught[1], (CAT_BOX, DOG_BOX)).any()
                pool = "nothing" if not len(taught[0]) else "pets" if pets else "people"
                pools[pool].append(BoxedPhoto(rgb, *taught))
    return pools, stated


def taught_boxes(
    boxes: np.ndarray, coco: np.ndarray, scores: np.ndarray, species: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Teacher B's boxes of one photo as ours, (boxes, classes, known), or None where they cannot be trusted.

    Where the species is known every animal counts as that species, at a lower score, and a photo without such a box
    is not used; where it is known to be neither (255 and no cat or dog in its source) a cat or dog box is a mistake.
    A person or vehicle that the teacher doubts makes its class unknown on the photo.
    """
    boxes, scores = boxes.astype(np.float32), scores.astype(np.float32)
    sure = np.isin(coco, (0, *VEHICLES)) & (scores >= SURE)
    kept, classes = [boxes[sure]], [np.array([OURS_OF_COCO[int(c)] for c in coco[sure]], np.int64)]
    known = known_classes()
    known[[OURS_OF_COCO[int(c)] for c in coco[(scores < SURE) & np.isin(coco, (0, *VEHICLES))]]] = False
    if species in (CAT, DOG):
        animals = np.flatnonzero(np.isin(coco, COCO_ANIMALS) & (scores >= UNSURE))
        if not len(animals):
            return None
        best = nms(torch.from_numpy(boxes[animals]), torch.from_numpy(scores[animals]), 0.5).numpy()
        best = [i for i in best if scores[animals[i]] >= SURE] or [best[0]]
        kept.append(boxes[animals[best]])
        classes.append(np.full(len(best), CAT_BOX if species == CAT else DOG_BOX))
    elif ((coco == 15) | (coco == 16)).any():
        return None
    return np.concatenate(kept), np.concatenate(classes).astype(np.int64), known
