"""Pictures made by gradient descent: the ideal one of a class, and a photo that a model takes for something else."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import MOST_SEED, ModelKey, choose_card, read_photo
from vizcore.cli.out_files import checked_out, write_bytes
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.generation.attacks.results import AttackResult
    from vizcore.generation.attacks.settings import AttackSettings
    from vizcore.generation.ideal.results import IdealResult
    from vizcore.zoo.cards import ModelCard

OutPicture = Annotated[Path | None, typer.Option("--out", metavar="F", help="Writes the picture here, as PNG.")]
Seed = Annotated[int, typer.Option("--seed", min=0, max=MOST_SEED, help="Equal seeds give equal pictures.")]
AttackKey = Annotated[str, typer.Option("--attack", metavar="A", help="fgsm, pgd, deepfool, ...")]
Epsilon = Annotated[
    str | None, typer.Option("--epsilon", metavar="E", help="Budget with values in [0, 1]: 8/255, or an L2 length.")
]
Target = Annotated[
    str | None, typer.Option("--target", metavar="C", help="Index or part of a label; default: anything else.")
]


def ideal(
    wanted: Annotated[str, typer.Option("--class", metavar="C", help="Index or part of a label.")],
    model: ModelKey = None,
    steps: Annotated[int, typer.Option("--steps", min=1, max=5000, help="Gradient steps.")] = 192,
    seed: Seed = 0,
    out: OutPicture = None,
    film: Annotated[Path | None, typer.Option("--film", metavar="F", help="Writes the way there as a GIF.")] = None,
    as_json: AsJson = False,
) -> None:
    """The picture that a model takes most for a class, climbed from noise."""
    report = Report("ideal", as_json=as_json, model=model)
    with report.about(None):
        checked_out(out)
        checked_out(film)
        card = choose_card(model, "classify")
        found = _climbed(card, wanted, steps, seed)
        path = write_png(out, found.pictures[0].rgb)
        if film is not None:
            from vizcore.generation.animation import gif

            write_bytes(film, gif(found.frames))
        content = {
            "model": card.key,
            "target": found.target,
            "steps": found.steps,
            "probability": found.probability(),
            "jittered": float(found.jittered[0]),
            "total_variation": float(found.total_variation[0]),
            "top": [{"label": label, "probability": share} for _, label, share in found.top()],
            "out": path,
            "film": None if film is None else str(film),
            "timing_ms": found.provenance.timing_ms,
        }
        text = f"{found.target} ({card.key}): {found.probability():.2%} after {found.steps} steps{_written(path)}"
        report.show(None, content, text, found.provenance)
    report.finish()


def attack(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A picture, or sample:KEY.")],
    model: ModelKey = None,
    method: AttackKey = "pgd",
    target: Target = None,
    epsilon: Epsilon = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, max=1000, help="Default: the attack's own.")] = None,
    seed: Seed = 0,
    out: OutPicture = None,
    as_json: AsJson = False,
) -> None:
    """A photo changed so little that we hardly see it, and so that a model sees something else.

    All numbers are measured on the 8-bit picture that is written; giving it to the model again gives the same answer.
    """
    report = Report("attack", as_json=as_json, model=model)
    base = chosen_attack(method, epsilon, steps, seed)
    with report.about(file):
        checked_out(out)
        photo, card = read_photo(file), choose_card(model, "classify")
        index = None if target is None else class_index(card, target)
        found = _attacked(card, photo, base, index)
        path = write_png(out, found.adversarial.rgb)
        report.show(file, _attack_content(found, base, path), _attack_text(file, found, path), found.provenance)
    report.finish()


def chosen_attack(
    method: str, epsilon: str | None, steps: int | None, seed: int, *, several: bool = False
) -> AttackSettings:
    """The attack's own settings with what was asked for. several: it is for a folder of pictures.

    typer.BadParameter for an unknown attack or number.
    """
    from dataclasses import replace

    from vizcore.generation.attacks.table import ATTACKS

    if method not in ATTACKS:
        raise typer.BadParameter(f"{method}; there are {', '.join(ATTACKS)}", param_hint="--attack")
    row = ATTACKS[method]
    if row.together and not several:
        raise typer.BadParameter(f"{method} is one change for many pictures; see `transfer DIR`", param_hint="--attack")
    settings = replace(row.suggested, seed=seed, steps=steps or row.suggested.steps)
    if epsilon is None:
        return settings
    if not row.budget:
        raise typer.BadParameter(f"{method} looks for the smallest change and has no budget", param_hint="--epsilon")
    try:
        value = Fraction(epsilon)
    except (ValueError, ZeroDivisionError):
        raise typer.BadParameter(f"{epsilon} is not a number such as 8/255 or 0.03", param_hint="--epsilon") from None
    limit = 1 if row.norm == "linf" else 1000
    if not 0 <= value <= limit:
        hint = f"; 8 of 255 steps are written 8/255, so perhaps {epsilon}/255" if limit == 1 and value <= 255 else ""
        raise typer.BadParameter(f"{epsilon} is not between 0 and {limit}{hint}", param_hint="--epsilon")
    if row.norm == "linf":
        return replace(settings, epsilon_255=float(value * 255))
    return replace(settings, epsilon_l2=float(value))


def class_index(card: ModelCard, wanted: str) -> int:
    """The class of the model that these words name. Errors: UnknownClass, AmbiguousClass."""
    from vizcore.zoo.labels import find_class

    return find_class(labels_of(card), wanted, card.key)


def labels_of(card: ModelCard) -> tuple[str, ...]:
    """The names of the model's classes."""
    import numpy as np

    from vizcore.engine import shared_engine
    from vizcore.features import classify
    from vizcore.photo import Photo

    grey = Photo(np.full((64, 64, 3), 128, dtype=np.uint8), "grey")  # any picture makes a model say its labels
    found: Any = shared_engine().run(classify, card.key, grey, session=SESSION)
    return tuple(found.labels)


