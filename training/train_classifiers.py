"""Trains `cnn-mini` or `vit-mini` on the packs: python -m training.train_classifiers cnn-mini --packs DIR --minutes 60

Both see the same batches: thumbnails with their labels, natural photos with what people labelled (a class, or "some
cat", "some dog") and with EfficientNet-Lite2's soft answers (`teacher_labels`; an extra head of 1,000 outputs learns
them and is thrown away afterwards).
The ViT also follows the finished CNN's logits and feature maps (`--follow runs/cnn-mini/ema.pt`). Either may follow a
teacher's answers on thumbnails (`--thumbnail-teacher`, see `thumbnail_teacher`).
The schedule runs on the clock: learning rate and resolution follow elapsed / budget, so a busy machine trains less
but always finishes.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from pathlib import Path

import torch
from torch import nn

from training.batches import Batch, BatchMaker
from training.distillation import Teacher, blended_loss, follow_loss
from training.ema import blend
from training.evaluate_classifiers import evaluate
from training.losses import ClassificationCriterion
from training.packs import (
    ClassTable,
    NaturalPhotos,
    Thumbnails,
    read_classes,
    read_photos,
    read_soft_answers,
    read_thumbnails,
)
from training.precision import half_precision
from training.schedule import rate_at
from training.student import Student, as_shipped, grow_vit, load_start
from training.thumbnail_teacher import ThumbnailTeacher, load_teacher
from vizcore.zoo.bundled.mini_classifiers import INPUT_SIZE

SMALL_SIZE, MIDDLE_SIZE = 96, 128  # of the first part (`--small-share`) and of the middle one; then `--last-size`
PEAK_RATE = {"cnn-mini": 0.15, "vit-mini": 1.2e-3}
SETTINGS = (
    *("progress", "minutes", "seed", "batch", "rate"),
    *("photo_share", "least_area", "small_share", "last_share", "last_size", "last_area", "follow_thumbnails"),
    "species_weight",
)


def make_optimiser(student: Student) -> torch.optim.Optimizer:
    decayed = [p for p in student.parameters() if p.ndim > 1]
    plain = [p for p in student.parameters() if p.ndim <= 1]
    rate = PEAK_RATE[student.name]
    if student.name == "cnn-mini":
        groups = [{"params": decayed, "weight_decay": 5e-4}, {"params": plain, "weight_decay": 0.0}]
        return torch.optim.SGD(groups, lr=rate, momentum=0.9, nesterov=True)
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.99))


def size_at(progress: float, args: argparse.Namespace) -> int:
    """Side of the pictures at that place on the schedule."""
    if progress <= args.small_share:
        return SMALL_SIZE
    return MIDDLE_SIZE if progress <= 1 - args.last_share else args.last_size


def least_area_at(size: int, args: argparse.Namespace) -> float:
    """Smallest part of a picture that a crop keeps, at that size."""
    return {SMALL_SIZE: args.least_area, MIDDLE_SIZE: max(0.4, args.least_area)}.get(size, args.last_area)


def train(args: argparse.Namespace) -> None:
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    generator = torch.Generator().manual_seed(args.seed)
    classes = read_classes(args.packs)
    thumbs, photos = read_thumbnails(args.packs, "train"), read_photos(args.packs, "train", classes)
    held_out = read_thumbnails(args.packs, "val"), read_photos(args.packs, "val", classes)
    report = Reports(args.runs / args.model, held_out, classes)
    write_settings(args)

    size = size_at(args.progress, args)
    student = Student(args.model, size).to(memory_format=torch.channels_last)
    if args.start:
        load_start(student, args.start)
    teacher = Teacher(args.follow, thumbnails_only=args.follow_thumbnails) if args.follow else None
    small_teacher = load_teacher(args.thumbnail_teacher) if args.thumbnail_teacher else None
    optimiser, average = make_optimiser(student), copy.deepcopy(student).eval()
    lesson = ClassificationCriterion(
        thumbs, photos, classes, read_soft_answers(args.answers), generator, args.species_weight
    )
    cut = {"batch": args.batch, "photo_share": args.photo_share, "seed": args.seed}
    maker = BatchMaker(thumbs, photos, size=size, least_area=least_area_at(size, args), **cut)
    start, step, next_report = time.monotonic(), 0, args.progress + 0.1
    for batch in maker:
        progress = args.progress + (1 - args.progress) * (time.monotonic() - start) / (60 * args.minutes)
        if progress >= 1:
            break
        if size != size_at(progress, args):
            size = size_at(progress, args)
            maker.size, maker.least_area = size, least_area_at(size, args)
            if args.model == "vit-mini":
                student, average, optimiser = _grow(student, average, optimiser, size)
        if batch.rgb.shape[-1] != size:
            continue  # cut before the change of size
        for group in optimiser.param_groups:
            group["lr"] = (args.rate or PEAK_RATE[args.model]) * rate_at(progress)
        pixels, targets = lesson.pixels_and_targets(batch, mix=progress < 0.7 and step % 4 == 0)
        loss = _step(student, optimiser, lesson, batch, pixels, targets, teacher, small_teacher)
        step += 1
        blend(average, student, keep=min(0.998, step / (step + 10)))
        if step % 50 == 0:
            print(f"{args.model} {progress:.3f} step {step} loss {loss:.3f}", flush=True)
        if progress > next_report:
            next_report += 0.1
            report(average, progress=progress, step=step, pictures=step * args.batch, loss=loss, quick=True)
    report(as_shipped(average), progress=1.0, step=step, pictures=step * args.batch, loss=loss, quick=False)


def write_settings(args: argparse.Namespace) -> None:
    """What the run was asked for, for the card: `settings.json` beside its log."""
    settings = {name: getattr(args, name) for name in SETTINGS} | {"labels": "EfficientNet-Lite2's"}
    if args.thumbnail_teacher:
        settings["thumbnail_labels"] = "an EfficientNet-Lite0's that was trained on the thumbnails"
    (args.runs / args.model / "settings.json").write_text(json.dumps(settings) + "\n")


def _grow(
    student: Student, average: Student, optimiser: torch.optim.Optimizer, size: int
) -> tuple[Student, Student, torch.optim.Optimizer]:
    """Both copies at that size, and an optimiser that keeps its moments for every parameter of unchanged shape."""
    old = [p for group in optimiser.param_groups for p in group["params"]]
    moments = [optimiser.state.get(p, {}) for p in old]
    student, average = grow_vit(student, size), grow_vit(average, size).eval()
    fresh = make_optimiser(student)
    new = [p for group in fresh.param_groups for p in group["params"]]
    for before, after, state in zip(old, new, moments, strict=True):
        if before.shape == after.shape and state:
            fresh.state[after] = state
    return student, average, fresh


def _step(
    student: Student,
    optimiser: torch.optim.Optimizer,
    lesson: ClassificationCriterion,
    batch: Batch,
    pixels: torch.Tensor,
    targets: torch.Tensor,
    teacher: Teacher | None,
    small_teacher: ThumbnailTeacher | None,
) -> float:
    student.train()
    with half_precision():
        outputs = student(pixels)
        teacher_logits = teacher(pixels) if teacher is not None else None
    thumbs, photos = lesson.parts(outputs, batch, targets)
    if small_teacher is not None:
        n = batch.thumbnails
        with torch.no_grad():
            said = small_teacher(pixels[:n])
        thumbs = 0.5 * thumbs + n / len(pixels) * follow_loss(outputs[0][:n], said)
    loss = thumbs + photos
    if teacher is not None:
        followed = {"thumbnails": batch.thumbnails, "thumbnails_only": teacher.thumbnails_only}
        loss = blended_loss((thumbs, photos), outputs[0], teacher_logits, **followed)
        loss = loss + 2 * student.follower.loss(teacher.maps)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(student.parameters(), 2.0)
    optimiser.step()
    return float(loss.detach())


class Reports:
    """Writes the averaged weights and their scores: a quarter of the pictures while training, all at the end."""

    def __init__(self, run: Path, held_out: tuple[Thumbnails, NaturalPhotos], classes: ClassTable) -> None:
        run.mkdir(parents=True, exist_ok=True)
        self._run, self._held_out, self._classes = run, held_out, classes
        self._log = (run / "log.jsonl").open("w")

    def __call__(self, average: Student, *, quick: bool, **facts: float) -> None:
        torch.save(average.model.state_dict(), self._run / "ema.tmp")
        (self._run / "ema.tmp").replace(self._run / "ema.pt")
        size = INPUT_SIZE if average.name == "cnn-mini" else average.model.image_size
        facts |= evaluate(average.model, *self._held_out, self._classes, size=size, every=4 if quick else 1)
        self._log.write(json.dumps({**facts, "size": size, "all": not quick}) + "\n")
        self._log.flush()
        print(facts, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=["cnn-mini", "vit-mini"])
    parser.add_argument("--packs", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--answers", type=Path, required=True, help="the file of training.teacher_labels")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=192)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rate", type=float, help="peak learning rate; for another batch than 192")
    parser.add_argument("--photo-share", type=float, default=0.3, help="share of natural photos in each batch")
    parser.add_argument("--least-area", type=float, default=0.3, help="smallest part of a picture that a crop keeps")
    parser.add_argument("--small-share", type=float, default=0.7, help="share of the schedule at 96 px")
    parser.add_argument("--last-share", type=float, default=0.0, help="share of the schedule at `--last-size`")
    parser.add_argument("--last-size", type=int, default=INPUT_SIZE, help="side of the pictures at the end")
    parser.add_argument("--last-area", type=float, default=0.7, help="smallest part that a crop keeps there")
    parser.add_argument("--start", type=Path, help="weights to go on from")
    parser.add_argument("--progress", type=float, default=0.0, help="where on the schedule to go on")
    parser.add_argument("--follow", type=Path, help="weights of a trained cnn-mini to distil from")
    parser.add_argument(
        "--follow-thumbnails", action="store_true", help="follow its answers on thumbnails only; its maps everywhere"
    )
    parser.add_argument("--thumbnail-teacher", type=Path, help="a file of training.thumbnail_teacher")
    parser.add_argument("--species-weight", type=float, default=0.0, help="weight of telling cats from dogs by itself")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
