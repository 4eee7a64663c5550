"""Turns a finished run of `sam-mini` into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_segmenter --packs DIR --run runs/sam-mini --hardware "2 CPU cores" --minutes 75 --seed 1
"""

from __future__ import annotations

import json
from collections.abc import Callable

import torch

from training.evaluate_segmenter import Scores, interval, object_scores, rank_correlation, summary
from training.segmentation_packs import read_labelled_photos
from training.shipping import export_arguments, load_half, save_half, write_card
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
    "three_alike": "mean IoU of each two of the three masks of a click (100 %: all the same)",
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


def measured(scores: Scores) -> list[dict[str, object]]:
    """Every number on the card with its interval: mean IoU in percent by kind of prompt, and how far the predicted IoU
    can be trusted."""
    rows = [_row(f"{text}, {len(scores['box'])} validation objects", *_of(scores, key)) for key, text in NAMES.items()]
    told = _row("Spearman, predicted against true IoU (one click)", scores, rank_correlation)
    return [*rows, told | {"unit": ""}]


def _of(scores: Scores, key: str) -> tuple[Scores, Callable[[Scores], float]]:
    """The objects and the mean that a key of NAMES stands for; `box_SOURCE` is a box on the objects of one source."""
    name, _, source = key.partition("_") if key.startswith("box_") else (key, "", "")
    own = {each: values[scores["source"] == source] for each, values in scores.items()} if source else scores
    return own, lambda chosen: 100 * float(chosen[name].mean())


def _row(name: str, scores: Scores, statistic: Callable[[Scores], float]) -> dict[str, object]:
    value, ends, digits = statistic(scores), interval(scores, statistic), 1 if statistic is not rank_correlation else 3
    numbers = {"value": round(value, digits), "interval": [round(end, digits) for end in ends]}
    return {"name": name, "unit": "%", "source": "training/evaluate_segmenter.py", **numbers}


def main() -> None:
    args = export_arguments(__doc__, ["sam-mini"])
    file = args.weights / "sam-mini.safetensors"
    save_half(args.run, file)
    sam = load_half(sam_mini(), file)
    torch.set_num_threads(1)
    scores = object_scores(sam, read_labelled_photos(args.packs, "val"))
    recipe = {
        "script": "training/train_segmenter.py",
        "seed": args.seed,
        "hardware": args.hardware,
        "minutes": args.minutes,
        "log": "training/logs/sam-mini.jsonl",
    }
    write_card(
        file,
        sam,
        labels=["object"],
        measured=measured(scores),
        training_data=TRAINING_DATA,
        limits=LIMITS,
        recipe=recipe,
    )
    print(json.dumps(summary(scores)))


if __name__ == "__main__":
    main()
