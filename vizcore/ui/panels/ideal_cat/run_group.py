"""Which runs of the Ideal cat page belong to one press of Start, and what came of each?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import InitVar, dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st

from vizcore.photo import Photo
from vizcore.ui.job_sequence import JobSequence
from vizcore.ui.job_series import result_of
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
    """The runs of one press of Start, and what the page has drawn of them.

    sequence: hands them in, two at a time, the others as places get free. previews: the last live picture of each, as a
    data URL. finals: the best of those that are over, as PNG. curves: (when, of how many steps, figure), drawn once a
    second.
    """

    experiment: str
    configs: tuple[RunConfig, ...]
    hand_in: InitVar[Callable[[RunConfig], JobHandle]]
    sequence: JobSequence = field(init=False)
    previews: dict[str, str] = field(default_factory=dict)
    finals: dict[str, bytes] = field(default_factory=dict)
    curves: dict[str, tuple[float, int, Any]] = field(default_factory=dict)

    def __post_init__(self, hand_in: Callable[[RunConfig], JobHandle]) -> None:
        by_name = {config.name: config for config in self.configs}
        self.sequence = JobSequence(
            lambda name: hand_in(by_name[name]), list(by_name), at_once=AT_ONCE, after_refusal="goes on"
        )

    def result(self, config: RunConfig) -> IdealResult | None:
        """What this run came to, the best so far if it was stopped; None while it runs and without any result."""
        return result_of(self.sequence.jobs.get(config.name))  # type: ignore[return-value]

    def results(self) -> list[tuple[RunConfig, IdealResult]]:
        """The runs that came to something, in their order."""
        return [(config, found) for config in self.configs if (found := self.result(config)) is not None]


def current(experiment: str) -> RunGroup | None:
    """The group to show: the one under way whatever is chosen now, else the last one of this experiment."""
    groups: dict[str, RunGroup] = st.session_state.setdefault(KEY, {})
    running = next((group for group in groups.values() if group.sequence.under_way), None)
    return running or groups.get(experiment)


def under_way() -> bool:
    """Whether this visitor has a group that runs."""
    return any(group.sequence.under_way for group in st.session_state.get(KEY, {}).values())


def begin(experiment: str, configs: tuple[RunConfig, ...]) -> RunGroup | None:
    """What Start does; nothing while a group is under way, however often it is pressed."""
    if under_way() or not configs:
        return None
    group = RunGroup(experiment, configs, hand_in)
    st.session_state.setdefault(KEY, {})[experiment] = group
    group.sequence.begin()
    return group


def hand_in(config: RunConfig) -> JobHandle:
    """Gives one run to the engine, in this visitor's name."""
    from vizcore.generation.ideal.run import ideal
    from vizcore.ui.session import engine, session_id, visit

    visit()  # whose end stops what runs
    return engine().start(ideal, config.card.key, config.photo, config.settings, session=session_id())
