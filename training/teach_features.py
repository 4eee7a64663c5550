"""Which numbers does the page "Teach it your classes" begin with? EfficientNet-Lite0's vectors of labelled photos.

    python -m training.teach_features --packs DIR

writes vizcore/learning/starts/cats_dogs.npz (400 photos), breeds.npz (595) and their report. No photo is in them: a
vector of 1,280 half-precision numbers, the class, the name in the source, and which photos are near-twins.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import platform
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from vizcore.learning.twins import photo_groups
from vizcore.photo import Photo
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model
from vizcore.zoo.protocols import FeatureModel

MODEL = "efficientnet-lite0"
OUT = Path(__file__).parent.parent / "vizcore" / "learning" / "starts"
CATS_AND_DOGS, CALTECH, PETS = 0, 4, 5  # places in the packs' list of sources
ANIMALS = frozenset(
    """
    ant beaver butterfly bass brontosaurus cougar_body cougar_face crab crayfish crocodile crocodile_head dalmatian
    dolphin dragonfly elephant emu flamingo flamingo_head garfield gerenuk hawksbill hedgehog ibis kangaroo Leopards
    leopards llama lobster mayfly nautilus octopus okapi panda pigeon platypus rhino rooster scorpion sea_horse snoopy
    starfish stegosaurus tick trilobite wild_cat
    """.split()  # noqa: SIM905
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    pack = rows_of(given.packs)
    model: Any = load_model(card(MODEL), "cpu")
    random = np.random.default_rng(given.seed)
    OUT.mkdir(exist_ok=True)
    begun = time.time()
    report: dict[str, Any] = {"model": MODEL, "weights_sha256": model.weights_sha256, "recipe": model.card.recipe}
    species = [("cat", 0), ("dog", 1)]
    cats_dogs = [
        (each, name)
        for name, place in species
        for each in _chosen(
            random, [row for row in pack if row["src"] == CATS_AND_DOGS and row["species"] == place], 200
        )
    ]
    breeds = [(row, _title(row["label"])) for row in pack if row["src"] == PETS and row["label"]]
    things = [row for row in pack if row["src"] == CALTECH and row["label"] and row["label"] not in ANIMALS]
    others = [(row, "") for row in _chosen(random, things, 120)]
    for key, rows in (("cats_dogs", cats_dogs), ("breeds", breeds), ("others", others)):
        report[key] = _write(key, rows, model)
    report |= {"seed": given.seed, "seconds": round(time.time() - begun, 1), "machine": platform.machine()}
    report["torch"] = torch.__version__
    (OUT / "starts.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


def _title(label: str) -> str:
    return label.replace("_", " ").capitalize()


def rows_of(folder: Path, source: int | None = None) -> list[dict[str, Any]]:
    """Every photo of the packs, or of one source, in order of its file's hash."""
    rows = []
    for path in sorted(folder.glob("photos192_*.npz")):
        data = np.load(path, allow_pickle=False)
        blob, off = data["blob"], data["off"]
        for i in range(len(off) - 1):
            if source not in (None, int(data["src"][i])):
                continue
            label = int(data["label"][i])
            rows.append(
                {
                    "src": int(data["src"][i]),
                    "species": int(data["species"][i]),
                    "label": str(data["labels"][label]) if label >= 0 else "",
                    "name": data["name"][i].decode().rpartition("/")[2],
                    "sha1": data["sha1"][i].decode(),
                    "bytes": blob[off[i] : off[i + 1]].tobytes(),
                }
            )
    return sorted(rows, key=lambda row: row["sha1"])


def _chosen(random: np.random.Generator, rows: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    return [rows[place] for place in sorted(random.choice(len(rows), count, replace=False))]


@torch.inference_mode()
def _write(key: str, rows: list[tuple[dict[str, Any], str]], model: FeatureModel) -> dict[str, Any]:
    photos = [photo_of(row) for row, _ in rows]
    vectors = []
    for start in range(0, len(photos), 16):
        pixels = model.pixels([model.prepare(each) for each in photos[start : start + 16]])
        vectors.append(model.embed(pixels).numpy())
    labels = sorted({label for _, label in rows})
    path = OUT / f"{key}.npz"
    np.savez_compressed(
        path,
        vectors=np.concatenate(vectors).astype(np.float16),
        classes=np.array([labels.index(label) for _, label in rows], np.int16),
        labels=np.array(labels),
        names=np.array([row["name"] for row, _ in rows]),
        groups=photo_groups(photos).astype(np.int16),
        sha256=np.array([each.sha256 for each in photos]),
    )
    return {
        "photos": len(rows),
        "classes": {label: sum(each == label for _, each in rows) for label in labels},
        "groups": len(set(photo_groups(photos).tolist())),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
    }


def photo_of(row: dict[str, Any]) -> Photo:
    return Photo(np.asarray(Image.open(io.BytesIO(row["bytes"])).convert("RGB")), row["name"])


if __name__ == "__main__":
    main()
