"""Which pictures of a folder are like this one, and how well does a model keep classes together?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION, Layer, LayerOption
from vizcore.cli.inputs import ModelKey, choose_card, read_photo
from vizcore.cli.report import AsJson, Report
from vizcore.errors import PhotosMissing
from vizcore.file_reading import reading

if TYPE_CHECKING:
    from vizcore.photo import Photo
    from vizcore.similarity import Gallery, RetrievalScores
    from vizcore.similarity.many import Embeddings

RECALLS = (1, 5, 10)


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A picture, or sample:KEY.")],
    gallery: Annotated[str, typer.Option("--gallery", metavar="DIR", help="A folder of pictures, or a zip of one.")],
    model: ModelKey = None,
    top: Annotated[int, typer.Option("--top", min=0, help="How many pictures; 0 for all of them.")] = 10,
    layer: LayerOption = Layer.embedding,
    as_json: AsJson = False,
) -> None:
    """The pictures of a gallery that are most like one picture, without that picture itself."""
    report = Report("search", as_json=as_json, model=model)
    with report.about(query):
        photo = read_photo(query)
        found = _read_gallery(gallery)
        for path, error in found.problems:
            report.fail(f"{gallery}/{path}", error)
        _show_search(report, query, photo, found, _embedded((_small(photo), *found.photos), model, layer), top)
    report.finish()


def evaluate_retrieval(
    gallery: Annotated[str, typer.Argument(metavar="DIR", help="A folder (or a zip) with one folder for each class.")],
    model: ModelKey = None,
    layer: LayerOption = Layer.embedding,
    as_json: AsJson = False,
) -> None:
    """How well pictures of one class find each other: Recall@K, mAP and mAP@R; each picture asks, all others answer."""
    from vizcore.similarity import evaluate_retrieval as evaluate

    report = Report("evaluate-retrieval", as_json=as_json, model=model)
    with report.about(gallery):
        found = _read_gallery(gallery)
        for path, error in found.problems:
            report.fail(f"{gallery}/{path}", error)
        vectors = _embedded(found.photos, model, layer)
        scores = evaluate(vectors.vectors, found.labels)
        provenance = replace(vectors.provenance, operation="evaluate_retrieval")
        report.show(gallery, _content(found, vectors, scores), _text(gallery, found, vectors, scores), provenance)
    report.finish()


def _read_gallery(path: str) -> Gallery:
    """The folder or zip. Errors: FileUnreadable, NotAnArchive, GalleryEmpty, GalleryTooLarge."""
    from vizcore.similarity import read_folder, read_zip

    place = Path(path)
    with reading(place):
        return read_zip(place.read_bytes()) if place.is_file() else read_folder(place)


def _small(photo: Photo) -> Photo:
    from vizcore.similarity import gallery_photo

    return gallery_photo(photo)


def _embedded(photos: tuple[Photo, ...], key: str | None, layer: Layer) -> Embeddings:
    from vizcore.engine import shared_engine
    from vizcore.similarity.many import ManySettings, embed_photos

    card = choose_card(key, "classify", "embed")
    if not photos:
        raise PhotosMissing(needed=1, given=0)
    settings = ManySettings(layer=layer.value)
    found: Any = shared_engine().run(embed_photos, card.key, photos, settings, session=SESSION)
    return found  # type: ignore[no-any-return]


def _show_search(report: Report, query: str, photo: Photo, found: Gallery, vectors: Embeddings, top: int) -> None:
    from vizcore.similarity.index import ExactIndex

    asked, *others = vectors.provenance.photos_sha256
    kept = [place for place, sha in enumerate(others) if sha != asked]
    best: list[dict[str, Any]] = []
    if kept:
        neighbours = ExactIndex(vectors.vectors[1:][kept]).search(vectors.vectors[0], top or len(kept))
        for place, score in zip(neighbours.ids[0], neighbours.scores[0], strict=True):
            picture = found.pictures[kept[int(place)]]
            best.append({"file": picture.path, "label": picture.label or None, "score": float(score)})
    provenance = replace(vectors.provenance, operation="search", photos_sha256=(photo.sha256, *others))
    content = {
        "model": provenance.model,
        "layer": vectors.layer,
        "pictures": len(found.pictures),
        "excluded": len(others) - len(kept),
        "results": best,
        "timing_ms": provenance.timing_ms,
    }
    lines = [f"  {each['score']:7.4f}  {each['file']}" for each in best]
    report.show(query, content, "\n".join([f"{query} ({provenance.model}, {vectors.layer})", *lines]), provenance)


def _content(found: Gallery, vectors: Embeddings, scores: RetrievalScores) -> dict[str, Any]:
    return {
        "model": vectors.provenance.model,
        "layer": vectors.layer,
        "pictures": len(found.pictures),
        "classes": len({label for label in found.labels if label}),
        "queries": len(scores.queries),
        "without_match": scores.without_match,
        "recall": {str(count): scores.recall_at(count) for count in RECALLS},
        "map": scores.mean_average_precision,
        "map_at_r": scores.mean_average_precision_at_r,
        "timing_ms": vectors.provenance.timing_ms,
    }


def _text(gallery: str, found: Gallery, vectors: Embeddings, scores: RetrievalScores) -> str:
    content = _content(found, vectors, scores)
    head = f"{gallery} ({content['model']}, {content['layer']}): {content['queries']} of {content['pictures']} pictures"
    recalls = ", ".join(f"Recall@{count} {value:.2%}" for count, value in content["recall"].items())
    means = f"mAP {content['map']:.4f}, mAP@R {content['map_at_r']:.4f}"
    return f"{head} in {content['classes']} classes\n  {recalls}\n  {means}"
