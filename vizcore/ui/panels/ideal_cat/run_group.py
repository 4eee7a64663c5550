"""Runs of several models under one Start and one Stop: two at a time, the others as places get free."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore import settings
from vizcore.errors import TooManyRequests, VizError
from vizcore.photo import Photo
from vizcore.zoo.cards import ModelCard

if TYPE_CHECKING:
    from vizcore.engine import JobHandle
    from vizcore.generation.ideal.results import IdealResult
    from vizcore.generation.ideal.settings import IdealSettings

KEY = "ideal_cat.run_groups"
AT_ONCE = 2


@dataclass(frozen=True)
class RunConfig:
    """One run of one model. name: unique in its group, language-free: a model's key or a recipe of the ablation."""

    name: str
    card: ModelCard
    settings: IdealSettings
    photo: Photo | None = None


@dataclass(eq=False)
class RunGroup:
    """The runs of one press of Start. hand_in: gives one to the engine. waiting: names of those not handed in yet.

    previews: the last live picture of each, as a data URL. finals: the best of those that are over, as PNG.
    curves: (when, of how many steps, figure), drawn once a second. known: whether all of them were over the moment they
    were asked for, since the engine still held their results.
    """

    experiment: str
    configs: tuple[RunConfig, ...]
    hand_in: Callable[[RunConfig], JobHandle]
    waiting: list[str] = field(init=False)
    jobs: dict[str, JobHandle] = field(default_factory=dict)
    refusals: dict[str, VizError] = field(default_factory=dict)
    previews: dict[str, str] = field(default_factory=dict)
    finals: dict[str, bytes] = field(default_factory=dict)
    curves: dict[str, tuple[float, int, Any]] = field(default_factory=dict)
    known: bool = False

    def __post_init__(self) -> None:
        self.waiting = [config.name for config in self.configs]

    @property
    def under_way(self) -> bool:
        """Whether anything runs or is still to run."""
        return bool(self.waiting) or any(not job.done() for job in self.jobs.values())

    def begin(self) -> None:
        """The first look: hands in what there is room for, and sees whether everything was known already."""
        self.advance()
        while self.waiting and self.jobs and all(job.done() for job in self.jobs.values()) and not self.refusals:
            before = len(self.waiting)
            self.advance()
            if len(self.waiting) == before:
                break
        self.known = bool(self.jobs) and not self.under_way and not self.refusals

    def advance(self) -> None:
        """Hands in the next climbs as far as there is room; called at each look of the page."""
        if any(job.state == "cancelled" for job in self.jobs.values()):  # an abandoned one ends alone
            self.waiting.clear()
        by_name = {config.name: config for config in self.configs}
        room = min(AT_ONCE, settings.current().session_limit) - sum(not job.done() for job in self.jobs.values())
        while self.waiting and room > 0:
            name = self.waiting[0]
            try:
                self.jobs[name] = self.hand_in(by_name[name])
            except TooManyRequests:  # an older request of this visitor is still ending
                return
            except VizError as error:
                self.refusals[name] = error
            self.waiting.pop(0)
            room -= 1

    def stop(self) -> None:
        """Nothing further begins; what runs ends before its next step and keeps its best so far."""
        self.waiting.clear()
        for job in self.jobs.values():
            job.cancel()

    def error(self, config: RunConfig) -> VizError | None:
        """Why this climb has no result, if there is a reason."""
        job = self.jobs.get(config.name)
        return self.refusals.get(config.name) or (job.error if job else None)

    def result(self, config: RunConfig) -> IdealResult | None:
        """What this climb came to, the best so far if it was stopped; None while it runs and without any result."""
        job = self.jobs.get(config.name)
        if job is None or not job.done():
            return None
        try:
            return job.result(timeout=0)  # type: ignore[return-value]
        except (VizError, TimeoutError):
            return None

    def results(self) -> list[tuple[RunConfig, IdealResult]]:
        """The climbs that came to something, in their order."""
        return [(config, found) for config in self.configs if (found := self.result(config)) is not None]


def current(experiment: str) -> RunGroup | None:
    """The crew to show: the one under way whatever is chosen now, else the last one of this experiment."""
    crews: dict[str, RunGroup] = st.session_state.setdefault(KEY, {})
    running = next((group for group in crews.values() if group.under_way), None)
    return running or crews.get(experiment)


def under_way() -> bool:
    """Whether this visitor has a crew that runs."""
    return any(group.under_way for group in st.session_state.get(KEY, {}).values())


def begin(experiment: str, configs: tuple[RunConfig, ...]) -> RunGroup | None:
    """What Start does; nothing while a crew is under way, however often it is pressed."""
    if under_way() or not configs:
        return None
    group = RunGroup(experiment, configs, hand_in)
    st.session_state.setdefault(KEY, {})[experiment] = group
    group.begin()
    return group


def hand_in(config: RunConfig) -> JobHandle:
    """Gives one climb to the engine, in this visitor's name."""
    from vizcore.generation.ideal.run import ideal
    from vizcore.ui.session import engine, session_id, visit

    visit()  # whose end stops what runs
    return engine().start(ideal, config.card.key, config.photo, config.settings, session=session_id())
