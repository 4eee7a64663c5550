"""What does a classifier make of pictures: classes, vectors, likeness?"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from vizcore.cli.inputs import Files, ModelKey, choose_card, is_taught_file, read_photo, read_taught
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.engine import Engine
    from vizcore.learning.taught import TaughtModel
    from vizcore.photo import Photo
    from vizcore.results import Classification, Embedding, Provenance

SESSION = "command line"


class Layer(StrEnum):
    """Where a vector is read: before the head, or after it."""

    embedding = "embedding"
    logits = "logits"


LayerOption = Annotated[Layer, typer.Option("--layer", help="The vector before the head, or the class scores.")]


def classify(
    files: Files,
    model: ModelKey = None,
    top: Annotated[int, typer.Option("--top", min=0, help="How many classes; 0 for all of them.")] = 5,
    as_json: AsJson = False,
) -> None:
    """The most probable classes of each picture."""
    report = Report("classify", as_json=as_json, model=model)
    for file in files:
        with report.about(file):
            found = _classified(read_photo(file), model)
            best = [{"label": label, "probability": probability} for _, label, probability in found.top(top)]
            content = {"model": found.provenance.model, "top": best, "timing_ms": found.provenance.timing_ms}
            lines = [f"  {each['probability']:7.2%}  {each['label']}" for each in best]
            report.show(file, content, "\n".join([f"{file} ({found.provenance.model})", *lines]), found.provenance)
    report.finish()


def embed(files: Files, model: ModelKey = None, layer: LayerOption = Layer.embedding, as_json: AsJson = False) -> None:
    """The vector that stands for each picture in a model."""
    report = Report("embed", as_json=as_json, model=model)
    for file in files:
        with report.about(file):
            found = _embedded(read_photo(file), model, layer)
            content = {
                "model": found.provenance.model,
                "layer": found.layer,
                "dimension": found.dimension,
                "norm": found.norm,
                "vector": found.vector,
            }
            report.show(file, content, _vector_text(file, found), found.provenance)
    report.finish()


def similarity(
    a: Annotated[str, typer.Argument(metavar="A", help="A picture, or sample:KEY.")],
    b: Annotated[str, typer.Argument(metavar="B", help="The picture to compare it with.")],
    model: ModelKey = None,
    layer: LayerOption = Layer.embedding,
    as_json: AsJson = False,
) -> None:
    """How alike two pictures are to a model: their cosine."""
    report = Report("similarity", as_json=as_json, model=model)
    vectors: list[Embedding] = []
    for file in (a, b):
        with report.about(file):
            vectors.append(_embedded(read_photo(file), model, layer))
    if len(vectors) == 2:
        with report.about([a, b]):
            _show_cosine(report, [a, b], *vectors)
    report.finish()


def _show_cosine(report: Report, files: list[str], a: Embedding, b: Embedding) -> None:
    from vizcore.similarity import cosine

    value = cosine(a, b).cosine
    key = a.provenance.model
    text = f"{value:.4f}  {files[0]}  {files[1]}  ({key}, {a.layer})"
    report.show(files, {"model": key, "layer": a.layer, "cosine": value}, text, _of_both(a.provenance, b.provenance))


def _of_both(a: Provenance, b: Provenance) -> Provenance:
    times = {name: a.timing_ms.get(name, 0.0) + b.timing_ms.get(name, 0.0) for name in {*a.timing_ms, *b.timing_ms}}
    photos = a.photos_sha256 + b.photos_sha256
    return replace(a, operation="similarity", photos_sha256=photos, timing_ms=dict(sorted(times.items())))


def _classified(photo: Photo, key: str | None) -> Classification:
    if key is not None and is_taught_file(key) and (taught := read_taught(Path(key))).method == "knn":
        return _voted(photo, taught)
    card = choose_card(key, "classify")
    engine = _engine()
    from vizcore.features import classify as operation

    return cast("Classification", engine.run(operation, card.key, photo, session=SESSION))


def _voted(photo: Photo, taught: TaughtModel) -> Classification:
    """By the nearest of the photos that the file's vectors stand for; scores are logarithms of shares."""
    import numpy as np

    from vizcore.results import Classification

    found = _embedded(photo, taught.backbone, Layer.embedding)
    shares = taught.probabilities(found.vector[None])[0]
    logits = np.log(np.maximum(shares, 1e-12))
    return Classification(replace(found.provenance, operation="classify"), taught.labels, shares, logits)


def _embedded(photo: Photo, key: str | None, layer: Layer) -> Embedding:
    card = choose_card(key, "classify", "embed")
    engine = _engine()
    from vizcore.features import EmbedSettings
    from vizcore.features import embed as operation

    settings = EmbedSettings(layer=layer.value)
    return cast("Embedding", engine.run(operation, card.key, photo, settings, session=SESSION))


def _engine() -> Engine:
    """The engine, made before anything imports torch: it decides how torch's threads wait."""
    from vizcore.engine import shared_engine

    return shared_engine()


def _vector_text(file: str, found: Embedding) -> str:
    first = ", ".join(f"{value:.4g}" for value in found.vector[:8])
    more = ", ..." if found.dimension > 8 else ""
    head = f"{file} ({found.provenance.model}, {found.layer}): {found.dimension} numbers, norm {found.norm:.4f}"
    return f"{head}\n  {first}{more}"
