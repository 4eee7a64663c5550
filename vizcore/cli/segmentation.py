"""What belongs to the thing at this point or in this box, as masks that other programs read?"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import SAMPLE_PREFIX, ModelKey, choose_card, read_photo
from vizcore.cli.out_files import checked_out_folder, write_bytes
from vizcore.cli.report import AsJson, Report
from vizcore.errors import PromptInvalid
from vizcore.i18n.sentences import sentence_for_note

if TYPE_CHECKING:
    from vizcore.photo import Photo
    from vizcore.segmentation import Masks, MaskSet
    from vizcore.zoo.cards import ModelCard

File = Annotated[str, typer.Argument(metavar="FILE", help="A picture, or sample:KEY.")]
PointTexts = Annotated[
    list[str] | None,
    typer.Option("--point", metavar="X,Y[,0|1]", help="In pixels; 1 = part of the object (default), 0 = not. Repeat."),
]
BoxTexts = Annotated[
    list[str] | None,
    typer.Option("--box", metavar="X1,Y1,X2,Y2", help="In pixels; several boxes without points: a mask for each."),
]
OutFolder = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Writes masks and cut-outs as PNG, and all as COCO.")
]
MOST_FILES = 200  # masks that are written as pictures; the COCO file has them all


def segment(
    file: File,
    model: ModelKey = None,
    point: PointTexts = None,
    box: BoxTexts = None,
    everything: Annotated[bool, typer.Option("--everything", help="Every object, by a grid of clicks.")] = False,
    points_per_side: Annotated[int, typer.Option("--points-per-side", help="Of that grid.")] = 32,
    predicted_iou: Annotated[
        float | None, typer.Option("--predicted-iou", help="Least one of a mask then (0.88; less for a bundled model).")
    ] = None,
    stability: Annotated[
        float | None, typer.Option("--stability", help="Least one of a mask then (0.95; less for a bundled model).")
    ] = None,
    out: OutFolder = None,
    as_json: AsJson = False,
) -> None:
    """Masks of what you point at: three for one point, one for several prompts, one for each of several boxes."""
    points = [_numbers(text, "--point", (2, 3)) for text in point or ()]
    boxes = [_numbers(text, "--box", (4,)) for text in box or ()]
    if everything and (points or boxes):
        raise typer.BadParameter("takes no --point and no --box", param_hint="--everything")
    if points and len(boxes) > 1:
        raise typer.BadParameter("at most one together with points", param_hint="--box")
    report = Report("segment", as_json=as_json, model=model)
    with report.about(file):
        checked_out_folder(out)
        photo, card = read_photo(file), choose_card(model, "promptable")
        found: Masks | MaskSet = (
            _everything(photo, card, points_per_side, predicted_iou, stability)
            if everything
            else _asked(photo, card, points, boxes)
        )
        paths = _written(out, file, photo, found)
        content = found.to_json()
        notes = [sentence_for_note(note) for note in found.provenance.notes]
        shown = {"model": card.key, "masks": content["masks"], "size_wh": content["size_wh"], "notes": notes}
        timing = {"out": paths, "timing_ms": found.provenance.timing_ms}
        report.show(file, shown | timing, _text(file, found, paths, notes), found.provenance)
    report.finish()


def _asked(photo: Photo, card: ModelCard, points: list[list[float]], boxes: list[list[float]]) -> Masks:
    from vizcore.engine import shared_engine
    from vizcore.segmentation import BoxSettings, Prompts, SegmentSettings, embed, segment_boxes
    from vizcore.segmentation import segment as operation
    from vizcore.segmentation.prompts import checked

    corners = tuple((x0, y0, x1, y1) for x0, y0, x1, y1 in boxes)
    if any(len(each) == 3 and each[2] not in (0, 1) for each in points):
        raise PromptInvalid(reason="label")
    labels = tuple(int(each[2]) if len(each) == 3 else 1 for each in points)
    prompts = Prompts(tuple((each[0], each[1]) for each in points), labels, corners[0] if corners else None)
    checked(prompts, (photo.width, photo.height))  # before the encoder takes its time
    engine: Any = shared_engine()
    embedding = engine.run(embed, card.key, photo, session=SESSION)
    if len(corners) > 1:
        found: Masks = engine.run(segment_boxes, card.key, embedding, BoxSettings(corners), session=SESSION)
        return found
    answer: Masks = engine.run(operation, card.key, embedding, SegmentSettings(prompts), session=SESSION)
    return answer


def _everything(
    photo: Photo, card: ModelCard, per_side: int, predicted_iou: float | None, stability: float | None
) -> MaskSet:
    from vizcore.engine import shared_engine
    from vizcore.segmentation import EverythingSettings, embed, everything
    from vizcore.segmentation.everything import usual_limits

    least_quality, least_stability = usual_limits(bundled=card.bundled)
    settings = EverythingSettings(
        points_per_side=per_side,
        predicted_iou=least_quality if predicted_iou is None else predicted_iou,
        stability=least_stability if stability is None else stability,
    )
    engine: Any = shared_engine()
    embedding = engine.run(embed, card.key, photo, session=SESSION)
    found: MaskSet = engine.run(everything, card.key, embedding, settings, session=SESSION)
    return found


def _written(folder: Path | None, file: str, photo: Photo, found: Masks | MaskSet) -> list[str]:
    """Paths of the COCO file, then of a mask and a cut-out for each of the first masks. FileUnreadable: unwritable."""
    if folder is None:
        return []
    from vizcore.figures.masks import cut_out
    from vizcore.pictures import encode_png
    from vizcore.segmentation.exchange import SegmentedObject, mask_png, write_coco

    stem = f"{Path(file.removeprefix(SAMPLE_PREFIX)).stem}-{photo.sha256[:8]}-{found.provenance.model}"
    numbers = zip(range(len(found)), found.predicted_iou, found.stability, strict=True)
    objects = [SegmentedObject("", found.rle(place), float(good), float(firm)) for place, good, firm in numbers]
    paths = [
        write_bytes(
            folder / f"{stem}-coco.json", write_coco(objects, found.size_wh, file_name=photo.name or stem).encode()
        )
    ]
    for place in range(min(len(found), MOST_FILES)):
        mask = found.mask(place)
        paths.append(write_bytes(folder / f"{stem}-{place + 1}-mask.png", mask_png(mask)))
        paths.append(write_bytes(folder / f"{stem}-{place + 1}-cutout.png", encode_png(cut_out(photo.rgb, mask))))
    return paths


def _text(file: str, found: Masks | MaskSet, paths: list[str], notes: list[str]) -> str:
    lines = [f"{file} ({found.provenance.model}): {len(found)} {'mask' if len(found) == 1 else 'masks'}"]
    pixels = found.size_wh[0] * found.size_wh[1]
    for place in range(len(found)):
        box = " ".join(f"{value:.0f}" for value in found.boxes_xyxy[place])
        share = found.areas[place] / pixels
        said = f", predicted IoU {found.predicted_iou[place]:.3f}, stability {found.stability[place]:.3f}"
        said = "" if math.isnan(found.predicted_iou[place]) else said
        lines.append(f"  {place + 1}: {found.areas[place]} px ({share:.1%}), box {box}{said}")
    return "\n".join([*lines, *(f"  {note}" for note in notes), *(f"  {path}" for path in paths[:1])])


def _numbers(text: str, option: str, lengths: tuple[int, ...]) -> list[float]:
    try:
        values = [float(part) for part in text.split(",")]
    except ValueError:
        values = []
    if len(values) not in lengths:
        expected = " or ".join(str(length) for length in lengths)
        raise typer.BadParameter(f"{text} is not {expected} numbers with commas between them", param_hint=option)
    return values
