"""How many faces and plates does the proposal miss? Faces of LFW pasted into photos, the samples' own, drawn plates.

Cut-outs of 25 pixels (scikit-image's 100 faces) are enlarged to 40 to 120 and pasted into photos without people; the
samples' seven faces were boxed by hand. Plates are drawn onto the samples' vehicles (`plates`). What one region covers
to 80 % counts as found.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import skimage
from PIL import Image

from benchmarks.measurement import Measurement
from benchmarks.plates import drawn_plates
from vizcore.metrics.proportion import wilson_interval
from vizcore.monitoring.redaction import Kind, RedactionSettings, covered, faces, propose_regions, within
from vizcore.photo import Photo
from vizcore.samples import load_sample
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

EMPTY = ("coffee", "motorcycle", "rocket", "flower", "pagoda")  # samples without people
PER_PHOTO = 4
FACES = {  # boxed by hand, x0 y0 x1 y1 in pixels
    "astronaut": [(177, 65, 265, 185)],
    "bus": [(101, 405, 152, 463), (265, 412, 309, 463)],
    "zidane": [(540, 234, 663, 451), (903, 109, 1063, 280)],
    "officer": [(174, 130, 359, 324)],
    "photographer": [(208, 122, 260, 197)],
}


def pasted(count: int, *, seed: int = 0) -> list[tuple[Photo, np.ndarray]]:
    """Photos with PER_PHOTO cut-outs each, and where they are."""
    rng = np.random.default_rng(seed)
    cuts = np.load(f"{skimage.__path__[0]}/data/lfw_subset.npy")[:100][:count]
    found = []
    for start in range(0, len(cuts), PER_PHOTO):
        under = Image.fromarray(load_sample(EMPTY[(start // PER_PHOTO) % len(EMPTY)]).rgb)
        ground = np.array(under.resize((640, 480)))
        boxes = []
        for place, cut in enumerate(cuts[start : start + PER_PHOTO]):
            side = int(rng.integers(40, 121))
            left, top = (
                20 + 310 * (place % 2) + int(rng.integers(0, 170)),
                20 + 230 * (place // 2) + int(rng.integers(0, 90)),
            )
            grey = Image.fromarray((255 * cut).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
            ground[top : top + side, left : left + side] = np.asarray(grey)[..., None]
            boxes.append((left, top, left + side, top + side))
        found.append((Photo(ground, "pasted"), np.array(boxes, float)))
    return found


def found_faces(photo: Photo, boxes: np.ndarray) -> np.ndarray:
    """(n,): which of these faces a region of the proposal covers."""
    return covered(boxes, np.array([within(box, photo) for box in faces(photo)]).reshape(-1, 4))


def main() -> list[Measurement]:
    """Missed shares of each kind; `redaction.MEASURED` repeats the counts."""
    scored = [found_faces(photo, boxes) for photo, boxes in pasted(100)]
    missed = [_missed("face, cut-outs of LFW", np.concatenate(scored), target=0.15)]
    model = load_model(card("yolo-mini"), "cpu")
    for kinds, target in ((("face",), 0.5), (("head",), 0.3), (("face", "head"), 0.3)):
        hits = [_on_sample(model, key, kinds) for key in FACES]  # type: ignore[arg-type]
        missed.append(_missed(f"{' + '.join(kinds)}, samples", np.concatenate(hits), target=target))
    plates = [_plate_found(model, photo, box) for photo, box in drawn_plates(100)]
    return [*missed, _missed("plate, drawn onto vehicles", np.concatenate(plates), target=0.3)]


def _plate_found(model: Any, photo: Photo, box: np.ndarray) -> np.ndarray:
    return covered(box, propose_regions(model, photo, RedactionSettings(kinds=("plate",))).boxes_xyxy)


def _on_sample(model: Any, key: str, kinds: tuple[Kind, ...]) -> np.ndarray:
    found = propose_regions(model, load_sample(key), RedactionSettings(kinds=kinds))
    return covered(np.array(FACES[key], float), found.boxes_xyxy)


def _missed(name: str, hits: np.ndarray, *, target: float) -> Measurement:
    found, n = int(hits.sum()), len(hits)
    low, high = wilson_interval(found, n)
    remark = f"{found} of {n} found (recall {low:.2f} to {high:.2f})"
    return Measurement(f"redaction.missed, {name}", 1 - found / n, "share", target, remark=remark)
