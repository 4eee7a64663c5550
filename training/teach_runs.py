"""What do fine-tuning, LoRA and learning from scratch reach on the page's cats and dogs? Recorded: their photos do not
ship.

    python -m training.teach_runs --packs DIR

learns on the 400 photos of `starts/cats_dogs.npz`, on the split that the page opens with, and writes
`starts/runs.json`.
"""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path
from typing import Any

import torch

from training.teach_features import OUT, photo_of, rows_of
from vizcore.learning.judged import Taught
from vizcore.learning.network import NetworkTask, learn_network
from vizcore.learning.split import split_photos
from vizcore.learning.starts import load_start
from vizcore.zoo.catalogue import card
from vizcore.zoo.load import load_model

# backbone, method, epochs
RUNS: tuple[tuple[str, Any, int], ...] = (
    ("efficientnet-lite0", "finetune", 4),
    ("cnn-mini", "finetune", 8),
    ("cnn-mini", "scratch", 20),
    ("vit-mini", "finetune", 8),
    ("vit-mini", "lora", 8),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    data = load_start("cats_dogs")
    found = {photo.sha256: photo for photo in map(photo_of, rows_of(given.packs, source=0))}
    photos = tuple(found[each.sha256] for each in data.bins.examples)
    parts = split_photos(data.bins.classes, data.groups, data.bins.labels).parts
    runs = []
    for key, method, epochs in RUNS:
        model: Any = load_model(card(key), "cpu")
        task = NetworkTask(data.bins.classes, parts, data.bins.labels, method, epochs)
        *_, last = learn_network(model, photos, task)
        assert isinstance(last.result, Taught)
        runs.append(_row(last.result, epochs))
        print(runs[-1], flush=True)
    report = {"script": "python -m training.teach_runs", "machine": platform.machine(), "threads": given.threads}
    report |= {"seed": 0, "torch": torch.__version__}
    (OUT / "runs.json").write_text(json.dumps({**report, "runs": runs}, indent=1) + "\n")


def _row(found: Taught, epochs: int) -> dict[str, Any]:
    return {
        "backbone": found.backbone,
        "method": found.method,
        "epochs": epochs,
        "right": found.right,
        "tested": len(found.truth),
        "macro_f1": found.macro_f1,
        "confusion": found.confusion.tolist(),
        "curves": {name: list(values) for name, values in found.curves.items()},
        "best": found.best,
        "seconds": round(found.seconds, 1),
        "weights_sha256": found.provenance.weights_sha256,
    }


if __name__ == "__main__":
    main()
