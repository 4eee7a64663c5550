"""What does a model cost, and how does it leave as a file?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.features import SESSION
from vizcore.cli.inputs import ModelKey, choose_card, read_photo
from vizcore.cli.out_files import checked_out, write_bytes
from vizcore.cli.report import AsJson, Report

if TYPE_CHECKING:
    from vizcore.photo import Photo
    from vizcore.runtimes.export import Exported
    from vizcore.runtimes.parity import Parity
    from vizcore.runtimes.profiling import Profile, RuntimeProfile
    from vizcore.zoo.cards import ModelCard, Task

TASKS: tuple[Task, ...] = ("classify", "detect", "embed")
EXPORTED: tuple[Task, ...] = (*TASKS, "promptable")


def profile(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A picture, or sample:KEY.")],
    model: ModelKey = None,
    runtimes: Annotated[
        str,
        typer.Option(
            "--runtimes", metavar="A,B", help="Of eager, compile, onnx, int8; the first that opens is the reference."
        ),
    ] = "eager,onnx,int8",
    runs: Annotated[
        int, typer.Option("--runs", min=1, max=1000, help="Counted runs of each; p95 takes 59, p99 299.")
    ] = 60,
    as_json: AsJson = False,
) -> None:
    """Time of each runtime, step by step, and whether its decisions are torch's. Too few runs refuse a percentile."""
    report = Report("profile", as_json=as_json, model=model)
    with report.about(file):
        card = choose_card(model, *TASKS)
        found = _profiled(card, file, _names(runtimes), runs)
        content = {
            "model": card.key,
            "runtimes": [_row(found, each) for each in found.runtimes],
            "batch": found.batch,
            "threads": found.threads,
        }
        report.show(file, content, _profile_text(found), found.provenance)
    report.finish()


def export(
    model: ModelKey = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="F", help="onnx, onnx-int8, onnx-decoder (of a segmenter) or safetensors."),
    ] = "onnx",
    out: Annotated[Path | None, typer.Option("--out", metavar="F", help="File to write.")] = None,
    nms: Annotated[bool, typer.Option("--nms", help="A detector's file with NMS behind its head.")] = False,
    calibration: Annotated[
        str | None, typer.Option("--calibration", metavar="DIR", help="Photos that INT8 ranges are measured on.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Writes a model for other programs, with labels, preprocessing and hash inside, compared with torch.

    `--nms` and `--calibration` are refused where they would do nothing.
    """
    report = Report("export", as_json=as_json, model=model)
    with report.about(str(out) if out else None):
        card = choose_card(model, *EXPORTED)
        ending = _ending(form)
        _check_used(card, form, nms, calibration)
        target = out or Path(f"{card.key}{ending}")
        checked_out(target)
        photos = _calibration_photos(report, calibration)
        found = _exported(card, form, nms, photos)
        write_bytes(target, found.data)
        content = {
            "model": card.key,
            "format": found.format,
            "parity": None if found.parity is None else _parity(found.parity),
            "size_mb": found.size_mb,
            "opset": found.opset,
            "outputs": found.outputs,
            "sha256": found.sha256,
            "out": str(target),
        }
        text = f"{target}: {found.size_mb:.2f} MB" + ("" if found.parity is None else f", {_parity_text(found.parity)}")
        report.show(str(target), content, text, found.provenance)
    report.finish()


def _names(text: str) -> tuple[str, ...]:
    from vizcore.errors import UnknownChoice
    from vizcore.runtimes.table import RUNTIMES

    names = tuple(dict.fromkeys(each.strip() for each in text.split(",") if each.strip()))
    unknown = [each for each in names if each not in RUNTIMES]
    if unknown or not names:
        raise UnknownChoice(option="runtime", wanted=unknown[0] if unknown else text, known=list(RUNTIMES))
    return names


def _ending(form: str) -> str:
    from vizcore.errors import UnknownChoice
    from vizcore.runtimes.export import ENDINGS

    if form not in ENDINGS:
        raise UnknownChoice(option="format", wanted=form, known=list(ENDINGS))
    return ENDINGS[form]


def _profiled(card: ModelCard, file: str, names: tuple[str, ...], runs: int) -> Profile:
    from vizcore.engine import shared_engine
    from vizcore.runtimes.profiling import ProfileSettings, profile

    settings = ProfileSettings(names, runs)
    found: Any = shared_engine().run(profile, card.key, read_photo(file), settings, session=SESSION)
    return found  # type: ignore[no-any-return]


def _check_used(card: ModelCard, form: str, nms: bool, calibration: str | None) -> None:
    """OptionUnused for an option that would do nothing."""
    from vizcore.errors import OptionUnused
    from vizcore.runtimes.export import takes_nms, takes_photos

    if nms and not takes_nms(form, card.task):
        raise OptionUnused(option="--nms", model=card.key, form=form)
    if calibration and not takes_photos(form, card.family):
        raise OptionUnused(option="--calibration", model=card.key, form=form)


def _calibration_photos(report: Report, calibration: str | None) -> tuple[Photo, ...] | None:
    """The folder's photos, after saying what in it did not open; None without a folder."""
    from vizcore.similarity import read_folder

    if not calibration:
        return None
    gallery = read_folder(Path(calibration))
    for path, error in gallery.problems:
        report.fail(f"{calibration}/{path}", error)
    return gallery.photos


def _exported(card: ModelCard, form: str, nms: bool, photos: tuple[Photo, ...] | None) -> Exported:
    from vizcore.engine import shared_engine
    from vizcore.runtimes.export import ExportSettings, export

    settings = ExportSettings(form, nms, photos is not None)
    found: Any = shared_engine().run(export, card.key, photos, settings, session=SESSION)
    return found  # type: ignore[no-any-return]


def _row(found: Profile, each: RuntimeProfile) -> dict[str, Any]:
    values = each.percentiles()
    refusal = None if each.refusal is None else each.refusal.code
    return {
        "name": each.name,
        **{f"p{percent}_ms": value for percent, value in values.items()},
        "n": len(each.total_ms) if each.refusal is None else 0,
        "parity": None if each.parity is None else _parity(each.parity),
        "speed": found.speed(each.name),
        "first_ms": each.first_ms,
        "size_mb": each.size_mb,
        "peak_mb": each.peak_mb,
        "refused": refusal,
    }


def _parity(parity: Parity) -> dict[str, Any]:
    agreement = parity.agreement
    return {
        "tensor_ok": parity.tensor_ok,
        "difference": parity.difference,
        "agreed": agreement.agreed,
        "n": agreement.n,
        "interval": [agreement.low, agreement.high],
        "iou": parity.iou,
        "worst_iou": parity.worst_iou,
    }


def _parity_text(parity: Parity, reference: str = "torch") -> str:
    agreement = parity.agreement
    return (
        f"{agreement.agreed} of {agreement.n} decisions as in {reference}, largest difference {parity.difference:.2g}"
    )


def _profile_text(found: Profile) -> str:
    rows = []
    for each in found.runtimes:
        if each.refusal is not None:
            rows.append(f"  {each.name:8} not possible here [{each.refusal.code}]")
            continue
        times = "  ".join(
            f"p{percent} " + ("refused" if value is None else f"{value:.2f} ms")
            for percent, value in each.percentiles().items()
        )
        parity = "" if each.parity is None else f"  {_parity_text(each.parity, found.reference.name)}"
        rows.append(f"  {each.name:8} {times}{parity}")
    return "\n".join([f"{found.provenance.model}, {found.n} runs each in turn, {found.threads} threads", *rows])
