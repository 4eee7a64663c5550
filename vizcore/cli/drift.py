"""Have the photos changed between two folders?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import MOST_SEED, ModelKey, choose_card
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.monitoring.drift import DriftReport
    from vizcore.monitoring.two_samples import EmbeddingDrift, PropertyDrift
    from vizcore.zoo.cards import ModelCard


def drift(
    before: Annotated[
        Path, typer.Argument(metavar="DIR_A", readable=False, help="The reference: a folder of pictures.")
    ],
    now: Annotated[Path, typer.Argument(metavar="DIR_B", readable=False, help="The current pictures.")],
    model: ModelKey = None,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=MOST_SEED, help="Of folds, permutations and the control's halves.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Properties, scores and vectors of two folders against each other, and the reference's halves as a control."""
    report = Report("drift", as_json=as_json, model=model)
    names = [str(before), str(now)]
    with report.about(names):
        card = choose_card(model, "classify", "embed", "detect")
        found = _drifted(report, card, before, now, seed)
        content = {
            "model": card.key,
            "photos": [found.first, len(next(iter(found.values.values()))) - found.first],
            "properties": [_row(each) for each in found.properties],
            "embedding": _embedding(found.embedding),
            "control": {
                "properties": [_row(each) for each in found.control],
                "embedding": _embedding(found.control_embedding),
                "drifted": found.control_drifted if found.control else None,
            },
            "drifted": found.drifted,
        }
        report.show(names, content, _text(found), found.provenance)
    report.finish()


def _drifted(report: Report, card: ModelCard, before: Path, now: Path, seed: int) -> DriftReport:
    from vizcore.engine import shared_engine
    from vizcore.monitoring.drift import DriftSettings, drift
    from vizcore.similarity import read_folder

    galleries = [read_folder(folder) for folder in (before, now)]
    for folder, gallery in zip((before, now), galleries, strict=True):
        for path, error in gallery.problems:
            report.fail(f"{folder}/{path}", error)
    photos = (*galleries[0].photos, *galleries[1].photos)
    settings = DriftSettings(len(galleries[0].photos), seed)
    found: Any = shared_engine().run(drift, card.key, photos, settings, session=SESSION)
    return found  # type: ignore[no-any-return]


def _row(each: PropertyDrift) -> dict[str, Any]:
    return {
        "name": each.name,
        "statistic": each.statistic,
        "effect": each.effect,
        "p": each.p,
        "p_corrected": each.corrected,
        "drifted": each.drifted,
    }


def _embedding(each: EmbeddingDrift | None) -> dict[str, Any] | None:
    if each is None:
        return None
    return {"mmd2": each.mmd2, "mmd_p": each.mmd_p, "auc": each.auc, "auc_p": each.auc_p, "drifted": each.drifted}


def _text(found: DriftReport) -> str:
    rows = [
        f"  {'DRIFTED' if each.drifted else 'as before':10}{each.name:12} effect {each.effect:+.2f}"
        f"  p {each.corrected:.2g}"
        for each in found.properties
    ]
    if found.embedding:
        word = "DRIFTED" if found.embedding.drifted else "as before"
        rows.append(f"  {word:10}vectors      AUC {found.embedding.auc:.2f}  MMD2 {found.embedding.mmd2:.4f}")
    control = "none" if not found.control else "DRIFTED: do not believe this" if found.control_drifted else "quiet"
    head = f"{found.provenance.model}: {'drifted' if found.drifted else 'as before'}; control {control}"
    return "\n".join([head, *rows])
