"""Does every control of every page change what the page computes or shows?

In the suite each control is moved once, in the first section that has it; `make slow` moves all of them in every
section, the costly ones too, and looks whether each exception is still needed. Sections that only watch work which
began by itself (CNN by hand, Learn digits) are tried by what their button hands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from importlib import import_module
from typing import Any

import pytest

from tests.ui.controls import Walk
from vizcore.engine import Engine
from vizcore.errors import Busy
from vizcore.ui.pages import built_pages

# Page -> parameter of its sections, the sections, and those whose models are too slow for the suite.
PLACES: dict[str, tuple[str, str, str]] = {
    "home": ("", "", ""),
    "features": ("features.section", "glance seen words cost", "maps evidence attention"),
    "similarity": ("similarity.part", "two", "many map quality pretraining speed"),
    "by_hand": ("by_hand.section", "forward cost", "backward check learn"),
    "teach": ("teach.section", "", "learn network unknown use"),
    "mnist": ("mnist.section", "table mistakes run", "draw"),
    "detection": ("detection.section", "side agreement yolo time", "detr explain"),
    "detection_metrics": ("detection_metrics.section", "boxes threshold", "curves errors slices compare"),
    "segmentation": ("segmentation.part", "click everything boxes cleanup reference export", ""),
    "segmentation_kinds": ("segmentation_kinds.section", "scene photo", "scored"),
    "segmentation_metrics": ("segmentation_metrics.section", "counts pair size losses", ""),
    "classification_metrics": ("classification_metrics.section", "", "threshold averages calibration conventions"),
    "reading": ("reading.section", "", "engines alignment rules fields pages"),
    "tracking": ("tracking.section", "toy files", "clip masks"),
    "ideal_cat": ("", "", "-"),
    "adversarial": ("", "", ""),
    "robustness": ("robustness.section", "corruptions slices", "stability"),
    "input_lint": ("input_lint.section", "folder detective", "faults tiles"),
    "cost": ("cost.section", "pyramid", "runtimes variations resolution load export"),
    "production": ("production.section", "outliers privacy watching", "drift groups spec checklist"),
}

# What else stands in the address, so that a control can matter: section -> parameters.
MORE = {
    "detection_metrics.slices": {"detection_metrics.score": "0.3"},  # confidence leaves order and 0.5 as they are
    "detection_metrics.compare": {"detection_metrics.score": "0.3"},
}

NO_CONTROLS = {"about", "admin", "doctor", "lecture"}
WATCHED = {"by_hand learn"}  # begins by itself, so everything on it moves: HANDED_IN tries its controls

BEGINS = "a setting of the work that a button begins: HANDED_IN tries it"
TAKES = "says what a button takes: its own tests press it"
# Page and section, control -> why moving it alone shows nothing.
EXCEPTIONS = {
    ("mnist run", "mnist.se*"): BEGINS,
    ("detection time", "detection.runs.widget"): BEGINS,
    ("detection time", "detection.batch.widget"): BEGINS,
    ("detection time", "detection.dtype.widget"): BEGINS,
    ("segmentation everything", "segmentation.*"): BEGINS,
    ("adversarial", "adversarial.pgd.*"): BEGINS,
    ("cost runtimes", "cost.run*.widget"): BEGINS,
    ("cost runtimes", "cost.batch.widget"): BEGINS,
    ("teach network", "teach.s*"): BEGINS,
    ("detection side", "detection.hand.widget"): TAKES,
    ("segmentation boxes", "segmentation.length.*"): TAKES,
    ("teach use", "teach.own.*"): "goes with a file that is uploaded",
    ("teach use", "teach.onnx.*"): "goes with a file that is uploaded",
    ("detection_metrics boxes", "detection_metrics.dragged"): "which box the mouse draws next",
    ("detection_metrics threshold", "detection_metrics.cell.*"): "a cell is a row and a column: one alone names none",
    ("segmentation cleanup", "segmentation.step.fill_holes"): "the first mask has no hole",
    ("classification_metrics averages", "classification_metrics.zero.widget"): "no class without a prediction at first",
    ("classification_metrics calibration", "classification_metrics.closed.widget"): "no score on a bin's edge at first",
    ("tracking masks", "tracking.*.fps"): "the speed of the film that is downloaded",
    ("cost runtimes", "cost.budget.post"): "a classifier's last step takes less than the least budget",
}


@dataclass(frozen=True)
class HandedIn:
    """A button (how its key begins) that hands work to the engine, and the controls that must change what it gets."""

    page: str
    address: dict[str, str]
    button: str
    controls: tuple[str, ...]


OF_THE_MOMENT = re.compile(r"(attempt|series)=\d+")  # in settings: differs from press to press by itself

HANDED_IN = [
    HandedIn(
        "by_hand",
        {"by_hand.section": "learn"},
        "by_hand.train.start",
        tuple(f"by_hand.{name}.widget" for name in ("epochs", "learning_rate", "batch", "momentum", "seed")),
    ),
    HandedIn("mnist", {"mnist.section": "run"}, "mnist.run.start", ("mnist.seconds", "mnist.seed")),
    HandedIn(
        "detection",
        {"detection.section": "time"},
        "detection.time.start",
        ("detection.runs.widget", "detection.batch.widget", "detection.dtype.widget"),
    ),
    HandedIn(
        "adversarial",
        {},
        "adversarial.trial.start",
        ("adversarial.pgd.step_255", "adversarial.pgd.seed", "adversarial.pgd.restarts"),
    ),
    HandedIn(
        "segmentation",
        {"segmentation.part": "everything"},
        "segmentation.everything.",
        tuple(f"segmentation.{name}" for name in ("area", "quality", "nms", "stability", "offset", "grid")),
    ),
    HandedIn(
        "cost",
        {"cost.section": "runtimes"},
        "cost.profile.cnn-mini.",
        ("cost.runtimes.widget", "cost.runs.widget", "cost.batch.widget"),
    ),
]
SLOW = ("cost",)


def excepted(place: str, key: str) -> bool:
    return any(place == where and fnmatch(key, pattern) for where, pattern in EXCEPTIONS)


def walks(page: str, sections: list[str]) -> Iterator[tuple[str, Walk]]:
    """Each section opened: its name in EXCEPTIONS, and the walk that is to be taken."""
    parameter = PLACES[page][0]
    if not parameter:
        yield page, Walk(page, {})
    for section in [each for each in sections if parameter and f"{page} {each}" not in WATCHED]:
        yield f"{page} {section}", Walk(page, {parameter: section, **MORE.get(f"{page}.{section}", {})})


def moving(walk: Walk, place: str, *, known: set[str]) -> list[str]:
    """The controls to move: not the choice of the section, and none that is known."""
    parameter = PLACES[place.partition(" ")[0]][0] or "?"
    return [key for key in walk.controls if not key.startswith(f"{parameter}.") and key not in known]


def test_every_section_of_every_page_is_in_the_table() -> None:
    assert {page.key for page in built_pages()} == PLACES.keys() | NO_CONTROLS
    for page, (parameter, quick, slow) in PLACES.items():
        if parameter:
            table = import_module(f"vizcore.ui.panels.{page}.sections").SECTIONS
            assert sorted([*quick.split(), *slow.split()]) == sorted(table)


@pytest.mark.parametrize("page", [page for page, (_key, quick, slow) in PLACES.items() if quick or not slow])
def test_every_control_changes_something(page: str) -> None:
    known: set[str] = set()
    dead: list[tuple[str, str]] = []
    raised: list[str] = []
    for place, walk in walks(page, PLACES[page][1].split()):
        for key in moving(walk, place, known=known):
            if excepted(place, key):
                continue
            walk.move(key)
            known.add(key)
        dead += [(place, key) for key in walk.dead]
        raised += walk.raised
    assert known
    assert not dead
    assert not raised


@pytest.mark.slow
@pytest.mark.parametrize("page", PLACES)
def test_every_control_of_every_section_changes_something(page: str) -> None:
    sections = " ".join(PLACES[page][1:]).split()
    dead: list[tuple[str, str]] = []
    needless = {(where, pattern) for where, pattern in EXCEPTIONS if where.partition(" ")[0] == page}
    for place, walk in walks(page, sections):
        for key in moving(walk, place, known=set()):
            walk.move(key)
        dead += [(place, key) for key in walk.dead if not excepted(place, key)]
        needless -= {each for each in needless for key in walk.dead if place == each[0] and fnmatch(key, each[1])}
        assert not walk.raised
    assert not dead
    assert not needless, "these exceptions are needed no more"


@pytest.mark.parametrize(
    "case",
    [pytest.param(each, id=each.page, marks=[pytest.mark.slow] if each.page in SLOW else []) for each in HANDED_IN],
)
def test_every_setting_of_a_button_reaches_its_work(case: HandedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[str] = []

    def refuse(_engine: Engine, operation: Any, model: str, _photo: Any = None, settings: Any = None, **_: str) -> None:
        handed.append(f"{operation.__name__} {model} {OF_THE_MOMENT.sub('', str(settings))}")
        raise Busy(retry_s=1)

    monkeypatch.setattr(Engine, "start", refuse)
    walk = Walk(case.page, case.address, press=case.button, handed=handed)
    assert handed, "the button hands its work to the engine"
    assert walk.steady, "two presses hand in the same: else a change would not be seen, or anything would be one"
    for key in case.controls:
        walk.move(key)
    assert walk.moved == list(case.controls)
    assert not walk.dead
