"""How do models bear up on a folder of pictures: under each other's attacks, and under noise, blur and weather?"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.imagine import AttackKey, Epsilon, Seed, Target, chosen_attack, class_index, labels_of
from vizcore.cli.inputs import ModelKey, choose_card
from vizcore.cli.report import AsJson, Report
from vizcore.errors import AmbiguousClass, ModelsTooFew, UnknownClass

if TYPE_CHECKING:
    from vizcore.generation.attacks.results import AttackSet
    from vizcore.generation.attacks.settings import AttackSettings
    from vizcore.generation.studies.transfer import Judgement
    from vizcore.robustness.evaluation import Robustness
    from vizcore.similarity import Gallery
    from vizcore.zoo.cards import ModelCard

FEWEST_MODELS = 2  # that fool each other
Folder = Annotated[Path, typer.Argument(metavar="DIR", readable=False, help="A folder of pictures.")]


def transfer(
    folder: Folder,
    models: Annotated[str, typer.Option("--models", metavar="K1,K2", help="Keys of two models or more.")],
    method: AttackKey = "pgd",
    target: Target = None,
    epsilon: Epsilon = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Pictures made to fool one model, shown to each of the others: one line for each pair."""
    report = Report("transfer", as_json=as_json)
    base = chosen_attack(method, epsilon, None, seed, several=True)
    with report.about(str(folder)):
        cards = [choose_card(key, "classify") for key in dict.fromkeys(each.strip() for each in models.split(","))]
        if len(cards) < FEWEST_MODELS:
            raise ModelsTooFew(needed=FEWEST_MODELS)
        found = _gallery(report, folder)
        for maker in cards:
            with report.about(str(folder)):
                made, label = _attacked(maker, found, base, target)
                for judge in cards:
                    judged = _judged(judge, made, label)
                    text = _pair_text(maker, judge, made, judged)
                    report.show(str(folder), _pair(maker, judge, made, judged), text)
    report.finish()


def robustness(
    folder: Folder,
    model: ModelKey = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """What 15 corruptions at 5 severities do to a model's answers.

    A picture in a folder named like a class is judged by it, any other by the model's answer to the clean picture; so
    are those in "cat" and "dog" where a model knows only breeds.
    """
    report = Report("robustness", as_json=as_json, model=model)
    with report.about(str(folder)):
        card = choose_card(model, "classify")
        found = _gallery(report, folder)
        tested = _tested(card, found, seed)
        report.show(str(folder), _rows(card, found, tested), _rows_text(card, tested), tested.provenance)
    report.finish()


def _gallery(report: Report, folder: Path) -> Gallery:
    from vizcore.similarity import read_folder

    found = read_folder(folder)
    for path, error in found.problems:
        report.fail(f"{folder}/{path}", error)
    return found


def _attacked(card: ModelCard, found: Gallery, base: AttackSettings, wanted: str | None) -> tuple[AttackSet, str]:
    """The attacked pictures, and the target's label in the maker's words ("" for none)."""
    from dataclasses import replace

    from vizcore.engine import shared_engine
    from vizcore.generation.attacks.run import attack

    index = None if wanted is None else class_index(card, wanted)
    settings = replace(base, target=index)
    made: Any = shared_engine().run(attack, card.key, found.photos, settings, session=SESSION)
    first = made.results[0] if made.results else None
    return made, "" if index is None or first is None else first.labels[index]


def _judged(card: ModelCard, made: AttackSet, label: str) -> Judgement:
    from vizcore.engine import shared_engine
    from vizcore.generation.studies.transfer import JudgeSettings, judge, pairs_of

    found: Any = shared_engine().run(judge, card.key, pairs_of(made), JudgeSettings(label), session=SESSION)
    return found  # type: ignore[no-any-return]


def _pair(maker: ModelCard, judge: ModelCard, made: AttackSet, judged: Judgement) -> dict[str, Any]:
    shown = judged.target_confidence if judged.target else judged.source_confidence
    counted = shown[judged.counted]
    return {
        "made_on": maker.key,
        "judged_by": judge.key,
        "attack": made.attack,
        "target": judged.target or None,
        "pictures": len(made.results),
        "skipped": len(made.skipped),
        "counted": int(judged.counted.sum()),
        "success_rate": judged.success_rate,
        "target_confidence" if judged.target else "source_confidence": float(counted.mean()) if len(counted) else None,
    }


def _pair_text(maker: ModelCard, judge: ModelCard, made: AttackSet, judged: Judgement) -> str:
    count = int(judged.counted.sum())
    left_out = len(made.skipped) + int((~judged.counted).sum())
    words = f"made on {maker.key}, judged by {judge.key}: {judged.success_rate:.0%} of {count} fooled"
    return f"{words}; left out, since the target was seen before: {left_out}" if left_out else words


def _tested(card: ModelCard, found: Gallery, seed: int) -> Robustness:
    from vizcore.engine import shared_engine
    from vizcore.robustness.evaluation import RobustnessSettings
    from vizcore.robustness.evaluation import robustness as operation

    truth = _truths(card, set(found.labels) - {""})
    settings = RobustnessSettings(truth=tuple(truth.get(label) for label in found.labels), seed=seed)
    tested: Any = shared_engine().run(operation, card.key, found.photos, settings, session=SESSION)
    return tested  # type: ignore[no-any-return]


def _truths(card: ModelCard, names: set[str]) -> dict[str, int]:
    """Name of a folder -> the class that it means, without those that mean none or several: "cat" means several where
    a model knows only breeds, and a photo of another breed would be called wrong."""
    from vizcore.zoo.labels import find_class, is_one_breed

    truths, labels = {}, labels_of(card) if names else ()
    for name in names:
        with suppress(UnknownClass, AmbiguousClass):
            index = find_class(labels, name, card.key)
            if not is_one_breed(labels[index], name):
                truths[name] = index
    return truths


def _rows(card: ModelCard, found: Gallery, tested: Robustness) -> dict[str, Any]:
    worst = tested.worst()
    names = ("corruption", "severity", "file")
    return {
        "model": card.key,
        "pictures": len(found.pictures),
        "labelled": int(tested.known.sum()),
        "clean_confidence": float(tested.clean_confidence.mean()),
        "clean_kept": float(tested.clean_kept.mean()),
        "severities": tested.severities,
        "corruptions": [
            {"name": name, "confidence": confidence, "kept": kept}
            for name, confidence, kept in zip(tested.corruptions, tested.mean_confidence, tested.kept_rate, strict=True)
        ],
        "worst": None if worst is None else dict(zip(names, (*worst[:2], found.paths[worst[2]]), strict=True)),
        "timing_ms": tested.provenance.timing_ms,
    }


def _rows_text(card: ModelCard, tested: Robustness) -> str:
    head = f"{card.key}: {tested.clean_kept.mean():.0%} right or unchanged when clean; by severity:"
    rows = zip(tested.corruptions, tested.kept_rate, strict=True)
    return "\n".join([head, *(f"  {name:15}" + "".join(f"{share:6.0%}" for share in row) for name, row in rows)])
