"""`train`: a folder of photos becomes a classifier, judged on photos that it never saw."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from vizcore.cli.inputs import MOST_SEED, choose_card
from vizcore.cli.out_files import checked_out, write_bytes
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.learning.bins import Bins
    from vizcore.learning.judged import Taught
    from vizcore.learning.split import Split
    from vizcore.results import FloatArray
    from vizcore.zoo.cards import ModelCard

SESSION = "command line"
POLL_S = 0.1


class Method(StrEnum):
    """How the classes are learnt."""

    knn = "knn"
    linear = "linear"
    finetune = "finetune"
    lora = "lora"
    scratch = "scratch"


@dataclass(frozen=True, eq=False)
class Job:
    """Everything that a training of one folder needs."""

    card: ModelCard
    bins: Bins
    split: Split
    method: Method
    seed: int
    epochs: int


def train(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", readable=False, help="One folder a class, or Oxford's file names.")
    ],
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="Writes the trained model here.")] = None,
    backbone: Annotated[
        str, typer.Option("--backbone", metavar="KEY", help="The classifier to build on (see `models`).")
    ] = "efficientnet-lite0",
    method: Annotated[Method, typer.Option("--method", help="How the classes are learnt.")] = Method.linear,
    seed: Annotated[int, typer.Option("--seed", min=0, max=MOST_SEED, help="Of the split and the training.")] = 0,
    epochs: Annotated[int, typer.Option("--epochs", min=1, max=200, help="At most, for a network.")] = 6,
    test_share: Annotated[
        float, typer.Option("--test-share", min=0.05, max=0.8, help="Of each class, kept for the test.")
    ] = 0.2,
    as_json: AsJson = False,
) -> None:
    """Teaches a classifier the classes of a folder, and says how good it is on photos kept back."""
    report = Report("train", as_json=as_json)
    name = str(folder)
    with report.about(name):
        checked_out(out)
        card = choose_card(backbone, "classify")
        bins = _bins(report, folder)
        job = Job(card, bins, _split(bins, test_share, seed), method, seed, epochs)
        taught, vectors = _learnt(report, name, job)
        written = write_bytes(out, _packed(job, taught, vectors)) if out else None
        content, text = _answer(job, taught, written)
        report.show(name, content, text, taught.provenance)
    report.finish()


def _bins(report: Report, folder: Path) -> Bins:
    """The folder's photos in classes; one error line for each that could not be taken."""
    from vizcore.learning.bins import MOST_PHOTOS
    from vizcore.learning.folder import bins_of
    from vizcore.similarity.gallery import read_folder

    bins, problems = bins_of(read_folder(folder, most=MOST_PHOTOS))
    for path, error in problems:
        report.fail(str(folder / path), error)
    return bins.checked()


def _split(bins: Bins, test_share: float, seed: int) -> Split:
    from vizcore.learning.split import SplitSettings, split_photos
    from vizcore.learning.twins import photo_groups

    photos = [each.photo for each in bins.examples if each.photo is not None]
    groups = photo_groups(photos, [each.burst for each in bins.examples])
    return split_photos(bins.classes, groups, bins.labels, SplitSettings(test_share, min(0.2, test_share), seed))


def _learnt(report: Report, name: str, job: Job) -> tuple[Taught, FloatArray | None]:
    """The trained method, its epochs told as they end, and the vectors where it stands on them."""
    if job.method in (Method.knn, Method.linear):
        from vizcore.engine import shared_engine
        from vizcore.learning.probe import ProbeTask, learn_probe
        from vizcore.similarity.many import Embeddings, embed_gallery

        photos = tuple(each.photo for each in job.bins.examples if each.photo is not None)
        found = cast(Embeddings, shared_engine().run(embed_gallery, job.card.key, photos, session=SESSION))
        task = ProbeTask(
            found.vectors,
            job.bins.classes,
            job.split.parts,
            job.bins.labels,
            cast(Any, job.method.value),
            job.card.key,
            found.provenance.weights_sha256,
            found.provenance.photos_sha256,
        )
        taught = learn_probe(None, None, task)
        for row in _rows(taught):
            _tell(report, name, row)
        return taught, found.vectors
    return _trained(report, name, job), None


def _trained(report: Report, name: str, job: Job) -> Taught:
    from vizcore.engine import shared_engine
    from vizcore.learning.network import NetworkTask, learn_network

    photos = tuple(each.photo for each in job.bins.examples)
    task = NetworkTask(
        job.bins.classes, job.split.parts, job.bins.labels, cast(Any, job.method.value), job.epochs, seed=job.seed
    )
    handle = shared_engine().start(learn_network, job.card.key, photos, task, session=SESSION)
    told = 0
    while True:
        over = handle.done()
        handle.touch()
        rows = [values for _step, values in handle.history() if "accuracy" in values]
        for number, values in enumerate(rows[told:], start=told + 1):
            _tell(report, name, {"epoch": number, **{key: values[key] for key in values if key != "train_loss"}})
        told = len(rows)
        if over:
            return cast("Taught", handle.result())
        time.sleep(POLL_S)


def _rows(taught: Taught) -> Iterator[dict[str, float]]:
    """Epochs, or iterations of the probe, as rows."""
    for place in range(len(taught.curves.get("loss", ()))):
        yield {"epoch": place, **{name: values[place] for name, values in taught.curves.items()}}


def _tell(report: Report, name: str, row: dict[str, float]) -> None:
    shown = "  ".join(f"{key.replace('_', ' ')} {value:.4f}" for key, value in row.items() if key != "epoch")
    report.show(name, row, f"epoch {row['epoch']:3}  {shown}")


def _packed(job: Job, taught: Taught, vectors: FloatArray | None) -> bytes:
    from vizcore.learning.split import PART_NAMES
    from vizcore.learning.taught import Packing, pack

    hashes = [each.sha256 for each in job.bins.examples]
    split = {
        part: tuple(hashes[row] for row in job.split.rows(place).tolist()) for place, part in enumerate(PART_NAMES)
    }
    tested = vectors[taught.rows] if vectors is not None else None
    weights = taught.provenance.weights_sha256
    return pack(taught, Packing(weights, job.card.recipe, split, tested))


def _answer(job: Job, taught: Taught, out: str | None) -> tuple[dict[str, Any], str]:
    low, high = taught.interval
    content = {
        "backbone": job.card.key,
        "method": taught.method,
        "accuracy": taught.accuracy,
        "interval": [low, high],
        "macro_f1": taught.macro_f1,
        "confusion": taught.confusion,
        "classes": list(taught.labels),
        "seconds": taught.seconds,
        "split": {**taught.counts, "groups": len(set(job.split.groups.tolist())), "twins_moved": len(job.split.moved)},
        "out": out,
    }
    text = (
        f"{taught.method} on {job.card.key}: {taught.right} of {len(taught.truth)} right, {taught.accuracy:.1%}"
        f" (95 % interval {low:.1%} to {high:.1%}), macro F1 {taught.macro_f1:.3f}, {taught.seconds:.2f} s"
    )
    return content, text + (f"\n{out}" if out else "")
