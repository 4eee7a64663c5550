"""Turns a finished run into what ships: fp16 weights and the numbers of the model's card.

    python -m training.export_classifiers cnn-mini --packs DIR --run RUN --hardware "1 core" --minutes 60 --seed 0

With `--earlier LOG`, the log of what it went on from, the run is one more part of the card that ships.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from torch import nn

from training.evaluate_classifiers import evaluate
from training.packs import read_classes, read_photos, read_thumbnails
from training.shipping import export_arguments, load_half, percentages, save_half, write_card
from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE, cnn_mini, vit_mini

BUILDERS = {"cnn-mini": cnn_mini, "vit-mini": vit_mini}
TRAINING_DATA = (
    "51,945 Tiny-ImageNet thumbnails of 104 classes (ImageNet's terms: non-commercial research and education) and "
    "11,881 natural photos: Dogs vs. Cats (research use), Stanford Dogs (ImageNet photos, non-commercial research), "
    "PACS photos (research use), Caltech-101 (CC BY 4.0), Oxford-IIIT Pet (CC BY-SA 4.0); soft labels on the photos "
    "from EfficientNet-Lite2 (Apache-2.0), in the first parts from an ImageNet MobileNetV2 (Apache-2.0)"
)
THUMBNAIL_LABELS = "; soft labels on the thumbnails from an EfficientNet-Lite0 (Apache-2.0) that was trained on them"
THUMBNAILS = 5192  # of the validation set
LIMITS = (
    "Knows 104 classes only and was trained on small pictures: names are often wrong on a visitor's photo. "
    "No zebra, no horse, no person among its classes."
)


def measure(module: nn.Module, packs: Path) -> tuple[dict[str, float], list[str]]:
    """All numbers of the card, and the labels."""
    classes = read_classes(packs)
    held_out = read_thumbnails(packs, "val"), read_photos(packs, "val", classes)
    return evaluate(module, *held_out, classes, size=INPUT_SIZE), classes.names


def rows(numbers: dict[str, float]) -> list[tuple[str, float, int]]:
    """Name, percentage and count of examples of every number on the card, the bars' three first."""
    natural, pets = int(numbers["natural_photos"]), int(numbers["cat_dog_photos"])
    return [
        ("top-1, 5,192 Tiny-ImageNet validation thumbnails", numbers["thumbs_top1"], THUMBNAILS),
        (f"top-1, {numbers['natural_photos']} natural validation photos", numbers["natural_top1"], natural),
        (f"cat or dog, {numbers['cat_dog_photos']} natural validation photos", numbers["cat_dog"], pets),
        ("top-5, 5,192 Tiny-ImageNet validation thumbnails", numbers["thumbs_top5"], THUMBNAILS),
        (f"top-5, {numbers['natural_photos']} natural validation photos", numbers["natural_top5"], natural),
    ]


def recipe(run: Path, card: Path, log: str, *, goes_on: bool, minutes: float) -> dict[str, Any]:
    """How it was trained: the parts that the card names already, and this run's settings and pictures."""
    before = json.loads(card.read_text())["recipe"] if goes_on else {}
    pictures = json.loads((run / "log.jsonl").read_text().splitlines()[-1])["pictures"]
    part = json.loads((run / "settings.json").read_text()) | {"pictures": pictures}
    return before | {
        "script": "training/train_classifiers.py",
        "minutes": round(before.get("minutes", 0) + minutes),
        "pictures_seen": before.get("pictures_seen", 0) + pictures,
        "parts": [*before.get("parts", []), part],
        "log": log,
    }


def main() -> None:
    args = export_arguments(__doc__, list(BUILDERS), goes_on=True)
    file, log = args.weights / f"{args.model}.safetensors", f"training/logs/{args.model}.jsonl"
    save_half(args.run, file)
    module = load_half(BUILDERS[args.model](), file)
    numbers, labels = measure(module, args.packs)
    how = recipe(args.run, file.with_suffix(".json"), log, goes_on=bool(args.earlier), minutes=args.minutes)
    taught = any("thumbnail_labels" in part for part in how["parts"])
    logs = [each.read_text() for each in [*args.earlier, args.run / "log.jsonl"]]
    write_card(
        file,
        module,
        labels=labels,
        measured=percentages(rows(numbers), "training/evaluate_classifiers.py"),
        training_data=TRAINING_DATA + (THUMBNAIL_LABELS if taught else ""),
        limits=LIMITS,
        recipe=how | {"hardware": args.hardware},
    )
    Path(log).write_text("".join(logs))
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
