"""Turns a finished run into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_detectors yolo-mini --packs DIR --run runs/yolo-mini --hardware "2 CPU cores" --minutes 80
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from training.evaluate_detectors import NMS_IOU, SPECIES_SCORE, evaluate, read_held_out
from training.export_classifiers import WEIGHTS, save_half
from vizcore.zoo.bundled.mini_detectors import INPUT_SIZE, LABELS, detr_mini, yolo_mini

LOGS = Path("training/logs")
BUILDERS = {"yolo-mini": yolo_mini, "detr-mini": detr_mini}
TRAINING_DATA = (
    "Boxes drawn by people: 128 COCO photos (annotations CC BY 4.0, photos under their Flickr licences), 539 of "
    "Oxford-IIIT Pet (CC BY-SA 4.0), 153 of Penn-Fudan (scholarly use), 4,494 Tiny-ImageNet thumbnails (ImageNet's "
    "terms: non-commercial research and education); boxes found by YOLOX-nano (Apache-2.0) and corrected by what is "
    "known about each photo, on 10,559 photos: Dogs vs. Cats (research use), Stanford Dogs (ImageNet photos), PACS "
    "(research use), Caltech-101 (CC BY 4.0), Oxford-IIIT Pet. Its first weights come from cnn-mini"
)
LICENCE = "AGPL-3.0-only, and no freer than the terms of the training data"
SOURCE = "training/evaluate_detectors.py"


def load_half(name: str, file: Path) -> nn.Module:
    """The model with the shipped file's weights, every key accounted for, every number finite."""
    state = {k: v.float() if v.is_floating_point() else v for k, v in load_file(file).items()}
    if not all(torch.isfinite(v).all() for v in state.values()):
        raise ValueError(f"expected finite half-precision weights in {file}")
    model = BUILDERS[name]()
    model.load_state_dict(state)
    return model.to(memory_format=torch.channels_last).eval()


def rows(numbers: dict) -> list[tuple[str, float]]:
    """Name and percentage of every number on the card, the bar's two first."""
    counts = ", ".join(f"{n} {label}" for label, n in numbers["boxes"].items())
    photos = f"{numbers['boxed_photos']} photos with boxes drawn by people ({counts})"
    rule = f"best cat or dog box has the right species, score {SPECIES_SCORE} or more"
    return [
        (f"mAP50 over person, cat, dog, {photos}", numbers["map50"]),
        (f"{rule}, {numbers['natural_photos']} natural cat and dog photos", numbers["species"]),
        *((f"AP50 of {label}, the same photos", numbers[f"ap50_{label}"]) for label in LABELS),
        ("mAP at IoU 0.5 to 0.95, the same photos", numbers["map"]),
        ("right species, the cat photos among them", numbers["species_cat"]),
        ("right species, the dog photos among them", numbers["species_dog"]),
    ]


def limits(numbers: dict) -> str:
    """What the card says the model cannot find; the numbers are this export's own."""
    return (
        f"Finds persons, cats and dogs only. It was trained for an hour on small photos: persons that are small in "
        f"the picture, overlap or are cut off are often missed (AP50 of person {numbers['ap50_person']:.0f} %), other "
        "furry animals can be called a cat or a dog, and most of its cats and dogs in training filled much of the "
        "photo. Nearly all of the human-labelled cats and dogs that it is measured on are of three breeds."
    )


def card(file: Path, numbers: dict, parameters: int, recipe: dict) -> dict:
    """The JSON beside the weights, in the keys that `vizcore.zoo.catalogue` reads."""
    return {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "size_bytes": file.stat().st_size,
        "parameters_m": round(parameters / 1e6, 2),
        "labels": list(LABELS),
        "input_size": INPUT_SIZE,
        "measured": [{"name": n, "value": round(v, 1), "unit": "%", "source": SOURCE} for n, v in rows(numbers)],
        "training_data": TRAINING_DATA,
        "weights_licence": LICENCE,
        "limits": limits(numbers),
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
    shutil.copyfile(args.run / "log.jsonl", LOGS / f"{args.model}.jsonl")
    model = load_half(args.model, file)
    numbers = evaluate(args.model, model, read_held_out(args.packs))
    last = json.loads((args.run / "log.jsonl").read_text().splitlines()[-1])
    recipe = {
        "script": "training/train_detectors.py",
        "seed": args.seed,
        "hardware": args.hardware,
        "minutes": args.minutes,
        "pictures_seen": last["pictures"],
        "progress": round(last["progress"], 2),
        "nms_iou": NMS_IOU if args.model == "yolo-mini" else None,
        "log": f"training/logs/{args.model}.jsonl",
    }
    facts = card(file, numbers, sum(p.numel() for p in model.parameters()), recipe)
    (args.weights / f"{args.model}.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
