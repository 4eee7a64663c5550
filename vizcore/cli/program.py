"""Which verbs are there? Adding one is adding a row to `VERBS`; nothing heavy is loaded before a verb runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

import vizcore
from vizcore.cli.by_hand import convolve, gradient_check, train_digits
from vizcore.cli.catalogue import models
from vizcore.cli.cluster import cluster
from vizcore.cli.completion import COMPLETE_VARIABLE, completion, prepare
from vizcore.cli.contest import mnist_contest
from vizcore.cli.cost import export, profile
from vizcore.cli.detection import detect
from vizcore.cli.doctor import doctor
from vizcore.cli.drift import drift
from vizcore.cli.evaluation import evaluate
from vizcore.cli.features import classify, embed, similarity
from vizcore.cli.galleries import evaluate_retrieval, search
from vizcore.cli.golden import golden
from vizcore.cli.imagine import attack, ideal
from vizcore.cli.input_lint import lint
from vizcore.cli.inspection import inspect
from vizcore.cli.look_inside import attention, cam
from vizcore.cli.machine import bench, fetch
from vizcore.cli.mask_metrics import mask_metrics
from vizcore.cli.masks import masks
from vizcore.cli.reading import read
from vizcore.cli.runtimes import prepare_runtimes
from vizcore.cli.scores import classification_metrics, text_metrics
from vizcore.cli.segmentation import segment
from vizcore.cli.serve import run
from vizcore.cli.tracking import evaluate_tracking, track
from vizcore.cli.training import train
from vizcore.cli.trials import robustness, transfer
from vizcore.cli.zero_shot import zero_shot
from vizcore.engine.device import prepare_process
from vizcore.settings import settled_or_exit

VERBS: tuple[Callable[..., None], ...] = (
    models,
    inspect,
    classify,
    embed,
    similarity,
    cam,
    attention,
    zero_shot,
    search,
    evaluate_retrieval,
    ideal,
    attack,
    transfer,
    robustness,
    lint,
    profile,
    export,
    drift,
    detect,
    segment,
    masks,
    mask_metrics,
    evaluate,
    evaluate_tracking,
    classification_metrics,
    text_metrics,
    read,
    convolve,
    gradient_check,
    train,
    train_digits,
    mnist_contest,
    track,
    run,
    cluster,
    fetch,
    prepare_runtimes,
    golden,
    doctor,
    bench,
    completion,
)

HELP = """Vision models face to face on your pictures, without a browser.

FILE is a picture, or sample:KEY for a built-in one (sample:cat). With --json every verb prints one JSON object a line
on standard output, one for each input, good or bad; exit status 2 when any of them failed.
"""


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vizcore {vizcore.__version__}")
        raise typer.Exit()


def _common(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Options of the program itself."""


def program() -> typer.Typer:
    """The command line with all its verbs."""
    help_names = {"help_option_names": ["-h", "--help"]}
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=help_names,
    )
    app.callback(help=HELP)(_common)
    for verb in VERBS:
        app.command(help=verb.__doc__, context_settings=help_names)(verb)
    return app


def main() -> None:
    """Entry point of `python -m vizcore`."""
    settled_or_exit()
    prepare_process()  # before any verb loads torch
    prepare()
    program()(prog_name="python -m vizcore", complete_var=COMPLETE_VARIABLE)
