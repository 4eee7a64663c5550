"""Turns a finished run into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_detectors yolo-mini --packs DIR --run runs/yolo-mini --hardware "2 CPU cores" --minutes 80
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from training.evaluate_detectors import NMS_IOU, SPECIES_SCORE, evaluate, read_held_out
from training.shipping import export_arguments, load_half, percentages, save_half, write_card
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
SOURCE = "training/evaluate_detectors.py"


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
        "Finds persons, cats and dogs only. It was trained on small photos: persons that are small in "
        f"the picture, overlap or are cut off are often missed (AP50 of person {numbers['ap50_person']:.0f} %), other "
        "furry animals can be called a cat or a dog, and most of its cats and dogs in training filled much of the "
        "photo. Nearly all of the human-labelled cats and dogs that it is measured on are of three breeds."
    )


def main() -> None:
    args = export_arguments(__doc__, list(BUILDERS))
    file = args.weights / f"{args.model}.safetensors"
    save_half(args.run, file)
    shutil.copyfile(args.run / "log.jsonl", LOGS / f"{args.model}.jsonl")
    module = load_half(BUILDERS[args.model](), file)
    numbers = evaluate(args.model, module, read_held_out(args.packs))
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
    write_card(
        file,
        module,
        labels=LABELS,
        input_size=INPUT_SIZE,
        measured=percentages(rows(numbers), SOURCE),
        training_data=TRAINING_DATA,
        limits=limits(numbers),
        recipe=recipe,
    )
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