def write_png(path: Path | None, rgb: Any) -> str | None:
    """The picture as PNG; its path, or None without one. Errors: FileUnreadable when it cannot be written."""
    if path is None:
        return None
    from vizcore.pictures import encode_png

    write_bytes(path, encode_png(rgb))
    return str(path)


def _climbed(card: ModelCard, wanted: str, steps: int, seed: int) -> IdealResult:
    from dataclasses import replace

    from vizcore.engine import shared_engine
    from vizcore.generation.ideal.presets import suggested
    from vizcore.generation.ideal.run import ideal as operation
    from vizcore.generation.ideal.settings import Target as Goal

    settings = replace(suggested(card, Goal("class", class_index(card, wanted))), steps=steps, seed=seed)
    found: Any = shared_engine().run(operation, card.key, None, settings, session=SESSION)
    return found  # type: ignore[no-any-return]


def _attacked(card: ModelCard, photo: Any, base: AttackSettings, target: int | None) -> AttackResult:
    from dataclasses import replace

    from vizcore.engine import shared_engine
    from vizcore.generation.attacks.run import attack as operation

    found: Any = shared_engine().run(operation, card.key, photo, replace(base, target=target), session=SESSION)
    return found  # type: ignore[no-any-return]


def _attack_content(found: AttackResult, asked: AttackSettings, path: str | None) -> dict[str, Any]:
    from vizcore.generation.attacks.table import ATTACKS

    row = ATTACKS[asked.attack]
    return {
        "model": found.provenance.model,
        "attack": found.attack,
        "epsilon_255": asked.epsilon_255 if row.budget and row.norm == "linf" else None,
        "epsilon_l2": asked.epsilon_l2 if row.budget and row.norm == "l2" else None,
        "target": None if found.target is None else found.labels[found.target],
        "success": found.success,
        "linf_255": found.change.linf_255,
        "l2": found.change.l2,
        "l0_pixels": found.change.l0_pixels,
        "ssim": found.change.ssim,
        "budget_kept": found.budget_kept,
        "steps": found.steps,
        "before": [{"label": label, "probability": share} for _, label, share in found.top_before()],
        "after": [{"label": label, "probability": share} for _, label, share in found.top_after()],
        "out": path,
        "timing_ms": found.provenance.timing_ms,
    }


def _attack_text(file: str, found: AttackResult, path: str | None) -> str:
    _, before, first = found.top_before(1)[0]
    _, after, second = found.top_after(1)[0]
    size = f"Linf {found.change.linf_255}/255, L2 {found.change.l2:.3f}, SSIM {found.change.ssim:.4f}"
    verdict = "reached" if found.success else "not reached"
    head = f"{file} ({found.provenance.model}, {found.attack}): {before} {first:.2%} -> {after} {second:.2%}"
    return f"{head}\n  goal {verdict}; {size}{_written(path)}"


def _written(path: str | None) -> str:
    return f"; {path}" if path else ""
