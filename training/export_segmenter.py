"""Turns a finished run of `sam-mini` into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_segmenter --packs DIR --run runs/sam-mini --hardware "2 CPU cores" --minutes 75 --seed 1
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from training.evaluate_segmenter import evaluate
from training.export_classifiers import WEIGHTS, save_half
from training.segmentation_packs import read_labelled_photos
from vizcore.zoo.bundled.mini_sam import sam_mini

TRAINING_DATA = (
    "1,193 photos of segdet320 with label maps: BSDS500 (non-commercial research and education), Oxford-IIIT Pet "
    "(CC BY-SA 4.0), COCO panoptic (annotations CC BY 4.0, photos under their Flickr licences), Penn-Fudan (scholarly "
    "use); the trunk of its encoder comes from cnn-mini, whose training data its own card states"
)
NAMES = {
    "fill_the_box": "mean IoU, the box itself filled in (what a box prompt must beat)",
    "box": "mean IoU, box prompt",
    "one_click": "mean IoU, one click, the mask it ranks first",
    "one_click_best_of_three": "mean IoU, one click, best of its three masks",
    "three_clicks": "mean IoU, one click and two corrections",
    "box_coco": "mean IoU, box prompt, COCO alone",
    "box_bsds500": "mean IoU, box prompt, BSDS500 alone",
    "box_pets": "mean IoU, box prompt, pets alone",
    "box_pennfudan": "mean IoU, box prompt, Penn-Fudan alone",
}
LIMITS = (
    "Small and trained on 1,193 photos: masks are 64 x 64 before they are enlarged, so thin parts (tails, legs, "
    "leaves) are lost, and one click often takes a part for the whole. A box is its best prompt."
)


def card(file: Path, numbers: dict[str, float], parameters: int, recipe: dict[str, object]) -> dict[str, object]:
    """The JSON beside the weights, in the keys that `vizcore.zoo.catalogue` reads."""
    source, count = "training/evaluate_segmenter.py", int(numbers["objects"])
    measured = [
        {"name": f"{text}, {count} validation objects", "value": round(numbers[key], 1), "unit": "%", "source": source}
        for key, text in NAMES.items()
    ]
    told = {"name": "Spearman, predicted against true IoU (one click)", "unit": "", "source": source}
    return {
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
        "size_bytes": file.stat().st_size,
        "parameters_m": round(parameters / 1e6, 2),
        "labels": ["object"],
        "measured": [*measured, {**told, "value": round(numbers["spearman"], 3)}],
        "training_data": TRAINING_DATA,
        "weights_licence": "AGPL-3.0-only, and no freer than the terms of the training data",
        "limits": LIMITS,
        "recipe": recipe,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--hardware", required=True, help="what it was trained on, for the card")
    parser.add_argument("--minutes", type=float, required=True, help="training time, for the card")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    file = args.weights / "sam-mini.safetensors"
    save_half(args.run, file)
    sam = sam_mini()
    sam.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in load_file(file).items()})
    torch.set_num_threads(1)
    numbers = evaluate(sam, read_labelled_photos(args.packs, "val"))
    recipe = {
        "script": "training/train_segmenter.py",
        "seed": args.seed,
        "hardware": args.hardware,
        "minutes": args.minutes,
        "log": "training/logs/sam-mini.jsonl",
    }
    report = card(file, numbers, sum(p.numel() for p in sam.parameters()), recipe)
    (args.weights / "sam-mini.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
