"""Which contestant reads digits best at a budget of one's own?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vizcore.cli.report import AsJson, Report
from vizcore.errors import FileUnreadable, UnknownChoice
from vizcore.file_reading import reading

if TYPE_CHECKING:
    from vizcore.learning.contest.digits import DigitData
    from vizcore.learning.contest.results import ContestRun

LONGEST = 60_000_000  # bytes of one idx file
RECORDED_S, RECORDED_EPOCHS = 30, 2  # the budgets of the recorded runs
MOST_SEEDS = 10


def mnist_contest(
    contestants: Annotated[
        str, typer.Option("--contestants", metavar="A,B", help="Keys, or all; a wrong one lists them.")
    ] = "small-cnn,small-vit",
    budget_s: Annotated[float, typer.Option("--budget-s", metavar="N", help="CPU seconds of training for each.")] = 30,
    epochs: Annotated[
        float | None, typer.Option("--epochs", metavar="E", help="Equal epochs instead of equal time.")
    ] = None,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", min=1, max=MOST_SEEDS, help="Seeds 0 to N - 1.")] = 1,
    idx: Annotated[
        str | None, typer.Option("--idx", metavar="DIR", help="Folder of MNIST's four idx files; else 5,000 digits.")
    ] = None,
    recorded: Annotated[bool, typer.Option("--recorded", help="The recorded runs that ship; trains nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Trains contestants on MNIST's digits at one budget: a line for each run, then one for each with several seeds."""
    if recorded and (idx is not None or budget_s != RECORDED_S or epochs not in (None, RECORDED_EPOCHS) or seeds != 1):
        raise typer.BadParameter(
            f"the recorded runs have {RECORDED_S} s or --epochs {RECORDED_EPOCHS}, their own seeds and packaged digits",
            param_hint="--recorded",
        )
    report = Report("mnist-contest", as_json=as_json)
    from vizcore.learning.contest.contestants import CONTESTANTS

    names = list(CONTESTANTS) if contestants == "all" else [name.strip() for name in contestants.split(",")]
    data: DigitData | None = None
    with report.about(idx):
        data = _data(idx)
    for name in dict.fromkeys(names) if data else ():
        runs: list[ContestRun] = []
        with report.about(None):
            if name not in CONTESTANTS:
                raise UnknownChoice(option="contestant", wanted=name, known=list(CONTESTANTS))
            for run in _recorded(name, epochs) if recorded else _trained(name, budget_s, epochs, seeds, data):
                report.show(None, _record(run), _text(run), run.provenance)
                runs.append(run)
            if len(runs) > 1:
                report.show(None, *_summary(runs))
    report.finish()


def _data(folder: str | None) -> DigitData:
    from vizcore.learning.contest.digits import packaged_data
    from vizcore.learning.contest.idx_files import read_idx_files

    if folder is None:
        return packaged_data()
    place = Path(folder)
    files = {}
    with reading(place):
        if not place.is_dir():
            raise FileUnreadable(file=place.name, reason="folder_missing")
        for path in sorted(place.iterdir()):
            if path.is_file() and path.name.startswith(("train-", "t10k-")):
                with path.open("rb") as file:
                    files[path.name] = file.read(LONGEST)
    return read_idx_files(files)


def _recorded(name: str, epochs: float | None) -> list[ContestRun]:
    from vizcore.learning.contest.recorded import recording

    regime = "time" if epochs is None else "epochs"
    return [run for run in recording().runs if run.contestant == name and run.regime == regime]


def _trained(name: str, budget_s: float, epochs: float | None, seeds: int, data: DigitData | None) -> Any:
    from vizcore.learning.contest.results import ContestRun
    from vizcore.learning.contest.run import ContestSettings, run_contestant

    for seed in range(seeds):
        regime, budget = ("time", budget_s) if epochs is None else ("epochs", epochs)
        settings = ContestSettings(name, regime, budget, seed, "cpu")  # type: ignore[arg-type]
        found: ContestRun | None = None
        for snapshot in run_contestant(None, data, settings):
            found = snapshot.result if isinstance(snapshot.result, ContestRun) else found
        if found is None:
            raise ValueError("expected a result, got none")
        yield found


def _record(run: ContestRun) -> dict[str, Any]:
    from vizcore.learning.contest.results import ClassifierRun, DetectorRun

    content: dict[str, Any] = {
        "contestant": run.contestant, "regime": run.regime, "budget": run.budget, "seed": run.seed, "start": run.start,
    }  # fmt: skip
    if isinstance(run, ClassifierRun):
        content |= {"accuracy": run.accuracy, "interval": run.interval, "macro_f1": run.macro_f1}
        content |= {"loss": run.test_loss, "confusion": run.confusion}
    elif isinstance(run, DetectorRun):
        content |= {"map": run.mean_ap, "ap50": run.ap50}
    return content | {
        "seconds": run.seconds, "epochs": run.epochs, "inference_ms": run.inference_ms, "parameters": run.parameters,
        "train": run.train_count, "test": run.test_count, "source": run.source, "diverged": run.diverged,
    }  # fmt: skip


def _text(run: ContestRun) -> str:
    score = run.looks[-1].score if run.looks else 0.0
    return f"{run.contestant:<20} seed {run.seed}  {score:.3f}  {run.seconds:6.1f} s  {run.epochs:5.2f} epochs"


def _summary(runs: list[ContestRun]) -> tuple[dict[str, Any], str]:
    from vizcore.learning.contest.standings import standing

    row = standing(runs)
    content = {
        "contestant": row.contestant, "regime": row.regime, "budget": row.budget, "seeds": len(runs),
        "mean": row.score.mean, "low": row.score.low, "high": row.score.high, "interval": row.interval,
    }  # fmt: skip
    text = f"{row.contestant:<20} mean    {row.score.mean:.3f}  ({row.score.low:.3f} to {row.score.high:.3f})"
    return content, text
