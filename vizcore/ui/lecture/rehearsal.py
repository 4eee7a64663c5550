"""Does every step of a lecture work here: soon enough, with its models, on this screen?

The steps are walked through once as the audience will see them, questions left out. A step that came slowly is shown a
second time, since its models were loaded by the first: what is slow then stays slow.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from vizcore.presenting.plan import Plan
from vizcore.ui import page_record

KEY = "lecture.rehearsal"
SLOW_S = 3.0
BROWSER = Path(__file__).parent / "browser"
REST = Path(__file__).parents[1] / "report" / "browser" / "rest.js"
WHOLE = 0.97  # of the figure's height in view counts as all of it


@dataclass(frozen=True)
class Look:
    """One step as it was found. first_s: the first time, models loaded; seconds: the last time. shown: which share of
    the first figure is in view, None without a figure."""

    step: int
    page: str
    seconds: float
    first_s: float
    shown: float | None
    missing: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def slow(self) -> bool:
        return self.seconds > SLOW_S

    @property
    def fits(self) -> bool:
        return self.shown is not None and self.shown >= WHOLE

    @property
    def good(self) -> bool:
        return self.fits and not (self.slow or self.missing or self.errors)


@dataclass
class Rehearsal:
    """looks: by step. size: of the window, in pixels. over: every step was seen."""

    plan: Plan
    looks: dict[int, Look] = field(default_factory=dict)
    began_at: float = 0.0
    size: tuple[int, int] = (0, 0)
    over: bool = False

    def take(self, step: int, told: dict[str, Any], record: page_record.PageRecord, now: float) -> int | None:
        """What the browser found at this step; returns the step to show next, None after the last."""
        took = max(0.0, now - self.began_at - _number(told.get("ago")) / 1000)
        shown = told.get("shown")
        known = self.looks.get(step)
        look = Look(
            step,
            self.plan.steps[step - 1].page,
            took,
            took,
            float(shown) if isinstance(shown, (int, float)) and 0 <= shown <= 1 else None,
            tuple(record.missing),
            tuple(record.errors),
        )
        self.looks[step] = replace(look, first_s=known.first_s) if known else look
        self.size = (int(_number(told.get("width"))), int(_number(told.get("height"))))
        if known is None and look.slow:
            return step
        self.over = step >= len(self.plan.steps)
        return None if self.over else step + 1


def current() -> Rehearsal | None:
    """The rehearsal that goes on, or the last one of this session."""
    held: Rehearsal | None = st.session_state.get(KEY)
    return held


def going_on() -> Rehearsal | None:
    held = current()
    return held if held and not held.over else None


def begin(plan: Plan) -> None:
    st.session_state[KEY] = Rehearsal(plan)


def forget() -> None:
    st.session_state.pop(KEY, None)


def told(step: int, held: Rehearsal) -> dict[str, Any] | None:
    """What the browser found, in the run that it caused; None while the step is still being looked at."""
    again = step in held.looks
    found = _component()(key="lecture.rehearse", data={"step": step, "again": again}, on_found_change=lambda: None).get(
        "found"
    )
    fits = isinstance(found, dict) and found.get("step") == step and found.get("again") == again
    return found if fits else None


@cache
def _component() -> Callable[..., Any]:
    script = "\n".join(file.read_text(encoding="utf-8") for file in (REST, BROWSER / "fit.js", BROWSER / "rehearse.js"))
    return st.components.v2.component("vizcore_lecture_rehearsal", html="", js=script)


def now() -> float:
    return time.monotonic()


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e7 else 0.0
