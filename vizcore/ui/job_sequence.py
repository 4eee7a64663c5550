"""In which order, and how many at a time, are one visitor's jobs handed to the engine? One press of Start, one Stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from vizcore import settings
from vizcore.errors import TooManyRequests, VizError

if TYPE_CHECKING:
    from vizcore.engine import JobHandle

AfterRefusal = Literal["ends", "goes on"]


@dataclass(eq=False)
class JobSequence:
    """Jobs that begin in the order of their names; what has ended is kept, whatever becomes of the others.

    start: hands the job of this name to the engine. waiting: names of those not handed in yet. at_once: how many run
    beside each other, never more than a session may have. after_refusal: whether a job that the engine refuses ends
    the sequence, or the others go on; then one that only comes too early, since an older request of this visitor is
    still ending, is tried again at the next look. jobs: those begun, in their order. known: whether all of them were
    over the moment they were asked for, since the engine still held their results.
    """

    start: Callable[[str], JobHandle]
    waiting: list[str]
    at_once: int = 1
    after_refusal: AfterRefusal = "ends"
    jobs: dict[str, JobHandle] = field(default_factory=dict)
    refusals: dict[str, VizError] = field(default_factory=dict)
    known: bool = False

    @property
    def under_way(self) -> bool:
        """Whether anything runs or is still to run."""
        return bool(self.waiting) or any(not job.done() for job in self.jobs.values())

    @property
    def ended(self) -> int:
        """How many are over, whatever became of them."""
        return sum(job.done() for job in self.jobs.values())

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
        """Hands in the next jobs as far as there is room; a stopped one ends the sequence. Called at each look."""
        if any(job.state == "cancelled" for job in self.jobs.values()):  # an abandoned one ends alone
            self.waiting.clear()
        room = self._room()
        while self.waiting and room > 0:
            name = self.waiting[0]
            try:
                self.jobs[name] = self.start(name)
            except VizError as error:
                if self.after_refusal == "goes on" and isinstance(error, TooManyRequests):
                    return
                self.refusals[name] = error
                if self.after_refusal == "ends":
                    self.waiting.clear()
                    return
            self.waiting.pop(0)
            room -= 1

    def stop(self) -> None:
        """Nothing further begins; what runs ends before its next step and keeps its best so far."""
        self.waiting.clear()
        for job in self.jobs.values():
            job.cancel()

    def error(self, name: str) -> VizError | None:
        """Why this job has no result, if there is a reason."""
        job = self.jobs.get(name)
        return self.refusals.get(name) or (job.error if job else None)

    def _room(self) -> int:
        running = len(self.jobs) - self.ended
        return max(1, min(self.at_once, settings.current().session_limit)) - running
