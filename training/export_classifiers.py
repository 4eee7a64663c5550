"""Turns a finished run into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_classifiers cnn-mini --packs DIR --run runs/cnn-mini --hardware "2 CPU cores" --minutes 60
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from training.evaluate_classifiers import evaluate
from training.packs import read_classes, read_photos, read_thumbnails
from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE, cnn_mini, vit_mini

WEIGHTS = Path("vizcore/zoo/bundled/weights")
BUILDERS = {"cnn-mini": cnn_mini, "vit-mini": vit_mini}
TRAINING_DATA = (
    "51,945 Tiny-ImageNet thumbnails of 104 classes (ImageNet's terms: non-commercial research and education) and "
    "11,881 natural photos: Dogs vs. Cats (research use), Stanford Dogs (ImageNet photos, non-commercial research), "
    "PACS photos (research use), Caltech-101 (CC BY 4.0), Oxford-IIIT Pet (CC BY-SA 4.0); soft labels on the photos "
    "from an ImageNet MobileNetV2 (Apache-2.0)"
)
LIMITS = (
    "Knows 104 classes only and was trained on small pictures: names are often wrong on a visitor's photo. "
    "No zebra, no horse, no person among its classes."
)


def save_half(run: Path, file: Path) -> None:
    """The averaged weights of the run as fp16 safetensors; counters keep their type."""
    state = torch.load(run / "ema.pt", weights_only=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({k: (v.half() if v.is_floating_point() else v).contiguous() for k, v in state.items()}, file)
    file.chmod(0o644)  # safetensors writes for the owner alone


def measure(name: str, file: Path, packs: Path) -> tuple[dict[str, float], list[str], int]:
    """All numbers of the card, measured on the fp16 file itself; labels; number of parameters."""
    model = BUILDERS[name]()
    model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(file).items()})
    model = model.to(memory_format=torch.channels_last).eval()
    classes = read_classes(packs)
    held_out = read_thumbnails(packs, "val"), read_photos(packs, "val", classes)
    numbers = evaluate(model, *held_out, classes, size=INPUT_SIZE)
    return numbers, classes.names, sum(p.numel() for p in model.parameters())


def card(name: str, file: Path, numbers: dict[str, float], labels: list[str], parameters: int, recipe: dict) -> dict:
    """The JSON beside the weights, in the keys that `vizcore.zoo.catalogue` reads."""
    rows = [
        ("top-1, 5,192 Tiny-ImageNet validation thumbnails", numbers["thumbs_top1"]),
        (f"top-1, {numbers['natural_photos']} natural validation photos", numbers["natural_top1"]),
        (f"cat or dog, {numbers['cat_dog_photos']} natural validation photos", numbers["cat_dog"]),
        ("top-5, 5,192 Tiny-ImageNet validation thumbnails", numbers["thumbs_top5"]),
        (f"top-5, {numbers['natural_photos']} natural validation photos", numbers["natural_top5"]),
    ]
    return {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "size_bytes": file.stat().st_size,
        "parameters_m": round(parameters / 1e6, 2),
        "labels": labels,
        "measured": [
            {"name": n, "value": round(v, 1), "unit": "%", "source": "training/evaluate_classifiers.py"}
            for n, v in rows
        ],
        "training_data": TRAINING_DATA,
        "weights_licence": "AGPL-3.0-only, and no freer than the terms of the training data",
        "limits": LIMITS,
        "recipe": recipe,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=list(BUILDERS))
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--hardware", required=True, help="what it was trained on, for the card")
    parser.add_argument("--minutes", type=float, required=True, help="training time, for the card")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    file = args.weights / f"{args.model}.safetensors"
    save_half(args.run, file)
    numbers, labels, parameters = measure(args.model, file, args.packs)
    recipe = {
        "script": "training/train_classifiers.py",
        "seed": args.seed,
        "hardware": args.hardware,
        "minutes": args.minutes,
    }
    (args.weights / f"{args.model}.json").write_text(
        json.dumps(card(args.model, file, numbers, labels, parameters, recipe), indent=1) + "\n"
    )
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
