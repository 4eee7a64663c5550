"""The program as a whole: help, exit status, clean standard output, nothing heavy before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from tests.cli.invocation import invoke
from tests.patience import PATIENCE_S
from vizcore.cli.program import VERBS
from vizcore.cli.report import Report
from vizcore.errors import Busy

HEAVY = ("torch", "torchvision", "transformers", "ultralytics", "sklearn", "streamlit")
ROOT = Path(__file__).parents[2]


def loaded_after(arguments: list[str]) -> list[str]:
    """Heavy libraries in a fresh process that ran this command line."""
    code = f"""
import json, sys
from vizcore.cli.program import program
try:
    program()({arguments!r})
except SystemExit as end:
    print(json.dumps([end.code, [name for name in {HEAVY} if name in sys.modules]]))
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=True, cwd=ROOT)
    status, heavy = json.loads(done.stdout.splitlines()[-1])
    assert status == 0, done.stderr
    return list(heavy)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["classify", "--help"], ["models", "--json"], ["inspect", "sample:cat"]]
)
def test_light_verbs_load_nothing_heavy(arguments: list[str]) -> None:
    assert loaded_after(arguments) == []


def test_help_names_every_verb() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "vizcore", "--help"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
        cwd=ROOT,
    )
    assert "python -m vizcore" in done.stdout
    assert all(verb.__name__.replace("_", "-") in done.stdout for verb in VERBS)


@pytest.mark.parametrize(
    "arguments", [["paint", "a.png"], ["inspect"], ["similarity", "a.png"], ["classify", "a.png", "--top", "-1"],
                  ["embed", "a.png", "--layer", "middle"], ["fetch"]],
)  # fmt: skip
def test_wrong_usage_ends_with_status_2_and_an_empty_standard_output(arguments: list[str]) -> None:
    answer = invoke(*arguments)
    assert answer.status == 2
    assert answer.out == ""
    assert "Usage" in answer.err


def test_a_reader_that_leaves_early_is_no_error() -> None:
    command = f"{sys.executable} -m vizcore models --json | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=PATIENCE_S, check=True, cwd=ROOT)
    assert json.loads(done.stdout)["schema"]
    assert done.stderr == ""


def test_what_a_library_prints_never_mixes_with_the_answers(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("test", as_json=True)
    with report.about("a.png"):
        print("a library that talks")  # noqa: T201
        report.show("a.png", {"number": float("nan")}, "text")
    printed = capsys.readouterr()
    assert json.loads(printed.out)["number"] is None
    assert printed.err == "a library that talks\n"


def test_a_mistake_of_ours_is_one_more_line(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report("test", as_json=True)
    with report.about("a.png"):
        raise RuntimeError("the kernel of a library fell over")
    with report.about("b.png"):
        raise Busy(retry_s=3)
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["file"], first["error"]["code"]) == ("a.png", "internal")
    assert "kernel" not in first["error"]["message"]
    assert (second["error"]["code"], second["error"]["retry_s"]) == ("busy", 3)
    assert report.failed


@pytest.mark.parametrize("as_json", [True, False])
def test_answers_that_have_no_place(
    as_json: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_text: str) -> int:
        raise OSError(28, "No space left on device")

    report = Report("inspect", as_json=as_json)
    monkeypatch.setattr(report._out, "write", full)
    with pytest.raises(typer.Exit) as end, report.about("a.png"):
        report.show("a.png", {"width": 1}, "a.png 1 x 1")
    assert end.value.exit_code == 2
    assert capsys.readouterr().err.startswith("Nothing can be written to standard output;")
