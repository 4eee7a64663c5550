"""Turns a finished run into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_detectors yolo-mini --packs DIR --run runs/yolo-mini --hardware "1 core" --minutes 26 --seed 0

`--earlier` names the logs of runs whose weights this one began with: the card counts their pictures too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.detection_intervals import Interval, intervals
from training.detector_answers import NMS_IOU, answers, read_held_out
from training.evaluate_detectors import SPECIES_SCORE, numbers_of
from training.shipping import (
    FROZEN,
    TUNED,
    Row,
    export_arguments,
    has_trunk,
    load_half,
    percentages,
    save_half,
    seen_in,
    write_card,
)
from vizcore.zoo.bundled.lite_trunk import GivenMaps, trunk_state
from vizcore.zoo.bundled.mini_detectors import INPUT_SIZE, LABELS, detr_mini, yolo_mini
from vizcore.zoo.catalogue.bundled_detector_cards import ROWS

LOGS = Path("training/logs")
BUILDERS = {"yolo-mini": yolo_mini, "detr-mini": detr_mini}
TRAINING_DATA = (
    "Boxes drawn by people: 1,819 street photos (Roboflow set Highway Object Detection, said to be CC BY 4.0; some "
    "look like photos from social media and the press, so their own terms are uncertain; they show faces and number "
    "plates), 238 COCO photos (annotations CC BY 4.0; the photos under their Flickr licences, most of them "
    "non-commercial, some without derivatives), 539 of Oxford-IIIT Pet (CC BY-SA 4.0), 153 of Penn-Fudan (scholarly "
    "use); boxes found by YOLOX-nano (Apache-2.0) and corrected by what is known about each photo, on 10,774 photos: "
    "Dogs vs. Cats (research use), Stanford Dogs (ImageNet photos, non-commercial research), PACS (research use), "
    "Caltech-101 (CC BY 4.0), "
    "Oxford-IIIT Pet. "
)
SOURCE = "training/evaluate_detectors.py"
FALSE = "large_persons_false_per_found"


def rows(numbers: dict[str, Any], sure: dict[str, Interval]) -> list[Row]:
    """Name and percentage of every number on the card, and of how many examples it is a share, or its interval."""
    objects, pets = sum(numbers["boxes"].values()), numbers["natural_photos"]
    counts = ", ".join(f"{n} {label}" for label, n in numbers["boxes"].items())
    photos = f"{numbers['boxed_photos']} photos with boxes drawn by people ({counts})"
    rule = f"best cat or dog box has the right species, score {SPECIES_SCORE} or more"
    least = f"from its score of {numbers['score']:.2f}"
    persons = f"{numbers['large_persons']} persons over 1 % of the picture"
    return [
        (f"mAP50 over 7 classes, {photos}", numbers["map50"], sure["map50"]),
        (f"{rule}, {numbers['natural_photos']} natural cat and dog photos", numbers["species"], pets),
        *((f"AP50 of {label}, the same photos", numbers[f"ap50_{label}"], sure[f"ap50_{label}"]) for label in LABELS),
        ("mAP at IoU 0.5 to 0.95, the same photos", numbers["map"], sure["map"]),
        (f"objects with a second box (IoU over 0.6), {least}", numbers["doubles"], objects),
        (f"{persons}: found, {least}", numbers["large_persons_found"], numbers["large_persons"]),
        (f"{persons}: false boxes to each found, {least}", numbers[FALSE], sure[FALSE]),
        (f"cat and dog photos with a box of the other species, {least}", numbers["other_species"], pets),
    ]


def limits(numbers: dict[str, Any]) -> str:
    """What the card says the model cannot find; the numbers are this export's own."""
    return (
        "Finds persons, cats, dogs, cars, buses, trucks and motorbikes only; a minibus, a tram or another animal is "
        "called one of these or left out. Persons that are small in the picture, overlap or are cut off are often "
        f"missed (AP50 of person {numbers['ap50_person']:.0f} %). Most cats and dogs that it is measured on are of "
        "three breeds."
    )


def whole(key: str, shipped: dict[str, torch.Tensor]) -> nn.Module:
    """The model as the app builds it: what ships, on the packaged trunk if it has none."""
    module: nn.Module = BUILDERS[key]()
    module.load_state_dict({f"{prefix(key)}{name}": tensor for name, tensor in trunk_state().items()} | shipped)
    return module.to(memory_format=torch.channels_last).eval()


def prefix(key: str) -> str:
    """Of the trunk's names in the model's state."""
    return next(str(row["facts"]["trunk"]) for row in ROWS if row["key"] == key)


def ships(run: Path) -> dict[str, str]:
    """What ships where that is not the last weights of a run: `average_runs` writes it down."""
    settings = run / "settings.json"
    known = json.loads(settings.read_text()) if settings.is_file() else {}
    return {"ships": known["ships"]} if "ships" in known else {}


def main() -> None:
    args = export_arguments(__doc__, list(BUILDERS), goes_on=True)
    file = args.weights / f"{args.model}.safetensors"
    save_half(args.run, file)
    logs = [log.read_text() for log in [*args.earlier, args.run / "log.jsonl"]]
    (LOGS / f"{args.model}.jsonl").write_text("".join(logs))
    tuned = has_trunk(args.run, prefix(args.model))
    model = load_half(BUILDERS[args.model](trunk=None if tuned else GivenMaps()), file)
    held_out = read_held_out(args.packs)
    found, pets = answers(args.model, whole(args.model, model.state_dict()), held_out)
    numbers = numbers_of(held_out, found, pets)
    recipe = {
        "script": "training/train_detectors.py",
        "seed": args.seed,
        "hardware": args.hardware,
        "minutes": args.minutes,
        "pictures_seen": seen_in(logs, "pictures"),
        "nms_iou": NMS_IOU if args.model == "yolo-mini" else None,
        "log": f"training/logs/{args.model}.jsonl",
        **ships(args.run),
    }
    write_card(
        file,
        model,
        labels=LABELS,
        input_size=INPUT_SIZE,
        score=numbers["score"],
        measured=percentages(rows(numbers, intervals(held_out.boxed, found, numbers["score"])), SOURCE),
        training_data=TRAINING_DATA + (TUNED if tuned else FROZEN),
        limits=limits(numbers),
        recipe=recipe,
    )
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
