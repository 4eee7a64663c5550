"""Turns a finished run of `sam-mini` into what ships: fp16 weights and the numbers of the model's card.

python -m training.export_segmenter --packs DIR --run runs/sam-mini --hardware "1 core" --minutes 40 --seed 0

Reads what `evaluate_segmenter` (both packs) and `evaluate_grabcut` (both models) wrote to the run's folder.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from training.evaluate_segmenter import TRUNK, Scores, interval, rank_correlation, summary
from training.shipping import FROZEN, TUNED, export_arguments, has_trunk, load_half, save_half, seen_in, write_card
from vizcore.zoo.bundled.lite_sam import STRIDES
from vizcore.zoo.bundled.lite_trunk import GivenMaps
from vizcore.zoo.bundled.mini_sam import sam_mini

SOURCE = "training/evaluate_segmenter.py"
Statistic = Callable[[Scores], float]
LOGS = Path("training/logs")
TRAINING_DATA = (
    "Outlines drawn by people: 1,193 photos of segdet320, which are 400 of BSDS500 (non-commercial research and "
    "education), 540 of Oxford-IIIT Pet (CC BY-SA 4.0), 100 of COCO (annotations CC BY 4.0; the photos under their "
    "Flickr licences, most of them non-commercial, some without derivatives) and 153 of Penn-Fudan (scholarly use); "
    "110 more of COCO (the same terms); 880 of Clothing Co-Parsing (street fashion from the web: its labels are said "
    "to be Apache-2.0, the photos' own terms are uncertain, for research use) and 301 of CamVid (non-commercial "
    "research). Many show people's faces. "
)
KINDS = {
    "fill_the_box": "mean IoU, the box itself filled in (what a box prompt must beat)",
    "box": "mean IoU, box prompt",
    "one_click": "mean IoU, one click, the mask it ranks first",
    "one_click_best_of_three": "mean IoU, one click, best of its three masks",
    "three_alike": "mean IoU of each two of the three masks of a click (100 %: all the same)",
    "three_clicks": "mean IoU, one click and two corrections",
}
SETS = {
    "coco": "COCO",
    "bsds500": "BSDS500",
    "pets": "Oxford-IIIT Pet",
    "pennfudan": "Penn-Fudan",
    "clothing": "Clothing Co-Parsing",
    "camvid": "CamVid",
}


def rows(scores: Scores, photos: str) -> list[dict[str, object]]:
    """Lines of the card from the objects of one pack, each with its interval."""
    count = len(scores["box"])
    found = [
        row(f"{text}, {count} validation objects, {photos}", scores, lambda s, name=name: 100 * float(s[name].mean()))
        for name, text in KINDS.items()
    ]
    for source in dict.fromkeys(scores["source"]):
        own = {name: values[scores["source"] == source] for name, values in scores.items()}
        text = f"mean IoU, box prompt, {len(own['box'])} validation objects of {SETS[source]}"
        found.append(row(text, own, lambda s: 100 * float(s["box"].mean())))
    told = f"Spearman, predicted against true IoU of one click, {count} validation objects, {photos}"
    return [*found, row(told, scores, rank_correlation, unit="", digits=2)]


def row(name: str, scores: Scores, statistic: Statistic, *, unit: str = "%", digits: int = 1) -> dict[str, object]:
    low, high = interval(scores, statistic)
    value = round(statistic(scores), digits)
    return {
        "name": name,
        "value": value,
        "unit": unit,
        "source": SOURCE,
        "interval": [round(low, digits), round(high, digits)],
    }


def against_grabcut(run: Path) -> dict[str, object]:
    """The share of photos on which the model's box masks are better than GrabCut's, by mean IoU."""
    ours, theirs = (np.array(json.loads((run / f"boxes_{name}.json").read_text())) for name in ("sam-mini", "grabcut"))
    both = ~np.isnan(ours) & ~np.isnan(theirs)
    better, count = int((ours > theirs)[both].sum()), int(both.sum())
    print(f"box: ours {ours[both].mean():.4f}, GrabCut {theirs[both].mean():.4f}, better on {better} of {count}")
    name = f"photos on which its masks of up to three boxes are better than GrabCut's, {count} validation photos"
    return {
        "name": name,
        "value": round(100 * better / count, 1),
        "unit": "%",
        "source": "training/evaluate_grabcut.py",
        "n": count,
    }


def limits(numbers: dict[str, float]) -> str:
    """What the card says the model cannot do; the numbers are this export's own."""
    return (
        "Small, trained on 2,484 photos: masks are 104 x 104 before they are enlarged, so thin parts (tails, legs, "
        f"leaves) are lost. Of one click the mask it ranks first is often not the one that was meant (mean IoU "
        f"{numbers['one_click']:.0f} %, the best of its three {numbers['one_click_best_of_three']:.0f} %): look at all "
        "three. A box is its best prompt."
    )


def main() -> None:
    args = export_arguments(__doc__, ["sam-mini"], goes_on=True)
    file = args.weights / "sam-mini.safetensors"
    save_half(args.run, file)
    logs = [log.read_text() for log in [*args.earlier, args.run / "log.jsonl"]]
    (LOGS / "sam-mini.jsonl").write_text("".join(logs))
    tuned = has_trunk(args.run, TRUNK)
    model = load_half(sam_mini(None if tuned else GivenMaps(STRIDES)), file)
    scores, regions = (dict(np.load(args.run / f"scores_{pack}.npz")) for pack in ("segdet320", "masks320"))
    measured = [
        *rows(scores, "227 photos of segdet320"),
        *rows(regions, "141 photos of masks320"),
        against_grabcut(args.run),
    ]
    recipe = {
        "script": "training/train_segmenter.py",
        "seed": args.seed,
        "hardware": args.hardware,
        "minutes": args.minutes,
        "prompts_answered": seen_in(logs, "prompts"),
        "log": "training/logs/sam-mini.jsonl",
    }
    write_card(
        file,
        model,
        labels=["object"],
        measured=measured,
        training_data=f"{TRAINING_DATA}{TUNED if tuned else FROZEN}",
        limits=limits(summary(scores)),
        recipe=recipe,
    )
    print(json.dumps([summary(scores), summary(regions)]))


if __name__ == "__main__":
    main()
